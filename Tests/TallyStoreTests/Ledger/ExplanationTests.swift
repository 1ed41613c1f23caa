import PostgresClient
import TallyCore
import TallyStore
import TallyTestSupport
import Testing

@Suite(.database) struct ExplanationTests {
    /// The lines of every stored charge sum to the stored cost, with nothing but what is stored with it.
    @Test(arguments: [51, 52] as [UInt64])
    func theLinesSumToTheStoredCost(seed: UInt64) async throws {
        let database = try TestDatabase.current
        var generator = try EventGenerator(seed: seed)
        let events = generator.priced(120)
        // No price is applied: the charge alone has to explain itself.
        _ = try await database.tally.store(try batch(events))
        let book = try SamplePrices.makeBook()
        for priced in events {
            let explained = try await database.tally.explanation(of: priced.event.identity)
            let explanation = try #require(explained)
            #expect(explanation.record == ChargeRecord(priced.charge, book: book))
            #expect(explanation.prices.isEmpty)
            #expect(explanation.identities == [priced.event.identity])
            guard case .priced(let cost, let basis) = priced.charge, let usage = priced.event.usage else {
                #expect(explanation.record.unpricedReason != nil)
                #expect(explanation.stored.computedCost == nil)
                continue
            }
            let lines = explanation.record.lines(of: usage)
            #expect(lines.map(\.cost) == book.lines(of: basis, usage: usage).map(\.cost))
            #expect(lines.reduce(Money.zero) { $0 + $1.cost } == cost)
            #expect(explanation.stored.computedCost == cost)
        }
    }

    @Test(arguments: [nil, 300, 900] as [Int64?])
    func reasoningIsTakenOutOfOutputWhereItIsNamed(output: Int64?) throws {
        let prices = [
            try SamplePrices.price("a", "a", "m", .output, "3"),
            try SamplePrices.price("a", "a", "m", .reasoning, "5"),
        ]
        for table in [prices, [prices[0]]] {
            let book = try PriceBook(prices: table)
            var usage = UsageBuckets()
            usage[.output] = output
            usage[.reasoning] = 300
            let offering = Offering(biller: "a", provider: "a", model: "m")
            let charge = book.charge(for: offering, usage: usage, at: try instant("2026-03-05T12:00:00Z"))
            let sum = ChargeRecord(charge, book: book).lines(of: usage).reduce(Money.zero) { $0 + $1.cost }
            #expect(sum == charge.cost)
        }
    }

    /// A call that does not say how many requests it stands for is one, and its line says so.
    @Test(arguments: [nil, 0, 3] as [Int64?])
    func aCallIsOneRequest(requests: Int64?) throws {
        let prices = [
            try SamplePrices.price("a", "a", "m", .input, "3"),
            try SamplePrices.price("a", "a", "m", .requests, "0.01"),
        ]
        let book = try PriceBook(prices: prices)
        var usage = UsageBuckets()
        usage[.input] = 1000
        usage[.requests] = requests
        let offering = Offering(biller: "a", provider: "a", model: "m")
        let charge = book.charge(for: offering, usage: usage, at: try instant("2026-03-05T12:00:00Z"))
        let lines = ChargeRecord(charge, book: book).lines(of: usage)
        #expect(lines.reduce(Money.zero) { $0 + $1.cost } == charge.cost)
        #expect(lines.first { $0.entry.usageClass == .requests }?.quantity == (requests == 0 ? nil : requests ?? 1))
    }

    @Test func pricesSayWhenTheyWereRecordedAndEnded() async throws {
        let database = try TestDatabase.current
        let table = try SamplePrices.makeTable()
        try await database.tally.apply(table)
        let event = try plainEvent(1)
        _ = try await database.tally.store(try batch([try priced(event)]))
        let id = try SamplePrices.price("together", "together", "plain", .input, "0.90").id
        let before = try await database.tally.explanation(of: event.identity)
        let held = try #require(before?.prices[id])
        #expect(held.endedAt == nil)
        #expect(held.price == table.prices[0])
        try await database.tally.apply(PriceTable(prices: Array(table.prices.dropFirst()), aliases: table.aliases))
        let after = try await database.tally.explanation(of: event.identity)
        let withdrawn = try #require(after?.prices[id])
        #expect(withdrawn.recordedAt == held.recordedAt)
        #expect(try #require(withdrawn.endedAt) >= withdrawn.recordedAt)
        #expect(after?.stored.computedCost == before?.stored.computedCost)
        #expect(after?.record == before?.record)
        // Applied again, it is in force again.
        try await database.tally.apply(table)
        let again = try await database.tally.explanation(of: event.identity)
        #expect(again?.prices[id]?.endedAt == nil)
    }

    @Test func changesAreListedInTheirOrder() async throws {
        let database = try TestDatabase.current
        let event = try plainEvent(1)
        try await database.tally.apply(try SamplePrices.makeTable())
        _ = try await database.tally.store(try batch([try priced(event)]))
        for (amount, note) in [("0.80", "first"), ("0.70", nil)] {
            let price = try SamplePrices.price("together", "together", "plain", .input, amount)
            try await database.tally.apply(PriceTable(prices: [price], aliases: ProviderAliases()))
            _ = try await database.tally.reprice(
                RepriceRequest(query: try .everything(), mode: .write(note: note), batchEvents: 10),
                onProgress: { _ in })
        }
        let explanation = try #require(try await database.tally.explanation(of: event.identity))
        #expect(explanation.changes.map(\.note) == ["first", nil])
        #expect(explanation.changes.map { $0.oldCost?.description } == ["0.0009", "0.0008"])
        #expect(explanation.changes.map { $0.newCost?.description } == ["0.0008", "0.0007"])
        #expect(explanation.changes[1].newRecord == explanation.record)
        #expect(explanation.changes[0].newRecord == explanation.changes[1].oldRecord)
        #expect(explanation.stored.computedCost?.description == "0.0007")
    }

    /// The ids of events that were merged keep resolving.
    @Test func mergedIdentitiesResolve() async throws {
        let database = try TestDatabase.current
        let event = try plainEvent(1)
        _ = try await database.tally.store(try batch([try priced(event)]))
        try await database.run(
            """
            INSERT INTO event_identities (identity, time, event_id)
            SELECT '00000000-0000-0000-0000-0000000000ff', time, identity FROM event_identities
            """)
        let merged = EventIdentity(high: 0, low: 255)
        let explanation = try await database.tally.explanation(of: merged)
        #expect(explanation?.stored.event.identity == event.identity)
        #expect(explanation?.identities == [event.identity, merged])
        let unknown = try await database.tally.explanation(of: EventIdentity(high: 9, low: 9))
        #expect(unknown == nil)
    }

    @Test func eventsAreFoundByEitherId() async throws {
        let database = try TestDatabase.current
        var mine = try plainEvent(1)
        mine.id = "call-7"
        var theirs = try plainEvent(2, time: "2026-03-06T12:00:00Z")
        theirs.requestID = "call-7"
        _ = try await database.tally.store(try batch([mine, theirs, try plainEvent(3)].map(priced)))
        let both = try await database.tally.events(withID: "call-7", in: nil, limit: 5)
        #expect(both.map(\.event.identity) == [theirs.identity, mine.identity])
        let range = mine.time..<theirs.time
        let one = try await database.tally.events(withID: "call-7", in: range, limit: 5)
        #expect(one.map(\.event.identity) == [mine.identity])
        let none = try await database.tally.events(withID: "call-8", in: nil, limit: 5)
        #expect(none.isEmpty)
    }
}
