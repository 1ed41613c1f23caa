import TallyConfig
import TallyCore
import Testing

struct PriceFileTests {
    /// A file with one entry: the given lines behind biller, model, prices and source, each of which a line replaces.
    private func entry(_ lines: String...) -> String {
        var fields = ["biller: b", "model: m", "prices: { input: 1 }", "source: s"]
        for line in lines {
            let key = line.prefix { $0 != ":" } + ":"
            fields.removeAll { $0.hasPrefix(key) }
            fields.append(line)
        }
        return "prices:\n  - " + fields.joined(separator: "\n    ") + "\n"
    }

    private func price(_ lines: String) throws -> Price {
        try #require(try PriceFile.parse(entry(lines), name: "p.yaml").prices.first)
    }

    @Test func readsAllOfAnEntry() throws {
        let table = try PriceFile.parse(
            """
            currency: USD
            provider_aliases:
              fireworks: [Fireworks-AI]
            prices:
              - biller: huggingface
                provider: fireworks-ai
                model: Org/Model*
                effective_from: 2025-06-10
                effective_to: 2025-06-11T02:00:00+02:00
                input_tokens_above: 272000
                hours_utc: "16:30-00:30"
                service_tier: batch
                prices: { input: 0.88, web_searches: 10/1000, compute_seconds: 1.2e-4 }
                source: somewhere
            """, name: "p.yaml")
        #expect(table.prices.map(\.usageClass) == [.input, .webSearches, .computeSeconds])
        #expect(table.prices.map(\.rate.amount.description) == ["0.88", "10.00", "0.00012"])
        #expect(table.prices.map(\.rate.per) == [1_000_000, 1000, 1])
        let price = try #require(table.prices.first)
        #expect(price.biller == "huggingface" && price.provider == "fireworks" && price.source == "somewhere")
        #expect(price.model == .prefix("Org/Model"))
        #expect(price.conditions.effectiveFrom == Instant(year: 2025, month: 6, day: 10))
        #expect(price.conditions.effectiveTo == Instant(year: 2025, month: 6, day: 11))
        #expect(price.conditions.inputTokensAbove == 272_000)
        #expect(price.conditions.window == DailyWindow(startMinute: 990, endMinute: 30))
        #expect(price.conditions.serviceTier == "batch")
        #expect(!price.isFree)
    }

