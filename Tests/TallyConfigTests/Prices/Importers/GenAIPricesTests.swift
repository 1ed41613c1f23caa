import TallyConfig
import TallyCore
import Testing

struct GenAIPricesTests {
    private let million: Int64 = 1_000_000

    /// A table of one provider `p` with the given models.
    private func table(_ models: String, of provider: String = #""id": "p""#, more: String = "") throws -> ImportedTable
    {
        try ImportedTable(#"[{\#(provider), "models": [\#(models)]}\#(more)]"#, from: .genaiPrices)
    }

    @Test func readsPricesOfAMillionAndOfAThousand() throws {
        let table = try table(
            #"""
            {"id": "m", "match": {"equals": "M"}, "prices": {"input_mtok": 3, "cache_read_mtok": 0.30000000000000004,
             "cache_write_mtok": 3.75, "cache_write_1h_mtok": 6, "output_mtok": 15, "output_reasoning_mtok": 2,
             "web_searches_kcount": 10, "requests_kcount": 5, "input_audio_mtok": 7, "audio_hours": 0.36}}
            """#)
        for (usage, cost) in [
            ([.input: million], "3.005"), ([.cacheRead: million], "0.305"), ([.cacheWrite5m: million], "3.755"),
            ([.cacheWrite30m: million], "3.755"), ([.cacheWrite12h: million], "3.755"),
            ([.cacheWrite1h: million], "6.005"), ([.output: 3 * million, .reasoning: million], "32.005"),
            ([.webSearches: 2], "0.025"), ([.inputAudio: million], "7.005"), ([.inputImage: million], "3.005"),
            ([.audioSeconds: 10 * million], "0.006"),
        ] as [(KeyValuePairs<UsageClass, Int64>, String)] {
            #expect(try table.cost("p", "m", usage) == cost)
        }
        #expect(table.outcome.modelCount == 1 && table.outcome.skipped.isEmpty)
        #expect(table.outcome.table.prices.allSatisfy { $0.source == "genai-prices p" && !$0.isFree })
        #expect(try table.survivesAFile())
    }

    @Test func anEmptySetIsFreeAndAMissingOneIsUnpriced() throws {
        let table = try table(
            #"{"id": "free", "match": {"equals": "free"}, "prices": {}}, {"id": "none", "match": {"equals": "none"}}"#)
        #expect(try table.cost("p", "free", [.input: 5, .cacheRead: 5, .output: 5]) == "0.00")
        #expect(table.outcome.table.prices.allSatisfy { $0.isFree })
        #expect(try table.cost("p", "none", [.input: 5]) == "no_price")
        #expect(try table.survivesAFile())
    }

    @Test func cachedAudioAndImagesHavePricesOfTheirOwn() throws {
        let table = try table(
            #"""
            {"id": "m", "match": {"equals": "m"}, "prices": {"input_mtok": 4, "cache_read_mtok": 0.4, "input_audio_mtok": 32,
             "cache_audio_read_mtok": 0.5, "cache_image_read_mtok": {"base": 0.6, "tiers": [{"start": 200000, "price": 6}]}}}
            """#)
        for (usage, cost) in [
            ([.cacheRead: 100_000], "0.04"), ([.cacheReadAudio: 100_000], "0.05"), ([.cacheReadImage: 100_000], "0.06"),
            ([.cacheReadImage: 100_000, .cacheReadAudio: 100_001], "0.6500005"),
        ] as [(KeyValuePairs<UsageClass, Int64>, String)] {
            #expect(try table.cost("p", "m", usage) == cost)
        }
        #expect(
            table.outcome.table.prices.map(\.usageClass) == [
                .input, .cacheRead, .cacheReadAudio, .cacheReadImage, .inputAudio, .cacheReadImage,
            ])
        #expect(try table.survivesAFile())
    }

    @Test func reportsWhatNoClassCounts() throws {
        let table = try table(
            #"""
            {"id": "m", "match": {"and": [{"equals": "m"}]}, "prices": {"input_mtok": 1, "cache_video_read_mtok": 2,
             "output_citation_mtok": 3, "output_mtok": -1}},
            {"id": "n", "match": {"or": [{"regex": "^n-(a|b)$"}, {"equals": "nn"}]}, "prices": {"input_mtok": 1}}
            """#)
        #expect(
            table.skipped == [
                "m match", "m cache_video_read_mtok", "m output_citation_mtok", "m output_mtok", "n match",
            ])
        #expect(try table.cost("p", "m", [.output: 1]) == "class_not_priced")
        #expect(try table.cost("p", "nn", [.input: million]) == "1.00")
        #expect(try table.cost("p", "n-a", [.input: million]) == "no_price")
    }

    @Test func tiersAreForTheWholeRequestAboveTheirStart() throws {
        let table = try table(
            #"""
            {"id": "m", "match": {"equals": "m"}, "prices": {
             "input_mtok": {"base": 1, "tiers": [{"start": 128000, "price": 2}, {"start": 512000, "price": 4}]},
             "cache_read_mtok": 0.5, "output_mtok": 8}}
            """#)
        #expect(try table.cost("p", "m", [.input: 127_000, .cacheRead: 1000]) == "0.1275")
        #expect(try table.cost("p", "m", [.input: 127_000, .cacheRead: 1001]) == "0.2545005")
        #expect(try table.cost("p", "m", [.input: 512_001, .output: 1]) == "2.048012")
        #expect(try table.survivesAFile())
    }

    /// A later set of prices replaces the earlier one whole: no tier and no class of it lives on.
    @Test func aDatedSetEndsTheOneBefore() throws {
        let table = try table(
            #"""
            {"id": "m", "match": {"equals": "m"}, "prices": [
             {"prices": {"input_mtok": {"base": 5, "tiers": [{"start": 200000, "price": 10}]}, "cache_read_mtok": 1,
              "web_searches_kcount": 10}},
             {"constraint": {"start_date": "2026-03-13"}, "prices": {"input_mtok": 5}},
             {"constraint": {"start_date": "2026-05-01"}, "prices": {"input_mtok": 4}}]}
            """#)
        let large: KeyValuePairs<UsageClass, Int64> = [.input: 200_000, .cacheRead: 100_000]
        #expect(try table.cost("p", "m", large, at: "2026-03-12T23:59:59Z") == "2.10")
        #expect(try table.cost("p", "m", large, at: "2026-03-13T00:00:00Z") == "1.50")
        #expect(try table.cost("p", "m", large, at: "2026-05-01T00:00:00Z") == "1.20")
        #expect(try table.cost("p", "m", [.webSearches: 1], at: "2026-03-12T00:00:00Z") == "0.01")
        #expect(try table.cost("p", "m", [.webSearches: 1], at: "2026-03-13T00:00:00Z") == "class_not_priced")
        #expect(try table.survivesAFile())
    }

    @Test func hoursHaveASetOfTheirOwn() throws {
        let table = try table(
            #"""
            {"id": "m", "match": {"equals": "m"}, "prices": [
             {"prices": {"input_mtok": 1, "cache_read_mtok": 0.1, "output_mtok": 2}},
             {"constraint": {"start_time": "22:30:00Z", "end_time": "00:30:00Z"}, "prices": {"input_mtok": 4}}]}
            """#)
        let usage: KeyValuePairs<UsageClass, Int64> = [.input: million, .cacheRead: million]
        #expect(try table.cost("p", "m", usage, at: "2026-05-01T22:29:59Z") == "1.10")
        #expect(try table.cost("p", "m", usage, at: "2026-05-01T22:30:00Z") == "8.00")
        #expect(try table.cost("p", "m", usage, at: "2026-05-02T00:29:59Z") == "8.00")
        #expect(try table.cost("p", "m", usage, at: "2026-05-02T00:30:00Z") == "1.10")
        #expect(try table.survivesAFile())
    }

    @Test func clausesBecomeNamesAndPatterns() throws {
        let table = try table(
            #"""
            {"id": "a", "match": {"or": [{"equals": "A"}, {"starts_with": "Alpha"}, {"contains": "mid"},
             {"ends_with": "-end"}, {"regex": "^a-\\d{4}\\.\\d$"}]}, "prices": {"input_mtok": 1}},
            {"id": "dated", "match": {"equals": "x-2025-08-07"}, "prices": {"input_mtok": 2}}
            """#)
        for (name, cost) in [
            ("a", "1.00"), ("ALPHA-7", "1.00"), ("x.mid.y", "1.00"), ("x-end", "1.00"), ("a-2026.8", "1.00"),
            ("a-2026.88", "no_price"), ("b", "no_price"), ("x-2025-08-07", "2.00"), ("x-20250807", "2.00"),
            ("x-2025", "no_price"),
        ] {
            #expect(try table.cost("p", name, [.input: million]) == cost)
        }
        #expect(try table.survivesAFile())
    }

    /// The table asks its models in order; the first that takes a name has it, however much a later one fixes.
    @Test func theFirstModelThatTakesANameHasIt() throws {
        let table = try table(
            #"""
            {"id": "wide", "match": {"or": [{"equals": "wide"}, {"contains": "sonnet-4"}]}, "prices": {"input_mtok": 1}},
            {"id": "late", "match": {"or": [{"equals": "late"}, {"starts_with": "claude-sonnet-4-5"},
             {"equals": "sonnet-4-x"}]}, "prices": {"input_mtok": 2}}
            """#)
        for (name, cost) in [("claude-sonnet-4-5-1", "1.00"), ("sonnet-4-x", "1.00"), ("late", "2.00")] {
            #expect(try table.cost("p", name, [.input: million]) == cost)
        }
    }

    /// A provider that follows another has its prices as its own; nothing is looked up at another biller.
    @Test func aProviderHasTheModelsItFollows() throws {
        let more = #"""
            , {"id": "q", "models": [
              {"id": "shadowed", "match": {"or": [{"starts_with": "own-1"}, {"contains": "free-"}]},
               "prices": {"input_mtok": 7}},
              {"id": "own-2", "match": {"or": [{"equals": "own-2"}, {"starts_with": "other"}]}, "prices": {"input_mtok": 8}},
              {"id": "plain", "match": {"equals": "plain"}, "prices": {"input_mtok": 9}}]}
            """#
        let table = try table(
            #"{"id": "own", "match": {"starts_with": "own"}, "prices": {"input_mtok": 1}}"#,
            of: #""id": "p", "fallback_model_providers": ["q"]"#, more: more)
        for (provider, name, cost) in [
            ("p", "own-1", "1.00"), ("p", "own-2", "1.00"), ("p", "other-1", "8.00"), ("p", "plain", "9.00"),
            ("p", "a-free-1", "7.00"), ("q", "own-2", "8.00"), ("q", "own", "no_price"),
        ] {
            #expect(try table.cost(provider, name, [.input: million]) == cost)
        }
        #expect(
            Set(table.outcome.table.prices.map(\.source)) == [
                "genai-prices p", "genai-prices q", "genai-prices q, which p follows",
            ])
        #expect(try table.survivesAFile())
    }

    @Test func filesUnderTheSpellingsThatHold() throws {
        let model = #"{"id": "m", "match": {"equals": "m"}, "prices": {"input_mtok": 1}}"#
        let text = #"""
            [{"id": "x-ai", "provider_match": {"equals": "xai"}, "models": [\#(model)]},
             {"id": "aws", "provider_match": {"or": [{"contains": "bedrock"}, {"contains": "amazon"}]}, "models": [\#(model)]},
             {"id": "huggingface_fireworks-ai", "provider_match": {"and": [{"contains": "huggingface"}]}, "models": [\#(model)]},
             {"id": "openrouter", "models": [\#(model)]}]
            """#
        var aliases = ProviderAliases()
        aliases.add("x-ai", for: "xai")
        aliases.add("fireworks-ai", for: "fireworks")
        let table = try ImportedTable(text, from: .genaiPrices, aliases: aliases)
        let sellers = table.outcome.table.prices.map { "\($0.biller) \($0.provider ?? "any")" }
        #expect(sellers == ["xai xai", "aws aws", "huggingface fireworks", "openrouter any"])
        for name in ["x-ai", "xai", "bedrock", "Amazon", "huggingface_fireworks-ai", "openrouter"] {
            #expect(try table.cost(name, "m", [.input: million]) == "1.00")
        }
        #expect(table.outcome.table.aliases.canonical("xai") == "xai")
        #expect(try table.survivesAFile())
    }

    @Test(arguments: [
        ("{", "table.json: the file is not JSON"),
        ("{}", "table.json: the file does not have the form of genai-prices"),
        ("[]", "table.json: no price in it is of the form of genai-prices"),
        (#"[{"id": "p"}]"#, "table.json: the file does not have the form of genai-prices"),
    ])
    func saysWhatIsNoSuchTable(text: String, problem: String) {
        #expect {
            try PriceImport.read(Array(text.utf8), from: .genaiPrices, name: "table.json", source: "s")
        } throws: { error in
            "\(error)".hasPrefix(problem)
        }
    }
}
