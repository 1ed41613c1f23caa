import Logging
import PostgresClient
import TallyCore
import TallyService
import TallyStore
import Testing

struct ListenErrorTests {
    @Test(.timeLimit(.minutes(5))) func aPortInUseIsNamedWithTheMend() async throws {
        let (addresses, listening) = AsyncStream.makeStream(of: String.self)
        let first = try makeAPI(port: 0) { listening.yield($0) }
        try await withThrowingTaskGroup { group in
            group.addTask { try await first.run() }
            let address = try #require(await addresses.first { _ in true })
            let port = try #require(address.split(separator: ":").last.flatMap { Int($0) })
            let second = try makeAPI(port: port) { _ in }
            let error = await #expect(throws: ListenError.self) { try await second.run() }
            #expect(
                error?.description
                    == "cannot listen on \(address): it is in use; choose another --api-listen, or port 0 for a free one"
            )
            group.cancelAll()
            _ = await group.nextResult()
        }
    }

    /// An API that is never asked, so that it needs no database.
    private func makeAPI(
        port: Int, onListening: @escaping @Sendable (String) async -> Void
    ) throws -> ReportAPI {
        let now = try instant("2026-03-31T12:00:00Z")
        let tally = TallyDatabase(pool: PostgresPool(conninfo: "host='/nowhere'"))
        return ReportAPI(
            sources: ReportAPI.Sources(
                reports: tally, events: tally, prices: tally, readiness: tally,
                intake: EventIntake(sink: tally, prices: PriceBoard(prices: tally, shelf: PriceShelf()))),
            settings: ReportAPI.Settings(host: "127.0.0.1", port: port, maximumRows: 10, version: "1.2.3"),
            access: APIAccess(keys: KeyRing(), isLoopback: true),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, now: { now }, onListening: onListening)
    }
}
