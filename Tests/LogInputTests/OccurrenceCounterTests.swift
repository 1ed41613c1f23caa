import Foundation
import Testing

@testable import LogInput

struct OccurrenceCounterTests {
    private struct Key: Hashable {
        let high: UInt64
        let low: UInt64
    }

    /// Keys that come again now and then, near and far, against a dictionary.
    @Test(arguments: [(1, 32 * 1024, 40_000), (2, 32 * 1024, 150_000), (3, 100_000, 100_000), (4, 64 << 20, 50_000)])
    func agreesWithADictionary(seed: Int, memory: Int, steps: Int) throws {
        let counter = try OccurrenceCounter(memoryLimitBytes: memory)
        var generator = InputGenerator(state: UInt64(seed))
        var reference: [Key: Int] = [:]
        var keys: [Key] = []
        for step in 0..<steps {
            let key: Key
            switch Int.random(in: 0..<10, using: &generator) {
            case 0 where !keys.isEmpty: key = keys.randomElement(using: &generator) ?? keys[0]
            case 1 where !keys.isEmpty: key = keys.suffix(20).randomElement(using: &generator) ?? keys[0]
            default: key = Key(high: generator.next(), low: generator.next())
            }
            keys.append(key)
            let before = reference[key, default: 0]
            reference[key] = before + 1
            let found = try counter.occurrence(of: (key.high, key.low))
            guard found == before else {
                Issue.record("seed \(seed), step \(step): \(found), not \(before)")
                return
            }
        }
        #expect(counter.memoryBytes <= memory)
        if memory < 1 << 20 {
            #expect(counter.merges >= 2)
            #expect(counter.spilledKeys > steps / 2)
        } else {
            #expect(counter.spilledKeys == 0)
        }
        // All once more, after every spill and merge.
        for (key, count) in reference { #expect(try counter.occurrence(of: (key.high, key.low)) == count) }
    }

    /// Small numbers instead of hashes: slow perhaps, but exact; the extremes of the range among them.
    @Test func unevenKeysStayExact() throws {
        let counter = try OccurrenceCounter(memoryLimitBytes: OccurrenceCounter.minimumMemoryBytes)
        for round in 0..<3 {
            for number in 0..<4000 as Range<UInt64> {
                #expect(try counter.occurrence(of: (number % 7, number)) == round)
                #expect(try counter.occurrence(of: (UInt64.max - number % 3, UInt64.max - number)) == round)
            }
        }
        #expect(counter.merges > 0)
    }

    @Test func fiveMillionKeysStayBelowTheLimit() throws {
        let limit = 8 << 20
        let counter = try OccurrenceCounter(memoryLimitBytes: limit)
        var generator = InputGenerator(state: 5)
        for _ in 0..<5_000_000 {
            guard try counter.occurrence(of: (generator.next(), generator.next())) == 0 else {
                Issue.record("a fresh key was taken for a known one")
                return
            }
        }
        #expect(counter.memoryBytes <= limit)
        #expect(counter.spilledKeys > 4_000_000)
        var again = InputGenerator(state: 5)
        for _ in 0..<1000 { #expect(try counter.occurrence(of: (again.next(), again.next())) == 1) }
    }

    @Test func missingFolderIsNamedAndTheKeyNotCounted() throws {
        let fixture = try InputFixture()
        let folder = fixture.folder + "/later"
        let counter = try OccurrenceCounter(
            memoryLimitBytes: OccurrenceCounter.minimumMemoryBytes, temporaryFolder: folder)
        var generator = InputGenerator(state: 6)
        var counted = 0
        var refused = (generator.next(), generator.next())
        #expect(throws: LogInputError.notFound(path: folder)) {
            while counted < 100_000 {
                _ = try counter.occurrence(of: refused)
                counted += 1
                refused = (generator.next(), generator.next())
            }
        }
        #expect(counted > 100)
        #expect(throws: LogInputError.notFound(path: folder)) { try counter.occurrence(of: refused) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        #expect(try counter.occurrence(of: refused) == 0)
        #expect(try counter.occurrence(of: refused) == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    }

    @Test func fullDiskIsNamed() throws {
        let full = try Descriptor.appending(path: "/dev/full")
        #expect(throws: LogInputError.diskFull(path: "/dev/full")) { try full.write([1, 2, 3]) }
    }

    @Test func tooLittleMemoryIsRefused() async {
        await #expect(processExitsWith: .failure) { _ = try OccurrenceCounter(memoryLimitBytes: 1000) }
    }
}
