import PostgresClient
import TallyCore
import TallyStore
import TallyTestSupport
import Testing

/// Money goes into NUMERIC(38,12) and comes out as it was, as bits and as text.
@Suite(.database) struct MoneyColumnTests {
    private static let edges: [Int128] = [
        0, 1, -1, 9999, 10_000, 999_999_999_999, 1_000_000_000_000, 1_000_000_000_001, 375_000,
        Int128(Int64.max), Int128(Int64.max) + 1, Money.maximum.picodollars, -Money.maximum.picodollars,
        Money.maximum.picodollars - 1,
    ]

    @Test(arguments: [51, 52] as [UInt64])
    func amountsRoundTrip(seed: UInt64) async throws {
        let database = try TestDatabase.current
        var random = SplitMix64(seed: seed)
        let bound = Money.maximum.picodollars
        let amounts =
            Self.edges
            + (0..<300).map { _ in
                let digits = Int.random(in: 0...37, using: &random)
                let limit = (0..<digits).reduce(Int128(10)) { product, _ in product * 10 }
                return Int128.random(in: max(-bound, -limit)...min(bound, limit), using: &random)
            }
        try await database.run("CREATE TABLE amounts (n integer, amount numeric(38,12))")
        let decimals = amounts.map { PostgresDecimal(unscaled: $0, scale: Money.places) }
        _ = try await database.query(
            "INSERT INTO amounts SELECT * FROM unnest(\(Array(1...amounts.count)), \(decimals))")
        let rows = try await database.query("SELECT amount, trim_scale(amount)::text FROM amounts ORDER BY n")
        #expect(rows.count == amounts.count)
        for (row, amount) in zip(rows, amounts) {
            let decoded = try row.decode(PostgresDecimal.self, at: 0).rescaled(to: Money.places).unscaled
            #expect(decoded == amount)
            // Text is read up to 36 digits, which is far more than a call may cost.
            if amount.magnitude > UsageEvent.maximumCost.picodollars.magnitude { continue }
            let short = try Money(parsing: try row.decode(String.self, at: 1))
            #expect(short.picodollars == amount)
            let text = Money(picodollars: amount).description
            let parsed = try Money(parsing: text)
            #expect(parsed.picodollars == amount)
        }
        let texts = amounts.map { Money(picodollars: $0).description }
        let differing = try await database.count(
            """
            SELECT count(*) FROM unnest(\(Array(1...amounts.count)), \(texts)) AS t (n, amount)
            JOIN amounts a USING (n) WHERE a.amount <> t.amount::numeric
            """)
        #expect(differing == 0)
    }

    @Test(arguments: ["0", "0.000000000001", "0.000000375", "27", "999999999999.999999999999"])
    func theCostsOfAnEventRoundTrip(text: String) async throws {
        let database = try TestDatabase.current
        var event = try plainEvent(1)
        event.reportedCost = try Money(parsing: text)
        event.billedCost = try Money(parsing: text)
        _ = try await database.tally.store(try batch([try priced(event)]))
        let stored = try await database.tally.events(try .everything(), after: nil, limit: 1)
        #expect(stored.first?.event.reportedCost == event.reportedCost)
        #expect(stored.first?.event.billedCost == event.billedCost)
        let report = try await database.tally.report(try .everything())
        #expect(report.totals.cost == event.billedCost)
        #expect(report.totals.billedCost == event.billedCost)
        #expect(report.totals.reportedCost == .zero)
        try await expectRollupsMatchEvents(database)
    }

    @Test func noAmountIsEverNotANumber() async throws {
        let database = try TestDatabase.current
        _ = try await database.tally.store(try batch([try priced(try plainEvent(1))]))
        for statement in [
            "UPDATE events SET reported_cost = 'NaN'", "UPDATE usage_by_quarter SET billed_cost = 'NaN'",
            "UPDATE usage_by_quarter SET list_cost = 'NaN'",
        ] {
            let error = await #expect(throws: PostgresError.self) { try await database.run(statement) }
            #expect(error?.sqlState == "23514")
        }
    }
}
