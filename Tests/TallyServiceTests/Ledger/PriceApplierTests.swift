import PostgresClient
import TallyCore
import TallyService
import TallyStore
import TallyTestSupport
import Testing

@Suite(.database) struct PriceApplierTests {
    @Test func countsWhatChanges() async throws {
        let database = try TestDatabase.current
        let applier = PriceApplier(database.tally)
        let dry = try await applier.apply(try prices("1", models: ["a", "b"]), isDryRun: true)
        #expect(dry == PriceChanges(added: 2, withdrawn: 0, unchanged: 0))
        #expect(try await database.count("SELECT count(*) FROM prices") == 0)
        #expect(try await database.tally.lastApplication() == nil)
        #expect(try await applier.apply(try prices("1", models: ["a", "b"])) == dry)
        let edited = try await applier.apply(try prices("2", models: ["b", "c"]))
        #expect(edited == PriceChanges(added: 2, withdrawn: 1, unchanged: 0))
        let again = try await applier.apply(try prices("2", models: ["b", "c"]))
        #expect(again == PriceChanges(added: 0, withdrawn: 0, unchanged: 2))
        #expect(try await database.count("SELECT count(*) FROM price_applications") == 2)
    }

    /// A model that is no longer found by a name is unpriced under it: as much a change as a price that is withdrawn.
    @Test func countsNamesThatChange() async throws {
        let applier = PriceApplier(try TestDatabase.current.tally)
        func named(_ names: [String], spelling: String? = nil) throws -> ConfiguredPrices {
            var spellings = ProviderAliases()
            if let spelling { spellings.add(spelling, for: "together") }
            let aliases = names.map { ModelAlias(biller: "together", provider: nil, name: $0, model: "a") }
            return ConfiguredPrices(
                table: PriceTable(
                    prices: [try SamplePrices.price("together", nil, "a", .input, "1")], aliases: spellings,
                    modelAliases: ModelAliases(aliases)),
                isBuiltIn: false, files: ["named.yaml"])
        }
        #expect(try await applier.apply(try named(["b", "c"])).names == 2)
        let dry = try await applier.apply(try named(["c", "d"], spelling: "tg"), isDryRun: true)
        #expect(dry == PriceChanges(added: 0, withdrawn: 0, unchanged: 1, names: 3))
        #expect(try await applier.apply(try named(["c", "d"], spelling: "tg")) == dry)
        #expect(try await applier.apply(try named(["c", "d"], spelling: "tg")).names == 0)
    }

    @Test func configuredPricesAreAppliedWhenTheyChange() async throws {
        let applier = PriceApplier(try TestDatabase.current.tally)
        let (one, two) = (try prices("1"), try prices("2"))
        #expect(try await applier.applyIfChanged(one) == applied(1))
        #expect(try await applier.applyIfChanged(one) == .unchanged)
        #expect(try await applier.applyIfChanged(two) == applied(1))
        #expect(try await applier.applyIfChanged(two) == .unchanged)
        // Edited back is a change too.
        #expect(try await applier.applyIfChanged(one) == applied(1))
        #expect(try await amounts() == ["1.00"])
    }

    /// What was applied by hand stays until the configured files change.
    @Test(arguments: [false, true])
    func pricesAppliedByHandStay(isBuiltIn: Bool) async throws {
        let applier = PriceApplier(try TestDatabase.current.tally)
        let configured = try prices("1", isBuiltIn: isBuiltIn)
        _ = try await applier.apply(try prices("5"), over: configured)
        #expect(try await applier.applyIfChanged(configured) == .unchanged)
        #expect(try await applier.proposedBook(configured) == nil)
        #expect(try await amounts() == ["5.00"])
        let changed = try prices("2")
        #expect(try await applier.proposedBook(changed)?.prices == changed.table.prices)
        #expect(try await amounts() == ["5.00"])
        #expect(try await applier.applyIfChanged(changed) == applied(1))
        #expect(try await amounts() == ["2.00"])
    }

    /// A program without configuration leaves the prices that somebody configured alone.
    @Test func theBuiltInTableNeverReplacesNamedFiles() async throws {
        let applier = PriceApplier(try TestDatabase.current.tally)
        let builtIn = try prices("1", isBuiltIn: true)
        _ = try await applier.apply(try prices("5"))
        #expect(try await applier.applyIfChanged(builtIn) == .othersKept(files: ["named.yaml"]))
        #expect(try await applier.proposedBook(builtIn) == nil)
        #expect(try await amounts() == ["5.00"])
        // Asked for, it does.
        _ = try await applier.apply(builtIn)
        #expect(try await amounts() == ["1.00"])
        // And a newer program's takes the place of an older one's.
        #expect(try await applier.applyIfChanged(try prices("3", isBuiltIn: true)) == applied(1))
    }

    @Test func theDigestTellsTablesApart() throws {
        let one = try prices("1", models: ["a", "b"]).table
        var aliases = ProviderAliases()
        aliases.add("x-ai", for: "xai")
        let others = [
            PriceTable(prices: one.prices.reversed(), aliases: one.aliases),
            PriceTable(prices: Array(one.prices.prefix(1)), aliases: one.aliases),
            PriceTable(prices: one.prices, aliases: aliases),
            PriceTable(
                prices: one.prices, aliases: one.aliases,
                modelAliases: ModelAliases([
                    ModelAlias(biller: "together", provider: nil, name: "x", model: "a")
                ])),
            PriceTable(
                prices: try ["a", "b"].map {
                    try SamplePrices.price("together", nil, $0, .input, "1", source: "elsewhere")
                }, aliases: one.aliases),
        ]
        #expect(Set(([one] + others).map(\.digest)).count == 6)
        #expect(try prices("1", models: ["a", "b"]).digest == one.digest)
    }

    // MARK: Support

    private func prices(
        _ amount: String, models: [String] = ["a"], isBuiltIn: Bool = false
    ) throws -> ConfiguredPrices {
        let prices = try models.map { try SamplePrices.price("together", nil, $0, .input, amount) }
        return ConfiguredPrices(
            table: PriceTable(prices: prices, aliases: ProviderAliases()), isBuiltIn: isBuiltIn,
            files: [isBuiltIn ? "built-in" : "named.yaml"])
    }

    private func applied(_ added: Int) -> PriceApplier.Outcome {
        .applied(PriceChanges(added: added, withdrawn: 0, unchanged: 0))
    }

    private func amounts() async throws -> [String] {
        try await TestDatabase.current.tally.priceBook().prices.map(\.rate.amount.description)
    }
}
