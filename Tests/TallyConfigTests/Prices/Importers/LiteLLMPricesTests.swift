import TallyConfig
import TallyCore
import Testing

struct LiteLLMPricesTests {
    private let million: Int64 = 1_000_000

    /// A map of one model `p/m` of seller `p`.
    private func table(_ members: String, tag: String = "p", id: String = "p/m") throws -> ImportedTable {
        try ImportedTable(#"{"\#(id)": {"litellm_provider": "\#(tag)", \#(members)}}"#, from: .litellm)
    }

    @Test func readsPricesOfOneToken() throws {
        let table = try table(
            #"""
            "input_cost_per_token": 1.5000000000000002e-07, "output_cost_per_token": 6e-07, "mode": "chat",
            "cache_read_input_token_cost": 7.5e-08, "cache_creation_input_token_cost": 2e-07,
            "cache_creation_input_token_cost_above_1hr": 3e-07, "output_cost_per_reasoning_token": 1e-06,
            "cache_read_input_audio_token_cost": 9e-08, "cache_read_input_image_token_cost": 8e-08,
            "input_cost_per_audio_token": 7e-07, "search_context_cost_per_query":
              {"search_context_size_low": 0.01, "search_context_size_high": 0.01}
            """#)
        for (usage, cost) in [
            ([.input: million], "0.15"), ([.cacheRead: million], "0.075"), ([.cacheWrite5m: million], "0.20"),
            ([.cacheWrite30m: million], "0.20"), ([.cacheWrite1h: million], "0.30"),
            ([.output: 2 * million, .reasoning: million], "1.60"), ([.inputAudio: million], "0.70"),
            ([.webSearches: 3], "0.03"), ([.cacheReadAudio: million], "0.09"), ([.cacheReadImage: million], "0.08"),
        ] as [(KeyValuePairs<UsageClass, Int64>, String)] {
            #expect(try table.cost("p", "p/m", usage) == cost)
            #expect(try table.cost("p", "M", usage) == cost)
        }
        #expect(table.outcome.table.prices.first?.rate.amount.description == "0.15")
        #expect(table.skipped.isEmpty)
        #expect(try table.survivesAFile())
    }

    @Test func knowsContextSizesAndServiceTiers() throws {
        let table = try table(
            #"""
            "input_cost_per_token": 1e-06, "input_cost_per_token_above_128k_tokens": 2e-06,
            "input_cost_per_token_above_272k_tokens": 4e-06, "input_cost_per_token_batches": 5e-07,
            "input_cost_per_token_flex": 6e-07, "input_cost_per_token_priority": 3e-06,
            "input_cost_per_token_above_272k_tokens_priority": 9e-06,
            "cache_creation_input_token_cost": 1e-06, "cache_creation_input_token_cost_above_1hr": 2e-06,
            "cache_creation_input_token_cost_above_1hr_above_272k_tokens": 5e-06
            """#)
        for (input, tier, cost) in [
            (128_000, nil, "0.128"), (128_001, nil, "0.256002"), (272_000, nil, "0.544"), (272_001, nil, "1.088004"),
            (1000, "batch", "0.0005"), (1000, "flex", "0.0006"), (1000, "priority", "0.003"),
            (272_001, "priority", "2.448009"),
        ] as [(Int64, String?, String)] {
            #expect(try table.cost("p", "m", [.input: input], tier: tier) == cost)
        }
        #expect(try table.cost("p", "m", [.cacheWrite1h: 272_000]) == "0.544")
        #expect(try table.cost("p", "m", [.cacheWrite1h: 272_001]) == "1.360005")
        #expect(try table.survivesAFile())
    }

    /// The map lists the price of an image twice, as one image and as its pixels: it is charged once.
    @Test func anImageIsChargedOnce() throws {
        let both = try table(
            #""mode": "image_generation", "output_cost_per_image": 0.025, "output_cost_per_pixel": 2.384e-8"#)
        #expect(try both.cost("p", "m", [.images: 4, .megapixels: 4_194_304]) == "0.10")
        #expect(both.skipped == ["p/m output_cost_per_pixel"])
        let pixels = try table(#""mode": "image_generation", "output_cost_per_pixel": 2.384e-8"#)
        #expect(try pixels.cost("p", "m", [.megapixels: 1_048_576]) == "0.02499805184")
        let input = try table(
            #""mode": "image_generation", "input_cost_per_image": 0.04, "input_cost_per_pixel": 1e-8"#)
        #expect(try input.cost("p", "m", [.images: 1]) == "0.04")
        let chat = try table(#""input_cost_per_token": 1e-06, "output_cost_per_image": 0.00012"#)
        #expect(chat.skipped == ["p/m output_cost_per_image"])
    }

    @Test func countsSecondsCharactersAndQueriesByWhatTheModelDoes() throws {
        for (members, usage, cost) in [
            (
                #""mode": "audio_transcription", "input_cost_per_second": 0.0001, "output_cost_per_second": 0.0001"#,
                [.audioSeconds: 2 * million], "0.0002"
            ),
            (#""mode": "video_generation", "output_cost_per_second": 0.1"#, [.videoSeconds: 3 * million], "0.30"),
            (#""mode": "chat", "input_cost_per_second": 0.5"#, [.computeSeconds: 3 * million], "1.50"),
            (#""mode": "audio_speech", "input_cost_per_character": 1.5e-05"#, [.characters: million], "15.00"),
            (#""mode": "rerank", "input_cost_per_query": 0.002"#, [.searchUnits: 2], "0.004"),
            (#""mode": "search", "input_cost_per_query": 0.005"#, [.requests: 2], "0.01"),
        ] as [(String, KeyValuePairs<UsageClass, Int64>, String)] {
            #expect(try table(members).cost("p", "m", usage) == cost)
        }
        let chat = try table(#""input_cost_per_token": 1e-06, "input_cost_per_character": 2.5e-07"#)
        #expect(chat.skipped == ["p/m input_cost_per_character"])
    }

    @Test func tieredPricingBeginsBehindTheLowerEnd() throws {
        let table = try table(
            #"""
            "mode": "chat", "tiered_pricing": [
              {"input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06, "range": [0, 32000.0]},
              {"input_cost_per_token": 3e-06, "output_cost_per_token": 4e-06, "range": [32000, 128000]}]
            """#)
        #expect(try table.cost("p", "m", [.input: 32_000, .output: 1]) == "0.032002")
        #expect(try table.cost("p", "m", [.input: 32_001, .output: 1]) == "0.096007")
    }

    @Test func hoursOfSomeWeekdaysAreChargedInFull() throws {
        let table = try table(
            #"""
            "input_cost_per_token": 2e-06, "output_cost_per_token": 8e-06, "off_peak_pricing": {
              "input_cost_per_token": 1e-06, "windows": [
                {"hours_utc": ["00:00-01:00", "22:00-00:00"], "weekdays": [1, 2, 3, 4, 5]},
                {"hours_utc": "00:00-00:00", "weekdays": [6, 7]}]}
            """#)
        for (time, cost) in [
            ("2026-11-02T00:59:59Z", "9.00"), ("2026-11-02T01:00:00Z", "10.00"), ("2026-11-02T22:00:00Z", "9.00"),
            ("2026-11-01T12:00:00Z", "10.00"),
        ] {
            #expect(try table.cost("p", "m", [.input: million, .output: million], at: time) == cost)
        }
        #expect(table.skipped == ["p/m off_peak_pricing"])
        #expect(try table.survivesAFile())
        let always = try self.table(
            #""input_cost_per_token": 2e-06, "off_peak_pricing": {"input_cost_per_token": 1e-06, "hours_utc": "00:00-00:00"}"#
        )
        #expect(try always.cost("p", "m", [.input: million]) == "1.00")
        #expect(always.skipped.isEmpty)
    }

    @Test func whatLiteLLMItselfAdds() throws {
        let half = try table(#""input_cost_per_token": 9e-07, "output_cost_per_token": 9e-07"#, tag: "fireworks_ai")
        #expect(try half.cost("fireworks_ai", "p/m", [.cacheRead: million]) == "0.45")
        let odd = try table(#""input_cost_per_token": 0.000000000000000001"#, tag: "fireworks_ai")
        #expect(try odd.cost("fireworks_ai", "p/m", [.cacheRead: 2 * million]) == "0.000000000001")
        let own = try table(
            #""input_cost_per_token": 9e-07, "cache_read_input_token_cost": 1e-07"#, tag: "fireworks_ai")
        #expect(try own.cost("fireworks_ai", "p/m", [.cacheRead: million]) == "0.10")
        let flat = try table(
            #""input_cost_per_token": 5e-06, "cache_read_input_token_cost": 5e-07"#, tag: "perplexity",
            id: "perplexity/x/m")
        #expect(try flat.cost("perplexity", "x/m", [.cacheRead: million]) == "5.00")
        #expect(flat.skipped == ["perplexity/x/m cache_read_input_token_cost"])
    }

    @Test func aNameWithoutItsSellerNeverHidesAnotherModel() throws {
        let table = try ImportedTable(
            #"""
            {"sample_spec": {"litellm_provider": "one of …"},
             "p/m": {"litellm_provider": "p", "input_cost_per_token": 1e-06},
             "p/p/m": {"litellm_provider": "p", "input_cost_per_token": 2e-06},
             "vertex_ai/n": {"litellm_provider": "vertex_ai-models", "input_cost_per_token": 3e-06},
             "x/n": {"litellm_provider": "p", "input_cost_per_token": 4e-06},
             "none": {"input_cost_per_token": 4e-06}}
            """#, from: .litellm)
        for (provider, model, cost) in [
            ("p", "p/m", "1.00"), ("p", "p/p/m", "2.00"), ("p", "m", "1.00"), ("google", "n", "3.00"),
            ("vertex_ai-models", "vertex_ai/n", "3.00"), ("p", "n", "no_price"), ("p", "x/n", "4.00"),
        ] {
            #expect(try table.cost(provider, model, [.input: million]) == cost)
        }
        #expect(table.skipped == ["none litellm_provider"])
    }

    @Test(arguments: ["[]", "3", #"{"a": 1}"#])
    func saysWhatIsNoSuchMap(text: String) {
        #expect {
            try PriceImport.read(Array(text.utf8), from: .litellm, name: "map.json", source: "s")
        } throws: { error in
            "\(error)".hasPrefix("map.json: the file does not have the form of litellm; check that --from")
        }
    }
}
