import TallyConfig
import TallyCore
import Testing

/// The shipped table against the facts it was made from, row by row.
struct ShippedPricesTests {
    /// One row of `Fixtures/price-facts.csv`; only the last column may hold commas.
    private struct Fact {
        let biller: String
        let provider: String?
        let model: String
        let usageClass: UsageClass
        let inputTokensAbove: Int64?
        let perMillion: Money
        let from: Instant?
        let source: String

        init(_ line: Substring) throws {
            let columns = line.split(separator: ",", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
            try #require(columns.count == 6)
            let seller = columns[0].split(separator: "/").map(String.init)
            biller = seller[0]
            if seller.count == 2 {
                provider = seller[1] == "fireworks-ai" ? "fireworks" : seller[1]
            } else {
                provider = seller[0] == "openrouter" ? nil : seller[0]
            }
            model = columns[1]
            var name = columns[2]
            var above: Int64?
            for (suffix, tokens) in [("_over_200k", Int64(200_000)), ("_over_272k", 272_000)]
            where name.hasSuffix(suffix) {
                name.removeLast(suffix.count)
                above = tokens
            }
            inputTokensAbove = above
            usageClass = try #require(UsageClass(name: name))
            perMillion = try Money(parsing: columns[3])
            let date = columns[4].split(separator: "-").compactMap { Int($0) }
            from = date.count == 3 ? Instant(year: date[0], month: date[1], day: date[2]) : nil
            try #require((from == nil) == columns[4].isEmpty)
            source = columns[5]
        }

        func matches(_ price: Price) -> Bool {
            price.biller == biller && price.provider == provider && price.model.text == model
                && price.usageClass == usageClass && price.source == source
                && price.conditions.effectiveFrom == from && price.conditions.inputTokensAbove == inputTokensAbove
        }
    }

    private func facts() throws -> [Fact] {
        let text = try Repository.text("Tests/TallyConfigTests/Fixtures/price-facts.csv")
        return try text.split(separator: "\n").dropFirst().map(Fact.init)
    }

    /// The facts stand in place of whatever the imported table says of the same model and class.
    @Test func everyFactIsInTheTable() throws {
        let facts = try facts()
        let prices = try BuiltInAssets.priceTable().prices
        #expect(facts.count == 329)
        #expect(Set(prices.map(\.id)).count == prices.count)
        let imported = prices.filter { $0.source.hasPrefix("genai-prices v2 ") }
        #expect(prices.count == imported.count + facts.count)
        for fact in facts {
            let found = prices.filter(fact.matches)
            #expect(found.count == 1, "\(fact)")
            let price = try #require(found.first)
            #expect(price.rate.per == price.usageClass.defaultBatch)
            // The cost of a million units, whatever the batch.
            let unit = price.usageClass.storedPerUnit
            #expect(price.rate.cost(of: 1_000_000 * unit, storedPerUnit: unit) == fact.perMillion, "\(fact)")
            #expect(price.conditions.effectiveTo == nil && price.conditions.window == nil && !price.isFree)
            #expect(price.conditions.serviceTier == nil)
            let rival = imported.first {
                $0.biller == price.biller && $0.provider == price.provider && $0.usageClass == price.usageClass
                    && $0.model.text.lowercased() == price.model.text.lowercased()
            }
            #expect(rival == nil, "\(fact)")
        }
    }

    @Test func hasNothingItsAuthorHardlyMeant() throws {
        #expect(try PriceProblem.all(in: BuiltInAssets.priceTable()).map(\.detail) == [])
    }

    @Test func carriesTheWholeImportedTable() throws {
        let table = try BuiltInAssets.priceTable()
        let sellers = Set(table.prices.map { "\($0.biller) \($0.provider ?? "any")" })
        for seller in [
            "mistral mistral", "aws aws", "azure azure", "huggingface nscale", "openrouter any", "xai xai", "groq groq",
        ] {
            #expect(sellers.contains(seller))
        }
        #expect(table.prices.count > 4000 && table.modelAliases.entries.count > 1000)
        #expect(table.prices.allSatisfy { !$0.source.isEmpty })
    }