    @Test func keepsNumbersExact() throws {
        #expect(try price("prices: { input: 0.1 }").rate.amount.picodollars == 100_000_000_000)
        #expect(try price("prices: { input: 0.000000000001 }").rate.amount.picodollars == 1)
        #expect(
            try price("prices: { input: 123456.123456789012 }").rate.amount.picodollars == 123_456_123_456_789_012)
        #expect(try price("prices: { input: \"0.30\" }").rate.amount.picodollars == 300_000_000_000)
    }

    @Test(arguments: [
        ("biller: openai", "openai", "openai"), ("provider: \"*\"", "b", nil),
        ("biller: huggingface", "huggingface", nil),
        ("biller: OpenRouter", "openrouter", nil), ("biller: huggingface/Together", "huggingface", "together"),
        ("provider: Groq", "b", "groq"),
    ])
    func filesUnderBillerAndProvider(line: String, biller: String, provider: String?) throws {
        let price = try price(line)
        #expect(price.biller == biller)
        #expect(price.provider == provider)
    }

    @Test func tellsFreeFromAPriceOfZero() throws {
        let free = try PriceFile.parse(entry("free: true", "prices: { input: 0 }"), name: "p.yaml").prices
        let zero = try PriceFile.parse(entry("prices: { input: 0 }"), name: "p.yaml").prices
        #expect(free.map(\.isFree) == [true])
        #expect(zero.map(\.isFree) == [false])
        #expect(free.map(\.id) != zero.map(\.id))
    }

    @Test func takesTheEndOfTheDay() throws {
        #expect(try price("hours_utc: 08:00-24:00").conditions.window == DailyWindow(startMinute: 480, endMinute: 0))
    }

    @Test func aFileMayHaveNoPrices() throws {
        #expect(try PriceFile.parse("prices: []", name: "p.yaml").prices.isEmpty)
        #expect(try PriceFile.parse("provider_aliases: { a: [b] }", name: "p.yaml").aliases.canonical("B") == "a")
    }

    /// The text of the error, or what was read instead.
    private func message(_ text: String) -> String {
        do {
            return "no error: \(try PriceFile.parse(text, name: "prices.yaml").prices.count)"
        } catch {
            return error.description
        }
    }

    @Test(arguments: [
        ("modle: x", "prices.yaml:6: unknown key 'modle'; did you mean 'model'?"),
        ("colour: x", "prices.yaml:6: unknown key 'colour'; the nearest known one is 'biller', of biller, provider"),
        ("prices: { inptu: 1 }", "prices.yaml:5: unknown key 'inptu'; did you mean 'input'?"),
        ("prices: { input: 1 USD }", "prices.yaml:5: prices[0].prices.input '1 USD' is not a decimal number; write"),
        ("prices: { input: -1 }", "prices.yaml:5: prices[0].prices.input '-1' is negative; write a price of 0"),
        ("prices: { input: 1e-13 }", "'1e-13' has more than 12 decimals; write"),
        ("prices: { input: 1000001 }", "'1000001' is more than a batch may cost; write at most 1000000.00"),
        ("prices: { input: 1e50 }", "'1e50' is larger than any amount Tally can store"),
        ("prices: { input: 1/0 }", "'1/0' has a batch that is not a whole number from 1 to"),
        ("prices: { input: 1/-5 }", "has a batch that is not a whole number"),
        ("prices: { input: 1/2.5 }", "has a batch that is not a whole number"),
        ("prices: { input: 1/2000000000000 }", "has a batch that is not a whole number"),
        ("prices: { input: / }", "is not a decimal number"),
        ("prices: { input: [1] }", "prices[0].prices.input is a list where a single value belongs; write one value"),
        ("prices: { input: \"\" }", "prices[0].prices.input is empty"),
        ("prices: { input: }", "prices[0].prices.input is nothing where a single value belongs"),
        ("prices: {}", "prices.yaml:2: prices[0].prices is missing; write 'prices: {"),
        ("prices: 5", "prices[0].prices is text where a mapping belongs"),
        ("model:", "prices.yaml:2: prices[0].model is missing; write the model's id"),
        ("model: { a: b }", "prices[0].model is a mapping where a single value belongs"),
        ("model: a*b", "prices[0].model 'a*b' has a * that is not at its end"),
        ("source:", "prices.yaml:2: prices[0].source is missing; write where"),
        ("biller:", "prices[0].biller is missing"),
        (
            "effective_from: 2025-13-01",
            "'2025-13-01' is neither a date nor a time with an offset; write e.g. 2025-06-10"
        ),
        ("effective_from: 2025-06", "'2025-06' is neither a date"),
        ("effective_to: 2025-06-10T00:00:00", "'2025-06-10T00:00:00' is neither a date nor a time with an offset"),
        (
            "input_tokens_above: 2e5",
            "prices[0].input_tokens_above '2e5' is not a whole number; write a whole number from 0"
        ),
        ("input_tokens_above: -1", "prices[0].input_tokens_above '-1' is out of range"),
        ("hours_utc: 16:30", "'16:30' is not a window of the day; write two different times"),
        ("hours_utc: 25:00-26:00", "is not a window of the day"),
        ("hours_utc: 08:00-08:00", "is not a window of the day"),
        ("free: yes", "prices[0].free 'yes' is neither yes nor no; write true or false"),
        ("free: true", "prices[0].prices.input has a price though the entry says free: true; write 0, or remove free"),
    ])
    func refusesAnEntry(line: String, expected: String) {
        #expect(message(entry(line)).contains(expected), "\(message(entry(line)))")
    }

    @Test(arguments: [
        ("currency: EUR\nprices: []", "prices.yaml:1: currency 'EUR' is not USD; convert the amounts"),
        ("pricse: []", "prices.yaml:1: unknown key 'pricse'; did you mean 'prices'?"),
        ("prices: { a: b }", "prices.yaml:1: prices is a mapping where a list belongs; write a list of entries"),
        (
            "prices: [x]",
            "prices.yaml:1: prices[0] is text where a mapping belongs; write 'KEY: VALUE' with the keys biller"
        ),
        ("- a", "prices.yaml:1: the file is a list where a mapping belongs"),
        ("", "prices.yaml: the file is empty; write at least one key, or remove the file"),
        ("# nothing\n", "prices.yaml: the file is empty"),
        ("prices: []\nprices: []", "prices.yaml:1: the key 'prices' occurs twice in one mapping; keep one of them"),
        ("prices: [", "prices.yaml:2: not YAML at column"),
        ("prices: []\n---\nprices: []", "not YAML at column"),
        (
            "prices:\n  - { effective_from: 2025-02-01, effective_to: 2025-02-01, biller: b, model: m, source: s, prices: { input: 1 } }",
            "prices.yaml:2: prices[0].effective_to is not after effective_from; write the first moment"
        ),
        ("a: &x { b: c }\nprices: [*x]", "prices.yaml:2: a YAML alias is not read here; write its value out"),
        ("? [a]\n: b", "prices.yaml:1: a key is not text"),
        ("provider_aliases: { a: b }", "provider_aliases.a is text where a list belongs; write a list of spellings"),
        ("provider_aliases: { a: [x], b: [X] }", "'X' is a spelling of both 'a' and 'b'; remove one"),
        ("provider_aliases: { a: [b], b: [c] }", "'b' is a spelling of 'a' and has spellings of its own; list all"),
    ])
    func refusesAFile(text: String, expected: String) {
        #expect(message(text).contains(expected), "\(message(text))")
    }

    @Test func namesTheLineOfTheEntry() {
        let text = entry() + "  - biller: b\n    modle: m\n"
        #expect(message(text) == "prices.yaml:7: unknown key 'modle'; did you mean 'model'?")
    }

    @Test func refusesTooManySpellings() {
        let spellings = (0...PriceFile.maximumSpellings).map { "s\($0)" }.joined(separator: ", ")
        #expect(message("provider_aliases: { a: [\(spellings)] }").contains("has more than 1000 spellings"))
    }

    @Test func refusesADeepFile() {
        #expect(
            message("prices: " + String(repeating: "[", count: 900) + String(repeating: "]", count: 900))
                .contains("nested deeper than"))
        #expect(message("prices: " + String(repeating: "[", count: 100_000)).contains("not YAML"))
    }

    @Test func quotesLittleOfALongValue() {
        let text = message(entry("hours_utc: " + String(repeating: "x", count: 10_000)))
        #expect(text.utf8.count < 400)
        #expect(text.contains("xxx…'"))
    }

    @Test func damagedFilesAreReadOrRefused() {
        let whole = Array(
            entry("provider: \"*\"", "effective_from: 2025-06-10", "hours_utc: \"16:30-00:30\"", "free: false").utf8)
        let alphabet = Array("abcxyz12\0\t\n \"'*&!|>%@:,[]{}-?#0e/\\uD8\u{e9}".utf8)
        var state: UInt64 = 20_260_601
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        var read = 0
        var refused = 0
        for _ in 0..<3000 {
            var bytes = whole
            for _ in 0...next(2) { bytes[next(bytes.count)] = alphabet[next(alphabet.count)] }
            if next(8) == 0 { bytes.removeLast(next(bytes.count)) }
            do {
                _ = try PriceFile.parse(String(decoding: bytes, as: UTF8.self), name: "p.yaml")
                read += 1
            } catch {
                refused += error.description.hasPrefix("p.yaml") ? 1 : 0
            }
        }
        #expect(read + refused == 3000)
        // Neither outcome may be the only one seen, or the damage is too little or too much to tell anything.
        #expect(min(read, refused) > 50)
    }

    @Test(.timeLimit(.minutes(2))) func readsALargeFile() throws {
        let line =
            "  - { biller: b, model: m, source: a longer text about the source, prices: { input: 1, output: 2 } }\n"
        let count = 2_000_000 / line.utf8.count
        let text = "prices:\n" + String(repeating: line, count: count)
        #expect(try PriceFile.parse(text, name: "p.yaml").prices.count == 2 * count)
    }
}
