import CZstd
import ContentDecoding
import Foundation
import Testing

@testable import LogInput

struct ZstdInputTests {
    private func zstd(_ bytes: [UInt8]) throws -> [UInt8] {
        var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
        let count = unsafe ZSTD_compress(&output, output.count, bytes, bytes.count, 3)
        try #require(ZSTD_isError(count) == 0)
        return Array(output[..<count])
    }

    private let text = (0..<20_000).map { "line \($0) of a log\n" }.joined()

    private func read(_ path: String, from start: LineStart = LineStart()) throws -> String {
        let reader = try LineReader(path: path, from: start)
        var lines = ""
        while let line = try reader.next() { lines += unsafe String(decoding: line.bytes, as: UTF8.self) + "\n" }
        return lines
    }

    @Test func framesOnEndAreOneInput() throws {
        let input = try InputFixture()
        let half = text.utf8.count / 2
        let skippable: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3]
        let frames = try zstd(Array(text.utf8.prefix(half))) + skippable + zstd(Array(text.utf8.dropFirst(half)))
        let one = try input.write(frames, to: "one")
        #expect(try read(one) == text)
        let two = try input.write(skippable + frames, to: "two")
        #expect(try read(two) == text)
    }

    @Test func aReadingMayBeginInTheMiddle() throws {
        let input = try InputFixture()
        let whole = Array(text.utf8)
        let paths = [
            try input.write(whole, to: "plain"), try input.write(try zstd(whole), to: "zstd"),
            try input.write(try InputFixture.gzip(whole), to: "gzip"),
        ]
        for path in paths {
            for offset in [1, 4096, whole.count - 7, whole.count, whole.count + 5] {
                let rest = String(decoding: whole.dropFirst(offset), as: UTF8.self)
                #expect(try read(path, from: LineStart(byteOffset: offset, lineNumber: 9)) == rest)
            }
            let reader = try LineReader(path: path, from: LineStart(byteOffset: 18, lineNumber: 2))
            let line = try #require(try reader.next())
            #expect((line.number, line.byteOffset) == (2, 18))
        }
    }

    @Test func truncationAndDamageAreNoticed() throws {
        let input = try InputFixture()
        let whole = try zstd(Array(text.utf8))
        let cut = try input.write(Array(whole.prefix(whole.count / 2)), to: "cut")
        #expect(throws: LogInputError.truncatedArchive(path: cut, coding: .zstd, byteOffset: whole.count / 2)) {
            try read(cut)
        }
        var damaged = whole
        damaged[whole.count / 2] ^= 0xFF
        damaged[4] ^= 0xFF
        let path = try input.write(damaged, to: "damaged")
        let error = #expect(throws: LogInputError.self) { try read(path) }
        #expect(error?.description.contains("zstd stream") == true)
    }

    @Test func anOpenLineIsKeptBackUntilItsEndIsThere() throws {
        let input = try InputFixture()
        let path = try input.write("one\ntw")
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.seekToEnd()
        let reader = try LineReader(path: path)
        reader.keepsOpenLine = true
        func next() throws -> String? { try reader.next().map { unsafe String(decoding: $0.bytes, as: UTF8.self) } }
        #expect(try next() == "one")
        #expect(try next() == nil)
        try file.write(contentsOf: Data("o\nthr".utf8))
        #expect(try next() == nil)
        reader.readOn()
        #expect(try next() == "two")
        #expect(try next() == nil)
        reader.keepsOpenLine = false
        reader.readOn()
        #expect(try next() == "thr")
        #expect(try next() == nil)
    }
}
