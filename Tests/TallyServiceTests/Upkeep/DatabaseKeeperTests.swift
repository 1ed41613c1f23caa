import Logging
import Synchronization
import TallyCore
import Testing

@testable import TallyService

@Suite(.timeLimit(.minutes(5))) struct DatabaseKeeperTests {
    private struct Readiness: ReadinessSource {
        let found: [String]

        func problems() async -> [String] { found }
    }

    /// Keeps the messages of a log.
    private final class Messages: Sendable {
        let all = Mutex<[String]>([])
    }

    private struct Recorder: LogHandler {
        let messages: Messages
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            messages.all.withLock { $0.append("\(event.message)") }
        }
    }

    @Test func aDatabaseThatIsAwayIsBroughtBackAtTheFirstLook() async throws {
        let now = try instant("2026-03-31T12:00:00Z")
        let (calls, called) = AsyncStream.makeStream(of: Void.self)
        let messages = Messages()
        let keeper = DatabaseKeeper(
            readiness: Readiness(found: ["gone"]), logger: logger(to: messages), now: { now },
            bringBack: { called.yield() }, makeAhead: { _ in })
        let running = Task { try await keeper.run() }
        #expect(await calls.first { true } != nil)
        running.cancel()
        try await running.value
        #expect(messages.all.withLock { $0 } == ["database is away"])
    }

    @Test func aShutdownWhilePartitionsAreMadeIsNoError() async throws {
        let now = try instant("2026-03-31T12:00:00Z")
        let (calls, called) = AsyncStream.makeStream(of: Void.self)
        let messages = Messages()
        let keeper = DatabaseKeeper(
            readiness: Readiness(found: []), logger: logger(to: messages), now: { now }, bringBack: {},
            makeAhead: { _ in
                called.yield()
                // Ends when the task is cancelled, as a statement under way does.
                for await _ in AsyncStream<Never>.makeStream().stream {}
                throw CancellationError()
            })
        let running = Task { try await keeper.run() }
        #expect(await calls.first { true } != nil)
        running.cancel()
        try await running.value
        #expect(messages.all.withLock { $0 }.isEmpty)
    }

    private func logger(to messages: Messages) -> Logger {
        Logger(label: "test") { _ in Recorder(messages: messages) }
    }
}
