import Foundation
import Testing

@testable import DurableQueue

@Suite("I4: what was synced survives a kill", .timeLimit(.minutes(3)))
struct CrashTests {
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
    }

    @Test("Every record that was said to be synced is there exactly once and in order, over eight kills")
    func kills() async throws {
        let folder = try TestFolder()
        var generator = Generator(state: 20_240_917)
        var synced: [Int64: String] = [:]
        for round in 0..<8 {
            let child = try FixtureProcess("append", folder.queue, "round\(round)")
            // Killed when it has written so many bytes, at whatever it is then doing.
            let bytes = Int.random(in: 1...20_000, using: &generator)
            var output = Data()
            while output.count < bytes {
                let more = child.more()
                try #require(!more.isEmpty, "the child ended by itself")
                output += more
            }
            child.kill()
            for line in try child.lines(after: output) {
                let words = line.split(separator: " ")
                let sequence = try #require(Int64(words[0]), "\(line)")
                #expect(synced.updateValue(String(words[1]), forKey: sequence) == nil, "\(sequence) was given twice")
            }
        }
        let queue = try DurableQueue(folder: folder.queue, limits: .test)
        let records = try await queue.everything()
        await queue.close()

        #expect(queue.damagedFile == nil)
        let texts = records.map { String(decoding: $0.bytes, as: UTF8.self) }
        #expect(Set(texts).count == texts.count, "a record is there twice")
        #expect(records.map(\.sequence) == records.map(\.sequence).sorted())
        let there = Dictionary(uniqueKeysWithValues: zip(records.map(\.sequence), texts))
        for (sequence, text) in synced { #expect(there[sequence] == text) }
        Self.expectOrder(of: texts)
    }

    /// Those of each thread of each round were appended in the order of their last number, without a gap.
    private static func expectOrder(of texts: [String]) {
        var next: [Substring: Int] = [:]
        for text in texts {
            guard let dash = text.lastIndex(of: "-"), let number = Int(text[text.index(after: dash)...]) else {
                Issue.record("\(text) is no record of the fixture")
                continue
            }
            #expect(number == next[text[..<dash], default: 0], "\(text)")
            next[text[..<dash]] = number + 1
        }
    }
}
