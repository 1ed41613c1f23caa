import TallyConfig
import TallyCore
import Testing

/// The lists of models that name a price beside each model.
struct ModelListTests {
    private let million: Int64 = 1_000_000

    @Test func readsModelsDev() throws {
        let table = try ImportedTable(
            #"""
            {"acme": {"id": "acme", "models": {
               "m": {"id": "m", "cost": {"input": 3, "output": 15, "reasoning": 20, "cache_read": 0.3, "cache_write": 3.75,
                 "input_audio": 7, "output_audio": 8, "new": 1, "context_over_200k": {"input": 6, "output": 22.5}}},
               "t": {"id": "t", "cost": {"input": 1, "output": 2, "tiers": [
                 {"input": 4, "output": 5, "tier": {"type": "context", "size": 128000}}, {"input": 1, "tier": {}}],
                 "context_over_200k": {"input": 9}}},
               "none": {"id": "none"}, "empty": {"id": "empty", "cost": {}}, "zero": {"id": "zero", "cost": {"input": 0, "output": 0}}}},
             "huggingface": {"id": "huggingface", "models": {"org/m": {"id": "org/m", "cost": {"input": 1, "output": 2}}}},
             "openrouter": {"id": "openrouter", "models": {"a/b": {"id": "a/b", "cost": {"input": 1, "output": 2}}}}}
            """#, from: .modelsDev)
        for (provider, model, usage, cost) in [
            ("acme", "m", [.input: 200_000], "0.60"), ("acme", "m", [.input: 200_001], "1.200006"),
            ("acme", "m", [.output: million, .reasoning: 500_000], "17.50"),
            ("acme", "m", [.cacheWrite5m: 100_000], "0.375"), ("acme", "m", [.inputAudio: 100_000], "0.70"),
            ("acme", "t", [.input: 128_001], "0.512004"), ("acme", "t", [.input: 300_000], "1.20"),
            ("acme", "none", [.input: 1], "no_price"), ("acme", "zero", [.input: 1], "0.00"),
            ("huggingface", "org/m", [.input: 1], "no_price"), ("openrouter", "a/b", [.input: million], "1.00"),
        ] as [(String, String, KeyValuePairs<UsageClass, Int64>, String)] {
            #expect(try table.cost(provider, model, usage) == cost)
        }
        #expect(table.skipped == ["m new", "t tiers", "none cost", "empty cost", "org/m cost"])
        #expect(table.outcome.table.prices.allSatisfy { !$0.isFree })
        #expect(try table.survivesAFile())
    }

    @Test func readsTheRouterOfHuggingFace() throws {
        var aliases = ProviderAliases()
        aliases.add("fireworks-ai", for: "fireworks")
        let table = try ImportedTable(
            #"""
            {"object": "list", "data": [{"id": "org/m", "providers": [
              {"provider": "novita", "status": "live", "pricing": {"input": 0.135, "output": 0.4, "cached": 0.1}},
              {"provider": "fireworks-ai", "status": "live"},
              {"provider": "groq", "status": "live", "is_free": true, "pricing": {"input": 1, "output": 1}},
              {"provider": "together", "status": "live", "is_free": false, "pricing": {"input": 0, "output": 2}}, {},
              {"provider": "scaleway", "pricing": {}}]}, {"id": "org/none", "providers": []}]}
            """#, from: .huggingFace, aliases: aliases)
        for (provider, cost) in [
            ("novita", "0.135"), ("groq", "0.00"), ("together", "0.00"), ("fireworks-ai", "no_price"),
        ] {
            #expect(try table.cost("huggingface/" + provider, "org/m", [.input: million]) == cost)
        }
        #expect(try table.cost("huggingface", "org/m", [.input: million]) == "no_price")
        #expect(Set(table.outcome.table.prices.filter(\.isFree).map(\.provider)) == ["groq"])
        #expect(
            table.skipped == [
                "org/m cached", "org/m pricing", "org/m providers", "org/m pricing", "org/none providers",
            ])
        #expect(try table.survivesAFile())
    }

    @Test func readsOpenRouter() throws {
        let table = try ImportedTable(
            #"""
            {"data": [
              {"id": "a/m", "pricing": {"prompt": "0.000003", "completion": "0.000015", "request": "0", "image": "0.0048",
                "web_search": "0.01", "internal_reasoning": "0", "input_cache_read": "0.0000003",
                "input_cache_write": "0.00000375", "input_cache_write_1h": "0.000006", "input_audio_cache": "0.0000004", "overrides": [
                  {"min_prompt_tokens": 200000, "prompt": "0.000006", "completion": "0.0000225"},
                  {"utc_start": 2230, "utc_end": 30, "prompt": "0.000001"}, {"region": "eu", "prompt": "1"}]}},
              {"id": "a/m:free", "pricing": {"prompt": "0", "completion": "0", "request": "0"}},
              {"id": "openrouter/auto", "pricing": {"prompt": "-1", "completion": "-1"}},
              {"id": "a/none"}, {"id": "a/empty", "pricing": {}},
              {"id": "a/null", "pricing": {"prompt": null, "completion": null}}, {"id": "a/zero", "pricing": {"prompt": "0", "completion": "0.000001"}}]}
            """#, from: .openRouter)
        for (model, usage, time, cost) in [
            ("a/m", [.input: 200_000], "2026-06-01T12:00:00Z", "0.60"),
            ("a/m", [.input: 200_001], "2026-06-01T12:00:00Z", "1.200006"),
            ("a/m", [.input: 1000], "2026-06-01T22:30:00Z", "0.001"),
            ("a/m", [.input: 1000], "2026-06-02T00:30:00Z", "0.003"),
            ("a/m", [.output: 100_000, .reasoning: 50_000], "2026-06-01T12:00:00Z", "1.50"),
            (
                "a/m", [.cacheRead: 100_000, .cacheWrite5m: 10_000, .cacheWrite1h: 1000], "2026-06-01T12:00:00Z",
                "0.0735"
            ),
            ("a/m", [.cacheReadAudio: 100_000], "2026-06-01T12:00:00Z", "0.04"),
            ("a/m", [.webSearches: 2], "2026-06-01T12:00:00Z", "0.02"),
            ("a/m:free", [.input: 5, .output: 5], "2026-06-01T12:00:00Z", "0.00"),
            ("openrouter/auto", [.input: 5], "2026-06-01T12:00:00Z", "no_price"),
            ("a/none", [.input: 5], "2026-06-01T12:00:00Z", "no_price"),
        ] as [(String, KeyValuePairs<UsageClass, Int64>, String, String)] {
            #expect(try table.cost("openrouter", model, usage, at: time) == cost)
        }
        #expect(Set(table.outcome.table.prices.filter(\.isFree).map(\.model.text)) == ["a/m:free"])
        #expect(
            table.skipped == [
                "a/m image", "a/m overrides", "openrouter/auto prompt", "openrouter/auto completion", "a/none pricing",
                "a/empty pricing", "a/null pricing",
            ])
        #expect(try table.survivesAFile())
    }

    @Test(arguments: [
        (PriceImport.Origin.huggingFace, #"{"id": "m", "providers": [{"provider": "p", "pricing": {"input": 1}}]}"#),
        (.openRouter, #"{"id": "m", "pricing": {"prompt": "0.000001"}}"#),
    ])
    func aModelWithoutAnIDIsLeftOutAlone(origin: PriceImport.Origin, model: String) throws {
        let table = try ImportedTable(#"{"data": [5, \#(model), {"id": null}]}"#, from: origin)
        #expect(table.outcome.table.prices.count == 1)
        #expect(table.skipped == ["entry 1 id", "entry 3 id"])
        #expect(table.outcome.skipped.first?.reason == "it is no model: it has no id")
    }

    @Test(arguments: [
        #""min_prompt_tokens": 1000, "utc_start": 1600"#, #""min_prompt_tokens": 1000, "utc_end": 1600"#,
        #""utc_start": 1600"#, #""min_prompt_tokens": 1000, "utc_start": 1600, "utc_end": "late""#,
        #""min_prompt_tokens": "many", "utc_start": 1600, "utc_end": 1700"#,
    ])
    func anOverrideOfHalfAConditionIsLeftOut(conditions: String) throws {
        let table = try ImportedTable(
            #"""
            {"data": [{"id": "m", "pricing": {"prompt": "0.000003", "overrides": [{\#(conditions), "prompt": "0.000001"}]}}]}
            """#, from: .openRouter)
        #expect(try table.cost("openrouter", "m", [.input: million]) == "3.00")
        #expect(table.skipped == ["m overrides"])
    }

    @Test(arguments: [
        (PriceImport.Origin.modelsDev, "[]"), (.modelsDev, #"{"a": {}}"#), (.huggingFace, "{}"),
        (.huggingFace, #"{"data": [{}]}"#), (.openRouter, #"{"data": {}}"#), (.openRouter, #"{"data": [{}]}"#),
    ])
    func saysWhatIsNoSuchList(origin: PriceImport.Origin, text: String) {
        #expect {
            try PriceImport.read(Array(text.utf8), from: origin, name: "l.json", source: "s")
        } throws: { error in
            "\(error)".hasPrefix("l.json: the file does not have the form of \(origin.rawValue)")
        }
    }
}
