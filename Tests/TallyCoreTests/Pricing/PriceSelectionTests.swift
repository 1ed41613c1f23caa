import TallyCore
import Testing

struct PriceSelectionTests {
    private func table() throws -> PriceTable {
        var spellings = ProviderAliases()
        spellings.add("bb", for: "b")
        return PriceTable(
            prices: [
                try .make(.input, "1"), try .make(.input, "2", from: "2026-02-01T00:00:00Z"),
                try .make(.input, "9", above: 1000), try .make(.output, "3", to: "2026-03-01T00:00:00Z"),
                try .make(.input, "4", biller: "c", provider: nil), try .make(.input, "5", model: "other"),
                try .make(.input, "6", from: "2026-02-01T00:00:00Z"),
            ], aliases: spellings,
            modelAliases: ModelAliases([
                ModelAlias(biller: "b", provider: "p", name: "m-*", model: "M"),
                ModelAlias(biller: "b", provider: "p", name: "em", model: "m"),
            ]))
    }

    private func amounts(_ change: (inout PriceSelection) throws -> Void) throws -> [String] {
        var selection = PriceSelection()
        try change(&selection)
        return try table().prices(selection).map(\.rate.amount.description)
    }

    @Test func selectsBySellerAndByAnyNameOfTheModel() throws {
        #expect(try amounts { _ in } == ["1.00", "2.00", "9.00", "3.00", "4.00", "5.00", "6.00"])
        #expect(try amounts { $0.biller = "C" } == ["4.00"])
        #expect(try amounts { $0.biller = "BB" }.count == 6)
        #expect(try amounts { $0.provider = "p" }.count == 6)
        #expect(try amounts { $0.model = "Other" } == ["5.00"])
        #expect(try amounts { $0.model = "m-2026" } == ["1.00", "2.00", "9.00", "3.00", "6.00"])
        #expect(try amounts { $0.model = "EM" } == ["1.00", "2.00", "9.00", "3.00", "6.00"])
        #expect(try amounts { $0.model = "m" } == ["1.00", "2.00", "9.00", "3.00", "4.00", "6.00"])
        #expect(try amounts { $0.model = "unheard-of" } == [])
    }

    @Test func aPriceForEveryModelIsNoModelsOwn() throws {
        let table = PriceTable(
            prices: [try .make(.input, "1", model: "*"), try .make(.input, "2", model: "m*")],
            aliases: ProviderAliases())
        for (name, amounts) in [("m-1", ["2.00"]), ("n", []), ("*", ["1.00"])] {
            var selection = PriceSelection()
            selection.model = name
            #expect(try table.prices(selection).map(\.rate.amount.description) == amounts)
        }
    }

    @Test func leavesWhatCountsAtATime() throws {
        #expect(
            try amounts { $0.time = try instant("2026-01-31T23:59:59Z") } == ["1.00", "9.00", "3.00", "4.00", "5.00"])
        #expect(
            try amounts { $0.time = try instant("2026-02-01T00:00:00Z") } == ["9.00", "3.00", "4.00", "5.00", "6.00"])
        #expect(try amounts { $0.time = try instant("2026-03-01T00:00:00Z") } == ["9.00", "4.00", "5.00", "6.00"])
    }

    @Test func showsAModelWithItsOtherNames() throws {
        var selection = PriceSelection()
        selection.model = "em"
        let models = try table().models(selection)
        #expect(models.map(\.biller) == ["b"] && models.map(\.provider) == ["p"])
        #expect(models.first?.aliases == ["m-*", "em"])
        #expect(models.first?.prices.count == 5)
    }

    @Test func tellsTwoTablesApart() throws {
        let old = PriceTable(
            prices: [
                try .make(.input, "1"), try .make(.output, "2"), try .make(.input, "0", model: "free"),
                try .make(.input, "0.003", per: 1000, model: "same"), try .make(.cacheRead, "7"),
            ], aliases: ProviderAliases())
        let new = PriceTable(
            prices: [
                try .make(.output, "2"), try .make(.input, "5"), try .make(.input, "1.5"),
                try .make(.input, "0", model: "FREE", isFree: true), try .make(.input, "3", model: "same"),
                try .make(.input, "1", from: "2026-02-01T00:00:00Z"),
            ], aliases: ProviderAliases())
        let found = PriceDifference.between(old, new).map { difference in
            [difference.kind.rawValue, (difference.new ?? difference.old)?.usageClass.name ?? ""]
                + [difference.old, difference.new].map { $0?.rate.amount.description ?? "-" }
        }
        #expect(
            found == [
                ["changed", "input", "1.00", "1.50"], ["changed", "input", "0.00", "0.00"],
                ["added", "input", "-", "1.00"], ["removed", "cache_read", "7.00", "-"],
            ])
        #expect(PriceDifference.between(old, old).isEmpty)
    }

    @Test func tellsTheNamesOfTwoTablesApart() {
        func table(_ names: [(String, String)]) -> PriceTable {
            let aliases = names.map { ModelAlias(biller: "b", provider: nil, name: $0.0, model: $0.1) }
            return PriceTable(prices: [], aliases: ProviderAliases(), modelAliases: ModelAliases(aliases))
        }
        let old = table([("m1-*", "m"), ("Same", "m"), ("moved", "m")])
        let new = table([("moved", "n"), ("same", "M"), ("mm-*", "m")])
        let found = ModelAliasDifference.between(old, new).map { "\($0.kind) \($0.alias.name) \($0.alias.model)" }
        #expect(found == ["added moved n", "added mm-* m", "removed m1-* m", "removed moved m"])
        #expect(ModelAliasDifference.between(old, old).isEmpty)
    }

    @Test func tellsTwoTimesApart() throws {
        let differences = PriceDifference.between(
            try instant("2026-01-01T00:00:00Z"), try instant("2026-04-01T00:00:00Z"), in: try table())
        #expect(differences.map(\.kind) == [.changed, .removed])
        #expect(differences.first?.new?.rate.amount.description == "6.00")
    }
}
