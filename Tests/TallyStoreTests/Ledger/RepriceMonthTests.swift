import PostgresClient
import TallyCore
import TallyStore
import TallyTestSupport
import Testing

/// A month of 100,000 events after a price correction.
@Suite(.database) struct RepriceMonthTests {
    private static let events = 100_000

    @Test func theAuditExplainsTheTotalsOfAMonth() async throws {
        let database = try TestDatabase.current
        try await seedMonth(database)
        let before = try await totals(database)
        try await database.tally.apply(
            PriceTable(prices: try prices(input: "0.80", output: "1.000000000007"), aliases: ProviderAliases()))
        let month = ReportQuery(from: try instant("2026-03-01T00:00:00Z"), to: try instant("2026-04-01T00:00:00Z"))
        let summary = try await database.tally.reprice(
            RepriceRequest(query: month, mode: .write(note: "correction"), batchEvents: 15_000), onProgress: { _ in })
        let after = try await totals(database)
        #expect(summary.totals.events == Int64(Self.events))
        // Every third event is of a model whose prices stay.
        #expect(summary.totals.changed == Int64(Self.events - Self.events / 3))
        #expect(summary.totals.oldCost.picodollars == before)
        #expect(summary.totals.newCost.picodollars == after)
        #expect(before != after)
        let audit = try await database.query(
            "SELECT count(*), sum(new_cost) - sum(old_cost), count(DISTINCT event_id) FROM reprices")[0]
        #expect(try audit.decode(Int64.self, at: 0) == summary.totals.changed)
        #expect(try audit.decode(PostgresDecimal.self, at: 1).rescaled(to: 12).unscaled == after - before)
        #expect(try audit.decode(Int64.self, at: 2) == summary.totals.changed)
        // An auditor's SQL makes the same of the amounts, rounded half away from zero to 12 decimals.
        let differing = try await database.count(
            """
            SELECT count(*) FROM events JOIN offerings USING (offering_id)
            WHERE computed_cost <> CASE model WHEN 'plain' THEN
                round(input * 0.80 / 1000000, 12) + round(output * 1.000000000007 / 1000000, 12)
                ELSE round(input * 0.5 / 1000000, 12) + round(output * 0.7 / 1000000, 12) END
            """)
        #expect(differing == 0)
        try await expectRollupsMatchEvents(database)
    }

    /// The sum of all computed costs, in picodollars.
    private func totals(_ database: TestDatabase) async throws -> Int128 {
        try await database.query("SELECT sum(computed_cost) FROM events")[0]
            .decode(PostgresDecimal.self, at: 0).rescaled(to: 12).unscaled
    }

    private func prices(input: String, output: String) throws -> [Price] {
        [
            try SamplePrices.price("together", "together", "plain", .input, input),
            try SamplePrices.price("together", "together", "plain", .output, output),
            try SamplePrices.price("together", "together", "other", .input, "0.5"),
            try SamplePrices.price("together", "together", "other", .output, "0.7"),
        ]
    }

    /// Two events stored as usual, and a month of copies of them with other quantities, made where they are kept.
    private func seedMonth(_ database: TestDatabase) async throws {
        let table = PriceTable(prices: try prices(input: "0.90", output: "1.1"), aliases: ProviderAliases())
        try await database.tally.apply(table)
        let book = try table.makeBook()
        var models: [PricedEvent] = []
        for (number, model) in ["plain", "other"].enumerated() {
            var event = try plainEvent(UInt64(number), time: "2026-02-01T00:00:00Z")
            event.offering.model = model
            event.usage?[.output] = 1
            let charge = book.charge(for: event.offering, usage: event.usage, at: event.time)
            models.append(PricedEvent(event: event, charge: charge))
        }
        let origin = EventOrigin(name: "import", form: "tally", rank: .clientLog)
        _ = try await database.tally.store(EventBatch(events: models, book: book, origin: origin, checkpoint: nil))
        try await database.run(
            """
            SELECT ensure_month('2026-03-01');
            INSERT INTO events (time, event_id, project_id, attribution_id, offering_id, basis_id, source_id, outcome,
                usage_known, is_partly_priced, input, output, computed_cost)
            SELECT '2026-03-01'::timestamptz + make_interval(secs => n * 26.7), gen_random_uuid(), e.project_id,
                e.attribution_id, e.offering_id, e.basis_id, e.source_id, 'c', true, false, 1 + n % 4001, 1 + n % 977,
                CASE o.model WHEN 'plain' THEN
                    round((1 + n % 4001) * 0.90 / 1000000, 12) + round((1 + n % 977) * 1.1 / 1000000, 12)
                    ELSE round((1 + n % 4001) * 0.5 / 1000000, 12) + round((1 + n % 977) * 0.7 / 1000000, 12) END
            FROM generate_series(1, \(Self.events)) n
            JOIN offerings o ON o.model = CASE n % 3 WHEN 0 THEN 'other' ELSE 'plain' END
            JOIN events e ON e.offering_id = o.offering_id AND e.time = '2026-02-01';
            DELETE FROM events WHERE time < '2026-03-01';
            TRUNCATE event_identities, usage_by_quarter;
            INSERT INTO event_identities SELECT event_id, time FROM events;
            INSERT INTO usage_by_quarter (project_id, quarter, offering_id, key_id, outcome, event_count, unpriced_count,
                partly_priced_count, \(UsageClass.names.joined(separator: ", ")), billed_cost, reported_cost,
                computed_cost, list_cost)
            SELECT project_id, quarter, offering_id, key_id, outcome, sum(event_count), sum(unpriced_count),
                sum(partly_priced_count), \(UsageClass.names.map { "sum(\($0))" }.joined(separator: ", ")),
                sum(billed_cost), sum(reported_cost), sum(computed_cost), sum(list_cost)
            FROM event_usage GROUP BY 1, 2, 3, 4, 5;
            """)
    }
}
