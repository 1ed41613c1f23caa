import TallyCore
import Testing

struct PriceProblemTests {
    private func problems(_ prices: [Price], _ aliases: [ModelAlias] = []) -> [String] {
        let table = PriceTable(prices: prices, aliases: ProviderAliases(), modelAliases: ModelAliases(aliases))
        return PriceProblem.all(in: table).map { "\($0.kind.rawValue) \($0.model): \($0.detail)" }
    }

    private let january = "2026-01-01T00:00:00Z"
    private let february = "2026-02-01T00:00:00Z"
    private let march = "2026-03-01T00:00:00Z"

    @Test func findsNothingInASoundTable() throws {
        let window = try #require(DailyWindow(startMinute: 60, endMinute: 90))
        let prices: [Price] = [
            try .make(.input, "1"), try .make(.input, "2", from: february), try .make(.input, "3", above: 1000),
            try .make(.input, "0", from: february, to: march, isFree: true, source: "promotion"),
            try .make(.output, "1", to: february), try .make(.output, "2", from: february),
            try .make(.cacheRead, "4", tier: "batch"), try .make(.reasoning, "4", window: window),
            try .make(.inputAudio, "4", model: "ears"), try .make(.webSearches, "4", model: "ears"),
        ]
        #expect(
            problems(
                prices.filter { $0.source != "promotion" },
                [
                    ModelAlias(biller: "b", provider: "p", name: "n", model: "M")
                ]) == [])
        #expect(problems(prices).map { $0.prefix(7) } == ["overlap"])
    }

    @Test func findsATimeWithoutAPrice() throws {
        #expect(
            problems([try .make(.input, "1", to: january), try .make(.input, "2", from: february)]) == [
                "gap m: input has no price from \(january) to \(february); let the earlier one hold longer, or the later "
                    + "one sooner"
            ])
        #expect(
            problems([
                try .make(.input, "1", to: march), try .make(.input, "0", from: january, to: february),
                try .make(.input, "2", from: march),
            ]) == [])
    }

    @Test func findsTwoPricesOfOneTime() throws {
        #expect(
            problems([try .make(.input, "1", to: march), try .make(.input, "2", from: february)]) == [
                "overlap m: input has two prices from \(february) to \(march); end the earlier one at \(february)"
            ])
        #expect(
            problems([try .make(.input, "1", from: march), try .make(.input, "2", from: march)]) == [
                "overlap m: input has two prices from \(march) on, of which the later in the table counts; keep one"
            ])
        #expect(
            problems([try .make(.input, "1"), try .make(.input, "0.001", per: 1000, model: "M", source: "t")]) == [
                "duplicate M: input is priced twice alike; remove one"
            ])
    }

    @Test func findsWhatOnlySomeCallsHave() throws {
        let window = try #require(DailyWindow(startMinute: 60, endMinute: 90))
        #expect(
            problems([try .make(.output, "1", above: 1000)]) == [
                "gap m: output has a price for more than 1000 input tokens only; add the price that holds otherwise"
            ])
        #expect(
            problems([try .make(.output, "1", window: window)]).first?.contains("the hours 01:00-01:30 only") == true)
        #expect(problems([try .make(.output, "1", tier: "flex")]).first?.contains("service tier flex only") == true)
    }

    @Test func findsAPartWithoutItsWhole() throws {
        #expect(
            problems([try .make(.cacheRead, "1"), try .make(.cacheWrite1h, "1"), try .make(.output, "1")]) == [
                "parent_not_priced m: cache_read has a price and input, which it is part of, has none; add the price of input"
            ])
    }

    @Test func findsNamesThatMeanNothing() throws {
        let aliases = [
            ModelAlias(biller: "b", provider: "p", name: "gone", model: "g"),
            ModelAlias(biller: "b", provider: "p", name: "N", model: "m"),
            ModelAlias(biller: "c", provider: "p", name: "x", model: "m"),
        ]
        #expect(
            problems([try .make(.input, "1"), try .make(.input, "1", model: "n")], aliases) == [
                "alias g: the name 'gone' is for a model without prices; add its prices or remove the name",
                "alias m: the name 'N' is a model with prices of its own, which count; remove the name",
                "alias m: the name 'x' is for a model without prices; add its prices or remove the name",
            ])
    }

    @Test func findsANameOfTwoModels() throws {
        let prices: [Price] = [try .make(.input, "1"), try .make(.input, "1", model: "n")]
        func alias(_ name: String, _ model: String) -> ModelAlias {
            ModelAlias(biller: "B", provider: "p", name: name, model: model)
        }
        let expected =
            "alias n: the name 'X' is for the model 'm', too, which comes first and counts; keep one of the two"
        #expect(problems(prices, [alias("x", "m"), alias("X", "n"), alias("x", "M")]) == [expected])
        func table(_ aliases: [ModelAlias]) -> PriceTable {
            PriceTable(prices: prices, aliases: ProviderAliases(), modelAliases: ModelAliases(aliases))
        }
        func details(_ table: PriceTable) -> [String] {
            PriceProblem.all(in: table).filter { $0.kind == .alias }.map(\.detail)
        }
        // Of several files the later may give a name another meaning.
        #expect(details(table([alias("x", "m")]).appending(table([alias("x", "n")]))).isEmpty)
        let twice = table([alias("x", "m"), alias("x", "n")])
        #expect(details(twice.appending(table([]))).count == 1)
        #expect(details(table([]).appending(twice)).count == 1)
        #expect(details(twice.appending(table([alias("x", "n")]))).isEmpty)
    }

    @Test func findsATableTooLargeToChargeWith() throws {
        let prices = try (1...5000).map { try Price.make(.input, "1", above: $0) } + [try .make(.input, "1")]
        #expect(problems(prices).first?.hasPrefix("too_large") == true)
    }
}
