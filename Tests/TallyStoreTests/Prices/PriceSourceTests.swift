import PostgresClient
import TallyCore
import TallyStore
import TallyTestSupport
import Testing

@Suite(.database) struct PriceSourceTests {
    @Test func theTableComesBackAsItWasApplied() async throws {
        let database = try TestDatabase.current
        let table = try SamplePrices.makeTable()
        let counts = try await database.tally.apply(table)
        #expect(counts == (table.prices.count, 0))
        let book = try await database.anotherTally().priceBook()
        #expect(book.prices == table.prices)
        #expect(book.aliases == table.aliases)
    }

    @Test func applyingTheSameAgainAddsNothing() async throws {
        let database = try TestDatabase.current
        let table = try SamplePrices.makeTable()
        _ = try await database.tally.apply(table)
        let again = try await database.anotherTally().apply(table)
        #expect(again == (0, 0))
    }

    @Test func anEditIsANewRowAndTheLatestWins() async throws {
        let database = try TestDatabase.current
        let before = try table(amount: "0.90")
        let after = try table(amount: "0.88")
        _ = try await database.tally.apply(before)
        let counts = try await database.tally.apply(after)
        #expect(counts == (1, 0))
        let book = try await database.tally.priceBook()
        #expect(book.prices == after.prices)
        let rows = try await database.count("SELECT count(*) FROM prices")
        #expect(rows == 2)
        let back = try await database.tally.apply(before)
        #expect(back == (1, 0))
        let restored = try await database.tally.priceBook()
        #expect(restored.prices == before.prices)
    }

    @Test func rowsAreNeverChangedOrRemoved() async throws {
        let database = try TestDatabase.current
        let rows: SQL = "SELECT md5(string_agg(p::text, ';' ORDER BY price_row)) FROM prices p WHERE price_row <= \(2)"
        _ = try await database.tally.apply(try table(amount: "0.90", models: ["a", "b"]))
        let before = try await database.query(rows)[0].decode(String.self, at: 0)
        _ = try await database.tally.apply(try table(amount: "0.5", models: ["b", "c"]))
        _ = try await database.tally.apply(try table(amount: "0.7", models: ["c"]))
        let after = try await database.query(rows)[0].decode(String.self, at: 0)
        #expect(before == after)
    }

    @Test func whatTheFilesNoLongerHaveIsWithdrawnAndMayComeBack() async throws {
        let database = try TestDatabase.current
        let both = try table(amount: "0.90", models: ["a", "b"])
        let one = try table(amount: "0.90", models: ["a"])
        _ = try await database.tally.apply(both)
        let withdrawn = try await database.tally.apply(one)
        #expect(withdrawn == (0, 1))
        let short = try await database.tally.priceBook()
        #expect(short.prices == one.prices)
        let again = try await database.tally.apply(one)
        #expect(again == (0, 0))
        let restored = try await database.tally.apply(both)
        #expect(restored == (1, 0))
        let full = try await database.tally.priceBook()
        #expect(full.prices == both.prices)
    }

    @Test func twoAtOnceAppendOnce() async throws {
        let database = try TestDatabase.current
        let table = try SamplePrices.makeTable()
        let added = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                let tally = database.anotherTally(poolWidth: 1)
                group.addTask { try await tally.apply(table).added }
            }
            return try await group.reduce(0, +)
        }
        #expect(added == table.prices.count)
        let rows = try await database.count("SELECT count(*) FROM prices")
        #expect(rows == table.prices.count)
    }

    @Test func aliasesAreReplaced() async throws {
        let database = try TestDatabase.current
        var aliases = ProviderAliases()
        aliases.add("x-ai", for: "xai")
        _ = try await database.tally.apply(PriceTable(prices: [], aliases: aliases))
        let first = try await database.tally.priceBook().aliases
        #expect(first == aliases)
        var others = ProviderAliases()
        others.add("google", for: "gemini")
        _ = try await database.tally.apply(PriceTable(prices: [], aliases: others))
        let second = try await database.tally.priceBook().aliases
        #expect(second == others)
    }

    @Test func modelAliasesAreReplacedInTheirOrder() async throws {
        let database = try TestDatabase.current
        let plain = try table(amount: "1", models: ["a", "b"])
        let names = ["a-####*", "a-*#", "alpha", "a-####"].enumerated().map { index, name in
            ModelAlias(
                biller: "together", provider: index == 1 ? nil : "together", name: name, model: index < 2 ? "a" : "b")
        }
        for aliases in [names, names.reversed(), Array(names.prefix(1)), []] {
            let table = PriceTable(
                prices: plain.prices, aliases: plain.aliases, modelAliases: ModelAliases(aliases))
            try await database.tally.apply(table)
            let book = try await database.anotherTally().priceBook()
            #expect(book.modelAliases == table.modelAliases)
            #expect(book.modelAliases.entries == aliases)
            let again = try await database.tally.apply(table)
            #expect(again == (0, 0))
        }
        let applications = try await database.count("SELECT count(*) FROM price_applications")
        #expect(applications == 4)
    }

    /// Charges keep the prices they were made from (I5).
    @Test func newPricesDoNotTouchOldCharges() async throws {
        let database = try TestDatabase.current
        let event = try plainEvent(1)
        _ = try await database.tally.apply(try SamplePrices.makeTable())
        _ = try await database.tally.store(try batch([try priced(event)]))
        _ = try await database.tally.apply(try table(amount: "99", models: ["plain"]))
        let stored = try await database.tally.events(try .everything(), after: nil, limit: 1)
        #expect(stored.first?.computedCost?.description == "0.0009")
        #expect(stored.first?.priceIDs == [try SamplePrices.price("together", "together", "plain", .input, "0.90").id])
    }

    private func table(amount: String, models: [String] = ["a"]) throws -> PriceTable {
        PriceTable(
            prices: try models.map { try SamplePrices.price("together", "together", $0, .input, amount) },
            aliases: ProviderAliases())
    }
}
