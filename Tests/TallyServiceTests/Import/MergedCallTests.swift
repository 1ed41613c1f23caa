import DurableQueue
import Foundation
import Logging
import ServiceLifecycle
import TallyCore
import TallyMetering
import TallyService
import TallyStore
import TallyTestSupport
import Testing

/// One call as the proxy, a client's log and the biller's export tell it, on their ways into the database.
@Suite(.database) struct MergedCallTests {
    /// A step on the way.
    private enum Step: CaseIterable {
        case relay, log, export
    }

    private static let orders: [[Step]] = [
        [.relay, .log, .export], [.relay, .export, .log], [.log, .relay, .export], [.log, .export, .relay],
        [.export, .relay, .log], [.export, .log, .relay],
    ]

    /// What the proxy recorded: a call of the last second of March, charged to `relayed`.
    private func relayed(
        _ number: UInt64 = 1, requestID: String? = "gen-1", biller: String = "openrouter",
        time: String = "2026-03-31T23:59:59Z"
    ) throws -> UsageEvent {
        var event = UsageEvent(identity: EventIdentity(high: 7, low: number), time: try instant(time))
        event.offering = Offering(biller: biller, model: "any/one", route: .routed)
        event.attribution = Attribution(project: "relayed")
        event.requestID = requestID
        event.usage = UsageBuckets()
        event.usage?[.input] = 1000
        event.status = 200
        return event
    }

