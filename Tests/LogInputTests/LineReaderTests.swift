import ContentDecoding
import Foundation
import Glibc
import Testing

@testable import LogInput

struct LineReaderTests {
    /// A line copied out of the reader.
    struct Copy: Equatable {
        var number: Int
        var offset: Int
        var text: String
        var length: Int
        var terminator: Int
        var isTooLong = false
    }

    private func copy(_ line: Line) -> Copy {
        Copy(
            number: line.number, offset: line.byteOffset, text: unsafe String(decoding: line.bytes, as: UTF8.self),
            length: line.length, terminator: line.terminatorLength, isTooLong: line.isTooLong)
    }

    private func lines(_ reader: LineReader) throws -> [Copy] {
        var copies: [Copy] = []
        while let line = try reader.next() { copies.append(copy(line)) }
        #expect(try reader.next() == nil)
        return copies
    }

    private func linesOfBlocks(_ reader: LineReader) throws -> [Copy] {
        var copies: [Copy] = []
        while let block = try reader.nextBlock() {
            let first = copies.count
            for line in block { copies.append(copy(line)) }
            // Lines with memory of their own are the same lines.
            let owned = OwnedLineBlock(block).withLines { $0.map { copy($0) } }
            #expect(owned == Array(copies[first...]))
        }
        return copies
    }

    /// What the lines are, found without a buffer.
    private func reference(_ bytes: [UInt8], maxLineBytes: Int) -> [Copy] {
        var copies: [Copy] = []
        var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        while start < bytes.count {
            let newline = bytes[start...].firstIndex(of: 0x0A)
            var end = newline ?? bytes.count
            var terminator = newline == nil ? 0 : 1
            if newline != nil, end > start, bytes[end - 1] == 0x0D {
                end -= 1
                terminator = 2
            }
            let isTooLong = end - start > maxLineBytes
            copies.append(
                Copy(
                    number: copies.count + 1, offset: start,
                    text: isTooLong ? "" : String(decoding: bytes[start..<end], as: UTF8.self), length: end - start,
                    terminator: terminator, isTooLong: isTooLong))
            start = end + terminator
        }
        return copies
    }

    static let texts = [
        "", "\n", "a", "a\n", "a\r\n", "\r\n", "\r", "a\rb\n", "a\n\nb", "\u{FEFF}a\nb\n", "\u{FEFF}",
        "ab\r\r\n\n\r\ncd\r",
        "1234567\n12345678\r\n123456789\r\n123456789\n12345678\r", "0123456789abcdef\r\nxy\n0123456789abcdef",
    ]

    @Test(arguments: texts, [1, 2, 3, 4, 5, 7, 8, 9, 16, 64])
    func blockBoundariesChangeNothing(text: String, blockBytes: Int) throws {
        let fixture = try InputFixture()
        let bytes = Array(text.utf8)
        let limits = LineReader.Limits(blockBytes: blockBytes, maxLineBytes: 8)
        let expected = reference(bytes, maxLineBytes: 8)
        let plain = try fixture.write(bytes, to: "plain")
        #expect(try lines(LineReader(path: plain, limits: limits)) == expected)
        #expect(try linesOfBlocks(LineReader(path: plain, limits: limits)) == expected)
        let packed = try fixture.write(InputFixture.gzip(bytes), to: "packed")
        #expect(try lines(LineReader(path: packed, limits: limits)) == expected)
    }

    @Test(arguments: [11, 12, 13] as [UInt64])
    func randomLinesMatchTheReference(seed: UInt64) throws {
        let fixture = try InputFixture()
        var generator = InputGenerator(state: seed)
        for round in 0..<60 {
            let bytes = (0..<Int.random(in: 0..<300, using: &generator)).map { _ -> UInt8 in
                [0x61, 0x62, 0x0A, 0x0D, 0xFF, 0xC3].randomElement(using: &generator) ?? 0x61
            }
            let cut = Int.random(in: 0...bytes.count, using: &generator)
            let limits = LineReader.Limits(
                blockBytes: Int.random(in: 1..<40, using: &generator),
                maxLineBytes: Int.random(in: 1..<30, using: &generator))
            let expected = reference(bytes, maxLineBytes: limits.maxLineBytes)
            let plain = try fixture.write(bytes, to: "plain\(round)")
            #expect(try lines(LineReader(path: plain, limits: limits)) == expected, "seed \(seed)")
            let members = try InputFixture.gzip(Array(bytes[..<cut])) + InputFixture.gzip(Array(bytes[cut...]))
            let packed = try fixture.write(members, to: "packed\(round)")
            #expect(try linesOfBlocks(LineReader(path: packed, limits: limits)) == expected, "seed \(seed)")
        }
    }

