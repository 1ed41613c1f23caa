import PostgresClient
import TallyCore
import TallyStore
import TallyTestSupport
import Testing

@Suite(.database) struct StatementSinkTests {
    private let day = StatementPeriod(
        from: Instant(microseconds: 1_790_812_800_000_000), to: Instant(microseconds: 1_790_899_200_000_000))
    private let origin = EventOrigin(name: "costs", form: "openai-costs", rank: .export)

    private func line(_ amount: String, model: String? = "m") throws -> StatementLine {
        var line = StatementLine(kind: .charge, period: day)
        line.dimensions.model = model
        line.amount = try Money(parsing: amount)
        line.requests = 3
        line.quantities = [
            StatementQuantity(measure: .inputTotal, value: try #require(DecimalText("5200"))),
            StatementQuantity(measure: .unit("minutes"), value: try #require(DecimalText("1e-20"))),
        ]
        return line
    }

    private func batch(_ lines: StatementLine..., account: String? = nil, position: Int64? = nil) -> StatementBatch {
        var statement = ProviderStatement(biller: "openai")
        statement.lines = lines
        if let account {
            statement.account = StatementAccount()
            statement.account?.name = account
        }
        return StatementBatch(
            statements: [statement], origin: origin,
            checkpoint: position.map { SourceCheckpoint(item: "page", position: $0, isComplete: false) })
    }

    private func counts(_ counts: StatementCounts) -> [Int] { [counts.stored, counts.changed, counts.duplicate] }

    @Test func aLineIsStoredOnceInItsLastVersion() async throws {
        let database = try TestDatabase.current
        #expect(counts(try await database.tally.store(batch(try line("1.5")))) == [1, 0, 0])
        #expect(counts(try await database.tally.store(batch(try line("1.50")))) == [0, 0, 1])
        #expect(counts(try await database.tally.store(batch(try line("-0.000000000001")))) == [0, 1, 0])
        let row = try #require(
            try await database.query(
                """
                SELECT amount::text, changes, requests, quantities::text, biller, model, currency
                FROM statement_lines WHERE period_from = '2026-10-01' AND period_to = '2026-10-02'
                """
            ).first)
        #expect(try row.decode(String.self, at: 0) == "-0.000000000001")
        #expect(try row.decode(Int32.self, at: 1) == 1)
        #expect(try row.decode(Int64.self, at: 2) == 3)
        #expect(
            try row.decode(String.self, at: 3)
                == #"{"input_total": "5200", "unit:minutes": "0.00000000000000000001"}"#)
        #expect(try row.decode(String.self, at: 4) == "openai" && row.decode(String.self, at: 5) == "m")
    }

    @Test func linesAreToldApartByWhatTheyAreOf() async throws {
        let database = try TestDatabase.current
        let other = try line("1", model: nil)
        var usage = try line("1")
        usage.kind = .usage
        var later = try line("1")
        later.period = nil
        // Two that nothing tells apart are two, in the order of their statement.
        let first = batch(try line("1"), other, usage, later, try line("2"))
        #expect(counts(try await database.tally.store(first)) == [5, 0, 0])
        #expect(counts(try await database.tally.store(first)) == [0, 0, 5])
        #expect(counts(try await database.tally.store(batch(try line("1"), account: "acme"))) == [1, 0, 0])
        let sum = try await database.count("SELECT sum(amount)::integer FROM statement_lines WHERE account IS NULL")
        #expect(sum == 6)
    }

    @Test func theCheckpointIsStoredWithTheLinesOrNotAtAll() async throws {
        let database = try TestDatabase.current
        _ = try await database.tally.store(batch(try line("1"), position: 7))
        let position = try await database.count("SELECT position FROM source_checkpoints WHERE item = 'page'")
        #expect(position == 7)
        await #expect(throws: PostgresError.self) {
            try await database.tally.store(batch(try line("2"), position: -1))
        }
        let kept = try await database.count("SELECT amount::integer FROM statement_lines")
        #expect(kept == 1)
        #expect(counts(try await database.tally.store(batch(position: 8))) == [0, 0, 0])
        let reached = try await database.count("SELECT position FROM source_checkpoints WHERE item = 'page'")
        #expect(reached == 8)
    }
}