    /// The same call in the log of its client, on the other side of the month's end.
    private static func line(
        requestID: String = "gen-1", biller: String? = nil, time: String = "2026-04-01T00:00:02Z"
    ) -> String {
        let seller = biller.map { #""biller":"\#($0)","# } ?? ""
        return #"{"time":"\#(time)",\#(seller)"model":"any/one","request_id":"\#(requestID)","user":"u1","#
            + #""usage":{"input":1000,"output":10},"duration_ms":900}"#
    }

    /// The same call in the biller's export.
    private func exported() throws -> UsageEvent {
        var event = UsageEvent(identity: EventIdentity(high: 9, low: 1), time: try instant("2026-04-01T00:00:00Z"))
        event.offering = Offering(biller: "openrouter", provider: "deepinfra", model: "any/one", account: "team")
        event.requestID = "gen-1"
        event.billedCost = try Money(parsing: "0.0031")
        return event
    }

    private func relay(_ events: [UsageEvent], into database: TestDatabase) async throws {
        let folder = try LogFolder()
        let spool = try DurableQueue(
            folder: folder.file("spool"),
            limits: DurableQueue.Limits(
                maximumRecords: 100, maximumBytes: 1 << 20, reservedRecords: 1, reservedBytes: 0))
        for event in events {
            try await withCheckedThrowingContinuation { continuation in
                spool.append(EventRecordWriter.record(of: event), using: nil) { result in
                    continuation.resume(with: result.map { _ in }.mapError { $0 as any Error })
                }
            }
        }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let ingestor = SpoolIngestor(
            spool: spool, sink: database.anotherTally(),
            prices: PriceBoard(prices: database.tally, shelf: PriceShelf()), rejectPath: folder.file("rejects"),
            logger: logger, now: { .earliestEvent })
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [ingestor], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            // Told to stop, it moves what there is.
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        #expect(spool.backlog.records == 0)
        await spool.close()
    }

    @discardableResult
    private func importLog(
        _ lines: [String], project: String = "logged", into database: TestDatabase
    ) async throws -> ImportProgress {
        let folder = try LogFolder()
        return try await importLogs([folder.write("log.jsonl", lines.joined(separator: "\n"))], into: database) {
            $0.defaults.offering.biller = "openai"
            $0.defaults.attribution.project = project
        }
    }

    private func take(_ step: Step, into database: TestDatabase) async throws {
        switch step {
        case .relay: try await relay([try relayed()], into: database)
        case .log: try await importLog([Self.line()], into: database)
        case .export:
            let book = try SamplePrices.makeBook()
            let event = try exported()
            let charge = book.charge(for: event.offering, usage: event.usage, at: event.time)
            _ = try await database.tally.store(
                EventBatch(
                    events: [PricedEvent(event: event, charge: charge)], book: book,
                    origin: EventOrigin(name: "openrouter", form: "generation", rank: .export), checkpoint: nil))
        }
    }

    private func events(of database: TestDatabase) async throws -> [StoredEvent] {
        let query = ReportQuery(from: try instant("2026-01-01T00:00:00Z"), to: try instant("2027-01-01T00:00:00Z"))
        return try await database.tally.events(query, after: nil, limit: 100)
    }

    @Test(arguments: orders) private func isOneEventOfOneProjectInOneMonth(order: [Step]) async throws {
        let database = try TestDatabase.current
        try await database.tally.apply(try SamplePrices.makeTable())
        for step in order { try await take(step, into: database) }
        let stored = try await events(of: database)
        #expect(stored.count == 1)
        let call = try #require(stored.first)
        #expect(call.event.attribution == Attribution(project: "relayed", user: "u1"))
        #expect(call.event.time == (try relayed().time))
        #expect(call.event.offering.biller == "openrouter" && call.event.offering.provider == "deepinfra")
        #expect(call.event.offering.route == .routed && call.event.offering.account == "team")
        #expect(call.event.usage == (try relayed().usage))
        #expect(call.event.durationMs == 900 && call.event.status == 200)
        #expect(call.costSource == "billed" && call.cost?.description == "0.0031")
        // The prices of the call as it is now, though no source could price it so alone.
        #expect(call.computedCost?.description == "0.003")
        let report = try await wholeReport(of: database)
        #expect(report.contains("relayed") && !report.contains("logged"))
        // Told once more by each: nothing changes.
        for step in order { try await take(step, into: database) }
        let again = try await wholeReport(of: database)
        #expect(again == report)
    }

    @Test func anotherProjectForTheLogIsTheLogsAlone() async throws {
        let database = try TestDatabase.current
        let first = try await importLog([Self.line()], into: database)
        #expect((first.stored, first.merged) == (1, 0))
        let renamed = try await importLog([Self.line()], project: "renamed", into: database)
        #expect((renamed.duplicate, renamed.reattributed) == (1, 1))
        try await database.tally.apply(try SamplePrices.makeTable())
        try await relay([try relayed()], into: database)
        let outvoted = try await importLog([Self.line()], project: "third", into: database)
        #expect((outvoted.duplicate, outvoted.merged, outvoted.reattributed) == (1, 0, 0))
        let stored = try await events(of: database)
        #expect(stored.map(\.event.attribution.project) == ["relayed"])
    }

    /// What is no other telling of the same call is another call.
    @Test func callsThatAreNotTheSameStayTwo() async throws {
        let database = try TestDatabase.current
        try await database.tally.apply(try SamplePrices.makeTable())
        try await relay(
            [
                try relayed(1, requestID: "late"), try relayed(2, requestID: "other"), try relayed(3, requestID: nil),
                try relayed(4, requestID: "twice"), try relayed(5, requestID: "twice", time: "2026-04-01T00:00:01Z"),
            ], into: database)
        let counts = try await importLog(
            [
                Self.line(requestID: "late", time: "2026-04-08T00:00:00Z"),
                Self.line(requestID: "other", biller: "together"), Self.line(requestID: ""),
                Self.line(requestID: "twice", time: "2026-04-01T00:00:03Z"), Self.line(requestID: "alone"),
                Self.line(requestID: "alone", time: "2026-04-01T00:00:03Z"),
            ], into: database)
        #expect((counts.read, counts.stored, counts.merged) == (6, 5, 1))
        let stored = try await events(of: database)
        #expect(stored.count == 10)
        let twice = stored.filter { $0.event.requestID == "twice" }.map(\.event)
        #expect(twice.map(\.identity.low) == [5, 4] && twice.map(\.attribution.user) == ["u1", nil])
    }

    @Test func anExportOfMergedCallsGivesTheSameReport() async throws {
        let database = try TestDatabase.current
        try await database.tally.apply(try SamplePrices.makeTable())
        for step in [Step.log, .relay, .export] { try await take(step, into: database) }
        let (lines, report) = (try await export(of: database), try await wholeReport(of: database))
        let folder = try LogFolder()
        let path = try folder.write("export.jsonl", lines)
        let same = try await importLogs([path], into: database)
        #expect((same.duplicate, same.stored, same.merged, same.reattributed) == (1, 0, 0, 0))
        #expect(try await export(of: database) == lines)
        #expect(try await wholeReport(of: database) == report)
        try await TestDatabase.withAnother { other in
            let counts = try await importLogs([path], into: other)
            #expect((counts.stored, counts.merged) == (1, 0))
            #expect(try await export(of: other) == lines)
            #expect(try await wholeReport(of: other) == report)
        }
    }
}