    @Test func lineOfFortyMegabytesIsSkippedInFlatMemory() throws {
        let fixture = try InputFixture()
        let bytes = [UInt8](repeating: 0x78, count: 40_000_000)
        let path = try fixture.write(Array("first\n".utf8) + bytes + Array("\r\nlast".utf8))
        let limits = LineReader.Limits(blockBytes: 1 << 16, maxLineBytes: 1 << 20)
        let reader = try LineReader(path: path, limits: limits)
        let found = try lines(reader)
        #expect(found.map(\.length) == [5, 40_000_000, 4])
        #expect(found.map(\.isTooLong) == [false, true, false])
        #expect(found.map(\.offset) == [0, 6, 40_000_008])
        #expect(found.map(\.text) == ["first", "", "last"])
        #expect(reader.bufferBytes < (1 << 20) + (1 << 17))
        #expect(reader.bytesRead == 40_000_012)
        #expect(reader.totalBytes == 40_000_012)
    }

    @Test func pipeGivesLinesAsTheyCome() throws {
        var ends: [Int32] = [-1, -1]
        try #require(unsafe pipe(&ends) == 0)
        let reader = try LineReader(adopting: ends[0], name: "pipe", limits: .init(blockBytes: 4096))
        #expect(reader.totalBytes == nil)
        func send(_ text: String) { #expect(unsafe write(ends[1], text, text.utf8.count) == text.utf8.count) }
        send("one\ntwo\nthr")
        #expect(try reader.next().map(copy)?.text == "one")
        #expect(try reader.next().map(copy)?.text == "two")
        send("ee\n")
        #expect(try reader.next().map(copy)?.text == "three")
        send("rest")
        #expect(close(ends[1]) == 0)
        #expect(try reader.next().map(copy) == Copy(number: 4, offset: 14, text: "rest", length: 4, terminator: 0))
        #expect(try reader.next() == nil)
    }

    @Test func truncatedGzipGivesItsLinesFirst() throws {
        let fixture = try InputFixture()
        let text = (0..<20_000).map { "line \($0 &* 2_654_435_761 % 1_000_003)\n" }.joined()
        let whole = try InputFixture.gzip(Array(text.utf8))
        let path = try fixture.write(Array(whole[..<(whole.count / 2)]))
        let reader = try LineReader(path: path, limits: .init(blockBytes: 1000))
        var count = 0
        let error = #expect(throws: LogInputError.self) {
            while let line = try reader.next() {
                count += 1
                #expect(line.isTerminated)
            }
        }
        #expect(error == .truncatedArchive(path: path, coding: .gzip, byteOffset: whole.count / 2))
        #expect(count > 5_000)
        let known = try #require(error)
        #expect(throws: known) { try reader.next() }
        #expect(known.description.contains(path))
    }

    @Test func everyTruncationAndDamageOfGzipIsNoticed() throws {
        let fixture = try InputFixture()
        let whole = try InputFixture.gzip(Array("alpha\nbeta\ngamma\n".utf8))
        for count in 2..<whole.count {
            let path = try fixture.write(Array(whole[..<count]), to: "cut")
            #expect(throws: LogInputError.truncatedArchive(path: path, coding: .gzip, byteOffset: count)) {
                _ = try lines(LineReader(path: path))
            }
        }
        // The checksum and the length at the end.
        for place in whole.count - 8..<whole.count {
            var damaged = whole
            damaged[place] ^= 1
            let path = try fixture.write(damaged, to: "damaged")
            let reader = try LineReader(path: path)
            var count = 0
            let error = #expect(throws: LogInputError.self) { while try reader.next() != nil { count += 1 } }
            guard case .corruptArchive(path, .gzip, _, _) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(count == 3)
        }
    }

    @Test func paddingBehindGzipIsIgnoredAndOtherBytesAreNot() throws {
        let fixture = try InputFixture()
        let member = try InputFixture.gzip(Array("x\n".utf8))
        let padded = try fixture.write(member + [UInt8](repeating: 0, count: 1000), to: "padded")
        #expect(try lines(LineReader(path: padded)).map(\.text) == ["x"])
        let trailed = try fixture.write(member + Array("trailing".utf8), to: "trailed")
        let reader = try LineReader(path: trailed)
        #expect(try reader.next()?.length == 1)
        let error = #expect(throws: LogInputError.self) { try reader.next() }
        guard case .corruptArchive(trailed, .gzip, let offset, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(offset >= member.count)
    }

    @Test func unreadableInputsAreNamed() throws {
        let fixture = try InputFixture()
        let missing = fixture.folder + "/missing"
        #expect(throws: LogInputError.notFound(path: missing)) { try LineReader(path: missing) }
        #expect(throws: LogInputError.isDirectory(path: fixture.folder)) { try LineReader(path: fixture.folder) }
        let closed = #expect(throws: LogInputError.self) { try LineReader(adopting: 9999, name: "closed") }
        guard case .system("closed", _, EBADF, _) = closed else {
            Issue.record("\(String(describing: closed))")
            return
        }
        #expect(LogInputError.fromErrno(EACCES, path: "p", operation: "open") == .permissionDenied(path: "p"))
    }

    @Test func bytesBehindALineMayBeRead() throws {
        let fixture = try InputFixture()
        let reader = try LineReader(path: fixture.write("abc"), limits: .init(blockBytes: 3))
        let line = try #require(try reader.next())
        let base = unsafe try #require(unsafe line.bytes.baseAddress)
        var sum = 0
        for index in 0..<LineReader.padding { unsafe sum += Int((base + 3 + index).load(as: UInt8.self)) }
        #expect(sum == 0)
    }
}
