import TallyCore
import Testing

/// Which prices a name finds (I8): the exact id, then declared aliases, then the longest declared pattern.
struct ModelAliasTests {
    private func cost(
        _ model: String, biller: String = "b", provider: String? = "p", prices: [Price], aliases: [ModelAlias]
    ) throws -> String {
        let table = PriceTable(
            prices: prices, aliases: ProviderAliases(), modelAliases: ModelAliases(aliases))
        return try table.makeBook().charge(
            .of([.input: 1_000_000]), biller: biller, provider: provider, model: model
        ).text
    }

    private func alias(
        _ name: String, _ model: String, biller: String = "b", provider: String? = "p"
    ) -> ModelAlias {
        ModelAlias(biller: biller, provider: provider, name: name, model: model)
    }

    @Test(arguments: [
        ("m-1", "1.00"), ("M-1", "1.00"), ("m-latest", "2.00"), ("M-Latest", "2.00"), ("m-1-2026-08-12", "3.00"),
        ("m-1-20260812", "1.00"), ("m-2", "no_price"), ("x.m-1", "no_price"),
    ])
    func findsTheExactIDThenTheAliasThenTheLongestPattern(name: String, expected: String) throws {
        let prices: [Price] = [
            try .make(.input, "1", model: "m-1"), try .make(.input, "2", model: "Big"),
            try .make(.input, "3", model: "dated"),
        ]
        let aliases = [
            alias("m-1*", "m-1"), alias("m-1", "dated"), alias("m-latest", "big"), alias("m-1-####-##-##", "dated"),
            alias("m-lat*", "dated"),
        ]
        #expect(try cost(name, prices: prices, aliases: aliases) == expected)
    }

    @Test func aPatternOfOneProviderSaysNothingOfAnother() throws {
        let prices: [Price] = [
            try .make(.input, "1", model: "m"), try .make(.input, "2", provider: nil, model: "m"),
            try .make(.input, "3", biller: "c", model: "m"),
        ]
        let aliases = [alias("n*", "m"), alias("o", "m", provider: nil)]
        #expect(try cost("n-1", prices: prices, aliases: aliases) == "1.00")
        #expect(try cost("n-1", provider: "q", prices: prices, aliases: aliases) == "no_price")
        #expect(try cost("n-1", biller: "c", prices: prices, aliases: aliases) == "no_price")
        #expect(try cost("o", prices: prices, aliases: aliases) == "2.00")
    }

    @Test func beginningsAndPatternsAreHeldAgainstEachOther() throws {
        let prices: [Price] = [
            try .make(.input, "1", model: "ab*"), try .make(.input, "2", model: "m"),
            try .make(.input, "3", model: "*"),
        ]
        let aliases = [alias("*bcd*", "m")]
        #expect(try cost("ab", prices: prices, aliases: aliases) == "1.00")
        #expect(try cost("abcd", prices: prices, aliases: aliases) == "2.00")
        #expect(try cost("z", prices: prices, aliases: aliases) == "3.00")
    }

    @Test func theEarlierOfTwoPatternsOfOneLengthCounts() throws {
        let prices: [Price] = [try .make(.input, "1", model: "m"), try .make(.input, "2", model: "n")]
        #expect(try cost("abc", prices: prices, aliases: [alias("ab*", "n"), alias("*bc", "m")]) == "2.00")
        #expect(try cost("abc", prices: prices, aliases: [alias("*bc", "m"), alias("ab*", "n")]) == "1.00")
    }

    @Test func anAliasOfAModelWithoutPricesIsNone() throws {
        #expect(
            try cost("n", prices: [try .make(.input, "1", model: "m")], aliases: [alias("n", "gone")]) == "no_price")
    }

    @Test func aLaterTableGivesANameToAnotherModel() throws {
        let prices: [Price] = [try .make(.input, "1", model: "m"), try .make(.input, "2", model: "n")]
        let first = PriceTable(
            prices: prices, aliases: ProviderAliases(), modelAliases: ModelAliases([alias("x", "m"), alias("Y", "m")]))
        var spellings = ProviderAliases()
        spellings.add("bb", for: "b")
        let later = PriceTable(
            prices: [], aliases: spellings, modelAliases: ModelAliases([alias("X", "n", biller: "bb")]))
        let both = first.appending(later)
        #expect(both.modelAliases.entries.map(\.name) == ["X", "Y"])
        let book = try both.makeBook()
        #expect(try book.charge(.of([.input: 1_000_000]), model: "x").text == "2.00")
        #expect(try book.charge(.of([.input: 1_000_000]), model: "y").text == "1.00")
    }

    @Test(arguments: [
        ("org/m:groq", "huggingface", "1.00"), ("org/m:Groq-AI", "huggingface", "1.00"),
        ("org/m:fastest", "huggingface", "1.00"), ("org/m:cheapest", "huggingface", "1.00"),
        ("org/m:preferred", "huggingface", "1.00"), ("org/m:free", "huggingface", "no_price"),
        ("org/m:together", "huggingface", "no_price"), ("org/m:groq", "b", "no_price"),
        ("org/own:groq", "huggingface", "2.00"),
    ])
    func takesOffWhatAsksTheRouter(name: String, biller: String, expected: String) throws {
        let prices: [Price] = [
            try .make(.input, "1", biller: "huggingface", provider: "groq", model: "org/m"),
            try .make(.input, "1", biller: "b", provider: "groq", model: "org/m"),
            try .make(.input, "2", biller: "huggingface", provider: "groq", model: "org/own:groq"),
        ]
        var spellings = ProviderAliases()
        spellings.add("groq-ai", for: "groq")
        let book = try PriceBook(prices: prices, aliases: spellings)
        let charge = try book.charge(.of([.input: 1_000_000]), biller: biller, provider: "groq", model: name)
        #expect(charge.text == expected)
    }

    /// I8: who was asked did not thereby serve.
    @Test func neverTakesTheProviderAskedForTheOneThatServed() throws {
        let book = try PriceBook(prices: [try .make(.input, "1", biller: "huggingface", provider: "groq", model: "m")])
        let charge = try book.charge(.of([.input: 1]), biller: "huggingface", provider: nil, model: "m:groq")
        #expect(charge.text == "no_price")
        let pin = try #require(book.pin(of: "M:Groq", biller: "huggingface"))
        #expect(pin.model == "m" && pin.provider == "groq")
        #expect(try #require(book.pin(of: "m:fastest", biller: "huggingface")).provider == nil)
        #expect(book.pin(of: "m", biller: "huggingface") == nil)
        #expect(book.pin(of: "m:groq", biller: "openrouter") == nil)
    }
}
