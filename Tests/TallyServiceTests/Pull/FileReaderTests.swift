import Foundation
import PostgresClient
import TallyCore
import TallyStore
import TallyTestSupport
import Testing

@testable import TallyService

/// Files that are followed while they are written, rotated, compressed and cut.
@Suite(.database) struct FileReaderTests {
    private let folder: LogFolder
    private let pull: PullTesting

    init() throws {
        folder = try LogFolder()
        pull = try PullTesting(TestDatabase.current)
    }

    private func reader(
        _ paths: [String]? = nil, now: @escaping @Sendable () -> Instant = { PullTesting.justNow },
        change: (inout FileReader.Settings) -> Void = { _ in }
    ) -> FileReader {
        var settings = FileReader.Settings(
            source: "logs", paths: paths ?? [folder.file("app.log")], records: RecordSettings(),
            rejectPath: folder.file("rejects"))
        change(&settings)
        return FileReader(settings, now: now)
    }

    private func line(_ number: Int, hasID: Bool = false) -> String {
        let id = hasID ? "\"id\":\"r\(number)\"," : ""
        return "{\(id)\"time\":\"2026-03-01T00:00:00Z\",\"biller\":\"together\",\"model\":\"plain\","
            + "\"usage\":{\"input\":\(number)}}\n"
    }

    private func lines(_ range: Range<Int>) -> String { range.map { line($0, hasID: $0 % 2 == 0) }.joined() }

    private func append(_ text: String, to name: String = "app.log") throws {
        let path = folder.file(name)
        if !FileManager.default.fileExists(atPath: path) { _ = try folder.write(name, "") }
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }

    private func move(_ from: String, _ to: String) throws {
        try FileManager.default.moveItem(atPath: folder.file(from), toPath: folder.file(to))
    }

    private func cutAfterCopy(to name: String) throws {
        try FileManager.default.copyItem(atPath: folder.file("app.log"), toPath: folder.file(name))
        let handle = try #require(FileHandle(forWritingAtPath: folder.file("app.log")))
        try handle.truncate(atOffset: 0)
        try handle.close()
    }

    @Test func aFileThatGrowsIsReadOn() async throws {
        let reader = reader()
        #expect(try await pull.run(reader).counts.read == 0)
        try append(lines(0..<10))
        #expect(try await pull.run(reader).counts.stored == 10)
        #expect(try await pull.run(reader).counts.read == 0)
        try append(lines(10..<15) + line(15).dropLast(5))
        #expect(try await pull.run(reader).counts.read == 5)
        try append(String(line(15).suffix(5)) + line(16))
        let outcome = try await pull.run(reader)
        #expect(outcome.counts.stored == 2 && outcome.failures.isEmpty && outcome.pendingBytes == 0)
        #expect(try await pull.events == 17)
    }

    @Test func aNewReaderGoesOnAtTheCheckpoint() async throws {
        try append(lines(0..<300))
        try await pull.run(reader(change: { $0.batchEvents = 100 }))
        try append(lines(300..<310))
        let outcome = try await pull.run(reader())
        #expect(outcome.counts.read == 10 && outcome.counts.stored == 10)
        #expect(try await pull.run(reader()).counts.read == 0)
        let items = try await pull.database.tally.checkpoints(of: "logs")
        #expect(items.count == 1 && items[0].isComplete)
    }

    @Test func aLineWithoutAnIDIsNoneOfTheOneBefore() async throws {
        try append(line(1) + line(2, hasID: true))
        try await pull.run(reader())
        try append(line(3) + line(4))
        #expect(try await pull.run(reader()).counts.stored == 2)
    }

    @Test func equalLinesAreCountedOnAcrossReaders() async throws {
        for _ in 0..<4 {
            try append(line(7) + line(7))
            #expect(try await pull.run(reader()).counts.stored == 2)
        }
        #expect(try await pull.events == 8)
    }

    @Test(arguments: [false, true]) func aRenamedFileIsReadToItsEndAndTheNewOneFromItsStart(
        restarts: Bool
    ) async throws {
        let first = reader()
        try append(lines(0..<10))
        try await pull.run(first)
        try append(lines(10..<12))
        try move("app.log", "app.log.1")
        try append(lines(12..<20))
        let outcome = try await pull.run(restarts ? reader() : first)
        #expect(outcome.counts.read == 10 && outcome.counts.stored == 10)
        #expect(try await pull.run(first).counts.read == 0)
        #expect(try await pull.events == 20)
    }

    @Test(arguments: [false, true]) func aFileThatIsCopiedAndCutGoesOnInItsCopy(restarts: Bool) async throws {
        let first = reader()
        try append(lines(0..<200))
        try await pull.run(first)
        try append(lines(200..<210))
        try cutAfterCopy(to: "app.log.1")
        // Longer than the file was before it was cut, when it is seen next.
        try append(lines(1_000..<1_400))
        let outcome = try await pull.run(restarts ? reader() : first)
        #expect(outcome.counts.read == 410 && outcome.counts.stored == 410)
        #expect(try await pull.run(first).counts.read == 0)
    }

