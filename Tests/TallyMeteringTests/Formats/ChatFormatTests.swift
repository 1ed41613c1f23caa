import TallyCore
import TallyMetering
import Testing

struct ChatFormatTests {
    private func usage(_ json: String) throws -> UsageBuckets? {
        try decode(#"{"time":"2026-06-01","response":{"usage":\#(json)}}"#).event.usage
    }

    @Test func theCachedTokensLeaveTheInput() throws {
        #expect(
            try usage(#"{"prompt_tokens":1200,"completion_tokens":100,"total_tokens":1300}"#)
                == .of([.input: 1200, .output: 100]))
        #expect(
            try usage(#"{"prompt_tokens":1200,"completion_tokens":100,"prompt_tokens_details":{"cached_tokens":200}}"#)
                == .of([.input: 1000, .cacheRead: 200, .output: 100]))
        // Flat, as some hosts have it; the details come first where both are there.
        #expect(try usage(#"{"prompt_tokens":1200,"cached_tokens":200}"#) == .of([.input: 1000, .cacheRead: 200]))
        #expect(
            try usage(#"{"prompt_tokens":9,"cached_tokens":5,"prompt_tokens_details":{"cached_tokens":2}}"#)
                == .of([.input: 7, .cacheRead: 2]))
    }

    @Test func theNamesOfGatewaysAndHostsAreKnown() throws {
        for name in [
            "cached_tokens", "num_cached_tokens", "prompt_cache_hit_tokens", "cached_prompt_text_tokens",
            "cache_read_input_tokens",
        ] {
            #expect(try usage(#"{"prompt_tokens":9,"\#(name)":4}"#) == .of([.input: 5, .cacheRead: 4]))
        }
        let written = #"{"prompt_tokens":9,"cache_creation_input_tokens":4,"cache_read_input_tokens":1}"#
        #expect(try usage(written) == .of([.input: 4, .cacheRead: 1, .cacheWrite5m: 4]))
        // A miss is plain input, and predictions are within the completion whether they came true or not.
        #expect(try usage(#"{"prompt_tokens":9,"prompt_cache_miss_tokens":4}"#) == .of([.input: 9]))
        let predicted = #"{"completion_tokens":9,"completion_tokens_details":{"rejected_prediction_tokens":4}}"#
        #expect(try usage(predicted) == .of([.output: 9]))
    }

    @Test func kindsAreTakenOutOfTheirWholes() throws {
        let kinds = #""audio_tokens":2,"image_tokens":3,"video_tokens":4"#
        #expect(
            try usage(#"{"prompt_tokens":20,"prompt_tokens_details":{\#(kinds)}}"#)
                == .of([.input: 11, .inputAudio: 2, .inputImage: 3, .inputVideo: 4]))
        // What does not fit beside the cached tokens was among them.
        #expect(
            try usage(#"{"prompt_tokens":20,"prompt_tokens_details":{\#(kinds),"cached_tokens":15}}"#)
                == .of([.input: 0, .cacheRead: 15, .inputAudio: 0, .inputImage: 1, .inputVideo: 4]))
        #expect(
            try usage(#"{"completion_tokens":20,"completion_tokens_details":{"image_tokens":5,"audio_tokens":1}}"#)
                == .of([.output: 14, .outputAudio: 1, .outputImage: 5]))
    }

    @Test func whatIsNotStatedStaysUnknown() throws {
        #expect(try usage("{}") == nil)
        #expect(try usage(#"{"total_tokens":5}"#) == nil)
        #expect(try usage(#"{"prompt_tokens":null,"completion_tokens":null}"#) == nil)
        #expect(try usage(#"{"prompt_tokens":5,"completion_tokens":null}"#) == .of([.input: 5]))
        #expect(try usage(#"{"completion_tokens":5}"#) == .of([.output: 5]))
        #expect(try usage(#"{"prompt_tokens":5,"prompt_tokens_details":null}"#) == .of([.input: 5]))
        #expect(
            try usage(#"{"prompt_tokens":5,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":null}}"#)
                == .of([.input: 5, .cacheRead: 0]))
    }

    /// xAI counts reasoning outside `completion_tokens`; its total gives it away.
    @Test func reasoningOutsideTheCompletionIsAddedToTheOutput() throws {
        let details = #""completion_tokens_details":{"reasoning_tokens":300}"#
        #expect(
            try usage(#"{"prompt_tokens":10,"completion_tokens":5,"total_tokens":315,\#(details)}"#)
                == .of([.input: 10, .output: 305, .reasoning: 300]))
        #expect(
            try usage(#"{"prompt_tokens":10,"completion_tokens":400,"total_tokens":410,\#(details)}"#)
                == .of([.input: 10, .output: 400, .reasoning: 300]))
    }

    @Test(arguments: [
        #"{"prompt_tokens":3,"prompt_tokens_details":{"cached_tokens":4}}"#,
        #"{"completion_tokens":3,"completion_tokens_details":{"reasoning_tokens":4}}"#,
        #"{"prompt_tokens":3,"completion_tokens":4,"total_tokens":9}"#,
        #"{"prompt_tokens":3,"total_tokens":2}"#,
        #"{"prompt_tokens":0,"completion_tokens":1000000000000,"total_tokens":1000000000001,"completion_tokens_details":{"reasoning_tokens":1}}"#,
    ])
    func aContradictionIsUnknownUsage(_ json: String) throws {
        #expect(try usage(json) == nil)
    }

    /// The disjoint classes sum to the provider's totals, whichever of the parts it states.
    @Test func theClassesSumToTheTotals() throws {
        let seed: UInt64 = 0x6368_6174
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            func part(_ name: String) -> (name: String, count: Int64?) {
                (name, random.chance(30) ? nil : Int64.random(in: 0...1000, using: &random))
            }
            let inputs = [part("cached_tokens"), part("cache_write_tokens"), part("audio_tokens")]
            let audio = part("audio_tokens")
            let reasoning = part("reasoning_tokens")
            let prompt = inputs.reduce(0) { $0 + ($1.count ?? 0) } + Int64.random(in: 0...1000, using: &random)
            let completion = (audio.count ?? 0) + (reasoning.count ?? 0) + Int64.random(in: 0...1000, using: &random)
            func object(_ parts: [(name: String, count: Int64?)]) -> String {
                "{" + parts.map { "\"\($0.name)\":\($0.count.map(String.init) ?? "null")" }.joined(separator: ",") + "}"
            }
            let json = """
                {"prompt_tokens":\(prompt),"completion_tokens":\(completion),"total_tokens":\(prompt + completion),
                "prompt_tokens_details":\(object(inputs)),"completion_tokens_details":\(object([audio, reasoning]))}
                """
            let usage = try #require(try usage(json), "seed \(seed), \(json)")
            let outputs: [UsageClass] = [.output, .outputAudio, .outputImage, .outputVideo]
            #expect(usage.inputTokens == prompt, "seed \(seed), \(json)")
            #expect(outputs.reduce(0) { $0 + usage.quantity($1) } == completion, "seed \(seed), \(json)")
            #expect(
                usage[.cacheRead] == inputs[0].count && usage[.inputAudio] == inputs[2].count, "seed \(seed), \(json)")
            #expect(usage[.outputAudio] == audio.count && usage[.reasoning] == reasoning.count, "seed \(seed), \(json)")
        }
    }
}
