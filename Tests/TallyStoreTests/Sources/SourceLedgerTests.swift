import PostgresClient
import TallyCore
import TallyStore
import TallyTestSupport
import Testing

@Suite(.database) struct SourceLedgerTests {
    private let start = Instant(microseconds: 1_780_000_000_000_000)

    private func run(_ source: String, after seconds: Int64 = 0, error: String? = nil, stored: Int = 0) -> SourceRun {
        let began = Instant(microseconds: start.microseconds + seconds * 1_000_000)
        var run = SourceRun(
            source: source, kind: "files", holder: "one", startedAt: began,
            endedAt: Instant(microseconds: began.microseconds + 5))
        run.error = error
        run.counts.read = stored + 1
        run.counts.stored = stored
        return run
    }

    @Test func checkpointsAreKeptBySourceAndForgotten() async throws {
        let tally = try TestDatabase.current.tally
        let first = SourceCheckpoint(item: "a", position: 5, isComplete: false, state: #"{"x":"é"}"#)
        try await tally.save(first, of: "logs")
        try await tally.save(SourceCheckpoint(item: "b", position: 1, isComplete: true), of: "logs")
        try await tally.save(SourceCheckpoint(item: "a", position: 9, isComplete: true), of: "others")
        #expect(try await tally.checkpoints(of: "logs").map(\.item) == ["a", "b"])
        #expect(try await tally.checkpoints(of: "logs").first == first)
        let later = SourceCheckpoint(item: "a", position: 7, isComplete: true)
        try await tally.save(later, of: "logs")
        #expect(try await tally.checkpoints(of: "logs").first == later)
        try await tally.forget(["a", "none"], of: "logs")
        #expect(try await tally.checkpoints(of: "logs").map(\.item) == ["b"])
        #expect(try await tally.checkpoints(of: "others").count == 1)
        #expect(try await tally.checkpoints(of: "unknown").isEmpty)
    }

    @Test func aRunThatFailsLeavesWhatWasKnown() async throws {
        let tally = try TestDatabase.current.tally
        var good = run("logs", stored: 10)
        good.coveredUntil = start
        good.pendingBytes = 0
        try await tally.note(good)
        try await tally.note(run("logs", after: 60, error: "logs: no such file", stored: 2))
        let status = try #require(try await tally.sourceStatuses().first)
        #expect(status.lastSuccessAt == good.endedAt)
        #expect(status.lastError == "logs: no such file")
        #expect(status.lastErrorAt?.microseconds == start.microseconds + 60_000_005)
        #expect(status.runs == 2 && status.failures == 1)
        #expect(status.counts.stored == 12 && status.counts.read == 14)
        #expect(status.coveredUntil == start && status.pendingBytes == nil)
        try await tally.note(run("logs", after: 120))
        let mended = try #require(try await tally.sourceStatuses().first)
        #expect(mended.lastError == nil && mended.lastErrorAt == status.lastErrorAt)
        #expect(try await tally.holder(of: "logs") == "one")
        #expect(try await tally.holder(of: "unknown") == nil)
    }

    @Test func aSourceHasOnePullerAtATime() async throws {
        let database = try TestDatabase.current
        let first = SourceLockSession(database.tally)
        let second = SourceLockSession(database.anotherTally())
        #expect(try await first.take("logs"))
        #expect(try await first.take("bills"))
        #expect(try await !second.take("logs"))
        await first.giveBack("logs")
        #expect(try await second.take("logs"))
        #expect(try await !second.take("bills"))
        // A process that goes leaves nothing behind.
        await first.close()
        #expect(try await second.take("bills"))
        await second.close()
    }
}