    @Test func aCopyThatIsSeenBeforeTheCutIsNotReadTwice() async throws {
        let reader = reader()
        try append(lines(0..<50))
        try await pull.run(reader)
        try FileManager.default.copyItem(atPath: folder.file("app.log"), toPath: folder.file("app.log.1"))
        #expect(try await pull.run(reader).counts.read == 0)
        try append(lines(50..<60))
        #expect(try await pull.run(reader).counts.read == 10)
        #expect(try await pull.run(reader).counts.read == 0)
    }

    @Test(arguments: [false, true]) func anArchiveOfWhatWasReadIsNotReadAgain(restarts: Bool) async throws {
        let first = reader()
        try append(lines(0..<500))
        try await pull.run(first)
        try append(lines(500..<520))
        _ = try folder.write("app.log.1.gz", gzip(String(contentsOfFile: folder.file("app.log"), encoding: .utf8)))
        try FileManager.default.removeItem(atPath: folder.file("app.log"))
        let outcome = try await pull.run(restarts ? reader() : first)
        #expect(outcome.counts.stored == 20 && outcome.failures.isEmpty)
        #expect(try await pull.run(first).counts.read == 0)
        #expect(try await pull.run(reader()).counts.read == 0)
    }

    @Test func aFileMovedOutOfSightIsReadToItsEnd() async throws {
        let reader = reader()
        try append(lines(0..<10))
        try await pull.run(reader)
        try append(lines(10..<14))
        try move("app.log", "elsewhere")
        #expect(try await pull.run(reader).counts.stored == 4)
        // Whoever writes it has it open still.
        try append(lines(14..<16), to: "elsewhere")
        #expect(try await pull.run(reader).counts.stored == 2)
    }

    @Test func anOpenLastLineIsTakenOnceTheFileIsLeftAlone() async throws {
        try append(line(1) + line(2).dropLast())
        #expect(try await pull.run(reader()).counts.stored == 1)
        let later = Instant(microseconds: PullTesting.justNow.microseconds + 120_000_000)
        #expect(try await pull.run(reader(now: { later })).counts.stored == 1)
        try append("\n" + line(3))
        #expect(try await pull.run(reader()).counts.stored == 1)
        #expect(try await pull.events == 3)
    }

    @Test func whatIsNoEventIsNamedAndTheRestGoesOn() async throws {
        try append(line(1) + "nonsense\n" + line(2))
        _ = try folder.write("bad.gz", gzip(lines(10..<20)).dropLast(20) + [0, 0, 0])
        let outcome = try await pull.run(reader([folder.file("*.log"), folder.file("*.gz")]))
        #expect(outcome.counts.rejected == 1 && outcome.counts.stored >= 2)
        #expect(outcome.firstRejects.first?.contains("app.log:2: ") == true)
        #expect(try String(contentsOfFile: folder.file("rejects"), encoding: .utf8).contains("\"line\":2"))
    }

    @Test func lateDataLandsInItsMonth() async throws {
        let reader = reader()
        try append(line(1))
        try await pull.run(reader)
        let before = try await wholeReport(of: pull.database)
        try append(line(2).replacingOccurrences(of: "2026-03-01", with: "2025-11-30"))
        try append(line(3).replacingOccurrences(of: "2026-03-01", with: "2026-02-11"))
        try await pull.run(reader)
        let after = try await wholeReport(of: pull.database)
        #expect(before != after)
        let months = try await pull.database.query(
            "SELECT to_char(time, 'YYYY-MM'), count(*) FROM events GROUP BY 1 ORDER BY 1"
        ).map { try $0.decode(String.self, at: 0) }
        #expect(months == ["2025-11", "2026-02", "2026-03"])
    }

    /// Whatever happens to the files in whatever order, every line is stored once.
    @Test(arguments: UInt64(1)...8) func everyLineIsStoredOnce(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        var written = 0
        var rotations = 0
        var following = reader(change: { $0.batchEvents = 50 })
        var log: [String] = []
        for _ in 0..<60 {
            let step = Int.random(in: 0..<10, using: &random)
            log.append("\(step)@\(written)")
            switch step {
            case 0..<5:
                let count = Int.random(in: 1..<120, using: &random)
                try append(lines(written..<written + count))
                written += count
            case 5 where FileManager.default.fileExists(atPath: folder.file("app.log")):
                rotations += 1
                try move("app.log", "app.log.\(rotations)")
            case 6 where FileManager.default.fileExists(atPath: folder.file("app.log")):
                rotations += 1
                try cutAfterCopy(to: "app.log.\(rotations)")
            case 7 where rotations > 0:
                let name = "app.log.\(Int.random(in: 1...rotations, using: &random))"
                guard let bytes = FileManager.default.contents(atPath: folder.file(name)) else { continue }
                _ = try folder.write(name + ".gz", gzip(String(decoding: bytes, as: UTF8.self)))
                try FileManager.default.removeItem(atPath: folder.file(name))
            case 8: following = reader(change: { $0.batchEvents = 50 })
            default: try await pull.run(following)
            }
        }
        let outcome = try await pull.run(following)
        #expect(outcome.failures.isEmpty, "seed \(seed)")
        let stored = try await pull.database.query("SELECT input FROM events ORDER BY 1").map {
            try $0.decode(Int.self, at: 0)
        }
        let missing = Set(0..<written).subtracting(stored)
        #expect(missing.isEmpty && stored.count == written, "seed \(seed): \(missing.sorted()), \(log)")
        let again = try await pull.run(reader())
        #expect(again.counts.stored == 0)
    }
}