    @Test func theSpellingsAreReadWithoutThePrices() throws {
        #expect(try BuiltInAssets.spellings() == BuiltInAssets.priceTable().aliases)
    }

    @Test func findsModelsByTheirOtherNames() throws {
        let now = "2026-11-01T00:00:00Z"
        let million: [(UsageClass, Int64)] = [(.input, 1_000_000)]
        for (biller, provider, model, amount) in [
            ("anthropic", nil, "claude-haiku-4-5-20251001", "1.00"),
            ("azure", nil, "claude-haiku-4-5-20251001", "1.00"),
            ("bedrock", nil, "us.anthropic.claude-haiku-4-5-20251001-v1:0", "1.10"),
            ("openai", nil, "gpt-5.6-terra-20260815", "4.00"), ("openai", nil, "GPT-4o-2024-08-06", "2.50"),
            ("huggingface", "novita", "meta-llama/Meta-Llama-3-8B-Instruct", "0.04"),
            ("huggingface", "novita", "meta-llama/Meta-Llama-3-8B-Instruct:novita", "0.04"),
            ("openrouter", "deepinfra", "openai/gpt-4o", "2.50"),
        ] as [(String, String?, String, String)] {
            #expect(try cost(biller, provider, model, million, at: now) == amount, "\(biller) \(model)")
        }
    }

    /// Read once for all tests.
    private static let book = Result { try BuiltInAssets.priceTable().makeBook() }

    private func cost(
        _ biller: String, _ provider: String?, _ model: String, _ usage: [(UsageClass, Int64)], at time: String
    ) throws -> String? {
        let book = try Self.book.get()
        let seller = book.aliases.resolve(biller: biller, provider: provider)
        let canonical = try #require(seller.biller)
        let listing = try #require(book.listing(biller: canonical, provider: seller.provider, model: model))
        guard case .instant(let instant) = TimeText(time) else { return nil }
        var buckets = UsageBuckets()
        for (usageClass, quantity) in usage { buckets[usageClass] = quantity }
        return book.charge(listing, usage: buckets, at: instant, serviceTier: nil).cost?.description
    }

    @Test func chargesWhatTheFactsSay() throws {
        let now = "2026-11-01T00:00:00Z"
        #expect(
            try cost(
                "huggingface", "fireworks-ai", "meta-llama/Meta-Llama-3-70B-Instruct", [(.input, 30_000_000)], at: now)
                == "27.00")
        #expect(
            try cost("huggingface", "hf-inference", "any/model", [(.computeSeconds, 10_000_000)], at: now) == "0.0012")
        #expect(try cost("openrouter", "x-ai", "openai/gpt-4o", [(.output, 100)], at: now) == "0.001")
        #expect(try cost("fal-ai", nil, "fal-ai/flux/dev", [(.images, 4)], at: now) == "0.10")
        #expect(
            try cost("groq", nil, "whisper-large-v3-turbo", [(.audioSeconds, 1_500_000)], at: now) == "0.000016665")
    }

    @Test func obeysDatesAndContextTiers() throws {
        #expect(try cost("openai", nil, "o3", [(.input, 1_000_000)], at: "2025-06-09T23:59:59Z") == "10.00")
        #expect(try cost("openai", nil, "o3", [(.input, 1_000_000)], at: "2025-06-10T00:00:00Z") == "2.00")
        #expect(try cost("openai", nil, "gpt-5.4", [(.input, 272_000)], at: "2026-11-01T00:00:00Z") == "0.68")
        #expect(try cost("openai", nil, "gpt-5.4", [(.input, 272_001)], at: "2026-11-01T00:00:00Z") == "1.360005")
    }

    @Test func knowsTheSpellings() throws {
        let aliases = try BuiltInAssets.priceTable().aliases
        for (spelling, name) in [
            ("fireworks-ai", "fireworks"), ("x-ai", "xai"), ("X_AI", "xai"), ("gemini", "google"),
            ("gcp.gemini", "google"), ("fal-ai", "fal"), ("together", "together"),
        ] {
            #expect(aliases.canonical(spelling) == name)
        }
    }
}
