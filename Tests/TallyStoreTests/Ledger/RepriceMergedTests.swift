import PostgresClient
import TallyCore
import TallyStore
import TallyTestSupport
import Testing

/// Charges of calls that several sources tell of.
@Suite(.database) struct RepriceMergedTests {
    private func told(_ number: UInt64, tokens: Int64?, project: String? = "p") throws -> UsageEvent {
        var event = try plainEvent(number, project: project)
        event.requestID = "gen-1"
        event.usage = nil
        if let tokens {
            event.usage = UsageBuckets()
            event.usage?[.input] = tokens
        }
        return event
    }

    private func table(_ amount: String) throws -> PriceTable {
        PriceTable(
            prices: [try SamplePrices.price("together", "together", "plain", .input, amount)],
            aliases: ProviderAliases())
    }

    private func store(
        _ event: UsageEvent, from origin: EventOrigin, _ table: PriceTable, into database: TestDatabase
    ) async throws {
        let book = try table.makeBook()
        let charge = book.charge(for: event.offering, usage: event.usage, at: event.time)
        _ = try await database.tally.store(
            EventBatch(
                events: [PricedEvent(event: event, charge: charge)], book: book, origin: origin, checkpoint: nil))
    }

    private func reprice(_ database: TestDatabase) async throws -> RepriceSums {
        try await database.tally.reprice(
            RepriceRequest(query: try .everything(), mode: .write(note: nil), batchEvents: 5), onProgress: { _ in }
        ).totals
    }

    private func costs(_ database: TestDatabase) async throws -> [String?] {
        try await database.tally.events(try .everything(), after: nil, limit: 9).map { $0.computedCost?.description }
    }

    /// New prices do not touch the charge of a call that another source tells of in the same way (I5).
    @Test func aChargeThatStillFitsStands() async throws {
        let database = try TestDatabase.current
        try await store(try told(1, tokens: 1_000_000), from: .log, try table("1"), into: database)
        try await store(try told(2, tokens: 1_000_000, project: nil), from: .export, try table("2"), into: database)
        #expect(try await costs(database) == ["1.00"])
        // A relay that knows no usage changes who is charged, and what it costs not at all.
        try await store(try told(3, tokens: nil, project: "relayed"), from: .proxy, try table("3"), into: database)
        #expect(try await costs(database) == ["1.00"])
        try await expectRollupsMatchEvents(database)
    }

    @Test func aChargeThatFitsNoMoreIsMadeAnew() async throws {
        let database = try TestDatabase.current
        var partial = try told(1, tokens: 1000)
        partial.outcome = .interrupted
        try await store(partial, from: .proxy, try table("1"), into: database)
        try await store(try told(2, tokens: 1_000_000), from: .log, try table("2"), into: database)
        #expect(try await costs(database) == ["2.00"])
        try await expectRollupsMatchEvents(database)
    }

    @Test func aRepriceOfAMergedCallIsThatOfAllItsSources() async throws {
        let database = try TestDatabase.current
        try await database.tally.apply(try table("5"))
        let log = try told(1, tokens: 1_000_000)
        try await store(log, from: .log, try table("1"), into: database)
        try await store(try told(2, tokens: nil), from: .proxy, try table("1"), into: database)
        let sums = try await reprice(database)
        #expect((sums.events, sums.changed) == (1, 1))
        #expect(try await costs(database) == ["5.00"])
        // What comes and what is corrected afterwards brings no older charge back.
        try await store(try told(3, tokens: nil), from: .export, try table("1"), into: database)
        var corrected = log
        corrected.attribution.user = "u"
        try await store(corrected, from: .log, try table("1"), into: database)
        #expect(try await costs(database) == ["5.00"])
        let users = try await database.tally.events(try .everything(), after: nil, limit: 9).map(
            \.event.attribution.user)
        #expect(users == ["u"])
        let again = try await reprice(database)
        #expect(again.changed == 0)
        let changes = try await database.tally.explanation(of: log.identity)?.changes.count
        #expect(changes == 1)
        try await expectRollupsMatchEvents(database)
    }
}
