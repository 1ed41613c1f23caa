import TallyConfig
import TallyCore
import Testing

struct PriceFileWritingTests {
    @Test func writesOneLineForPricesThatHoldAlike() throws {
        let text = """
            provider_aliases: { fireworks: [fireworks-ai] }
            prices:
              - biller: huggingface
                provider: fireworks-ai
                model: Org/Model:1
                aliases: ["org-*", other]
                effective_from: 2025-06-10
                effective_to: 2025-06-11T02:00:00+02:00
                input_tokens_above: 272000
                hours_utc: "16:30-00:30"
                service_tier: batch
                prices: { input: 0.880, web_searches: 10/1000, compute_seconds: 1.2e-4 }
                source: "he said: \\"so\\""
              - { biller: a, model: m, free: true, prices: { input: 0 }, source: s }
              - { biller: a, provider: "*", model: "m*", prices: { input: 1 }, source: "null" }
            """
        let table = try PriceFile.parse(text, name: "p.yaml")
        let written = PriceFile.text(of: table, comment: "one\n\ntwo")
        #expect(
            written == """
                # one
                #
                # two

                currency: USD

                provider_aliases:
                  fireworks: [fireworks-ai]

                prices:
                  - { biller: huggingface, provider: fireworks, model: "Org/Model:1", aliases: ["org-*", other], \
                effective_from: 2025-06-10, effective_to: 2025-06-11, input_tokens_above: 272000, \
                hours_utc: "16:30-00:30", service_tier: batch, \
                prices: { input: 0.88, web_searches: 10/1000, compute_seconds: 0.00012 }, \
                source: "he said: \\"so\\"" }
                  - { biller: a, model: m, free: true, prices: { input: 0 }, source: s }
                  - { biller: a, provider: "*", model: "m*", prices: { input: 1 }, source: "null" }

                """)
        #expect(try PriceFile.parse(written, name: "p.yaml") == table)
    }

    @Test func theShippedTableSurvivesBeingWritten() throws {
        let table = try BuiltInAssets.priceTable()
        #expect(try PriceFile.parse(PriceFile.text(of: table), name: "p.yaml") == table)
    }

    @Test func anEmptyTableIsAFile() throws {
        let table = PriceTable(prices: [], aliases: ProviderAliases())
        #expect(try PriceFile.parse(PriceFile.text(of: table), name: "p.yaml") == table)
    }

    /// Whatever signs a name has, it is read back as it was.
    @Test(arguments: [
        "a: b", "a, b", "[x]", "{x}", "#x", "x #y", "- x", "~google/x", "null", "true", "1e3", "@x", "`x`", "%x", "!x",
        "x'y", "x\"y", "x\\y", "tab\there", "nu\u{1}l", "ünïcode", "🙂", "x:", "?x", "|x", ">x", "=", "&a",
    ])
    func keepsEveryName(name: String) throws {
        let rate = try #require(Rate(amount: try Money(parsing: "1"), per: 1_000_000))
        let price = Price(
            biller: "b", provider: "b", model: .exact("m" + name), usageClass: .input, rate: rate, source: name)
        let alias = ModelAlias(biller: "b", provider: "b", name: name, model: "m" + name)
        let table = PriceTable(prices: [price], aliases: ProviderAliases(), modelAliases: ModelAliases([alias]))
        let read = try PriceFile.parse(PriceFile.text(of: table), name: "p.yaml")
        #expect(read == table)
    }
}
