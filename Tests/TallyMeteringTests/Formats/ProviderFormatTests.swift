import FastJSON
import TallyCore
import TallyMetering
import Testing

/// What is particular about single hosts.
struct ProviderFormatTests {
    @Test func theIterationsOfAnthropicAreAllBilled() throws {
        let body = #"""
            {"type":"message","usage":{"input_tokens":180,"output_tokens":8,"cache_read_input_tokens":0,
            "output_tokens_details":{"thinking_tokens":2},"speed":"fast","service_tier":"standard","inference_geo":"us",
            "iterations":[{"type":"compaction","input_tokens":3,"output_tokens":40,"cache_creation_input_tokens":55096},
            {"type":"message","input_tokens":180,"output_tokens":8,"cache_creation":{"ephemeral_1h_input_tokens":9}},
            {"type":"advisor_message","model":"other","input_tokens":7,"output_tokens":1},
            {"type":"advisor_message","model":"other","input_tokens":2,"output_tokens":1}]}}
            """#
        let read = try read(body)
        // Written tokens without a lifetime are kept for five minutes.
        #expect(read.usage?[.cacheWrite5m] == 55096 - 9 && read.usage?[.cacheWrite1h] == 9)
        #expect(read.usage?[.input] == 183 && read.usage?[.output] == 48 && read.usage?[.reasoning] == 2)
        #expect(read.parts.map(\.model) == ["other"] && read.parts[0].usage == .of([.input: 9, .output: 2]))
        #expect(read.serviceTier == "fast" && read.warnings == [.regionalPremium])
    }

    @Test func moreAdvisorsThanAreToldApartAreAWarning() throws {
        let iterations = (0..<40).map { #"{"type":"advisor_message","model":"m\#($0)","input_tokens":1}"# }
        let read = try read(#"{"usage":{"input_tokens":1,"iterations":[\#(iterations.joined(separator: ","))]}}"#)
        #expect(read.parts.count == 16 && read.warnings == [.tooManyModels])
    }

    @Test func geminiTakesKindsOutOfWholes() throws {
        let cached = #"""
            {"usageMetadata":{"promptTokenCount":3284,"cachedContentTokenCount":2917,"candidatesTokenCount":84,
            "promptTokensDetails":[{"modality":"TEXT","tokenCount":70},{"modality":"VIDEO","tokenCount":2893},
            {"modality":"AUDIO","tokenCount":321}],"cacheTokensDetails":[{"modality":"VIDEO","tokenCount":2570},
            {"modality":"TEXT","tokenCount":62},{"modality":"AUDIO","tokenCount":285}],"thoughtsTokenCount":38,
            "totalTokenCount":3406,"serviceTier":"priority"}}
            """#
        let read = try read(cached)
        #expect(
            read.usage
                == .of([
                    .input: 8, .cacheRead: 2632, .cacheReadAudio: 285, .inputAudio: 36, .inputVideo: 323, .output: 122,
                    .reasoning: 38,
                ]))
        // Cached video has no class of its own.
        #expect(read.warnings == [.cachedKindsMerged] && read.serviceTier == "priority")
        // Without the cached kinds, what does not fit into the rest was cached.
        let untold = try self.usage(
            #"""
            {"promptTokenCount":373,"cachedContentTokenCount":204,"candidatesTokenCount":9,"totalTokenCount":382,
            "promptTokensDetails":[{"modality":"IMAGE","tokenCount":200},{"modality":"DOCUMENT","tokenCount":58}]}
            """#)
        #expect(untold == .of([.input: 0, .cacheRead: 204, .inputImage: 169, .output: 9]))
        // The lists are estimates: the whole stands.
        let loose = try self.usage(
            #"""
            {"promptTokenCount":10,"candidatesTokenCount":5,"promptTokensDetails":[{"modality":"AUDIO","tokenCount":12}],
            "candidatesTokensDetails":[{"modality":"IMAGE","tokenCount":7},{"modality":"TEXT"}]}
            """#)
        #expect(loose == .of([.input: 0, .inputAudio: 10, .output: 0, .outputImage: 5]))
        #expect(try usage(#"{"promptTokenCount":7,"totalTokenCount":7}"#) == .of([.input: 7, .output: 0]))
        #expect(try usage(#"{"promptTokenCount":7,"totalTokenCount":9}"#) == .of([.input: 7]))
        #expect(try usage(#"{"promptTokenCount":7,"responseTokenCount":2}"#) == .of([.input: 7, .output: 2]))
    }

    private func usage(_ metadata: String) throws -> UsageBuckets? {
        try read(#"{"usageMetadata":\#(metadata)}"#).usage
    }

    @Test func bedrockTotalsCountTheCacheOrDoNot() throws {
        let counts = #""inputTokens":3,"outputTokens":4,"cacheReadInputTokenCount":5,"cacheWriteInputTokens":6"#
        let details = #""cacheDetails":[{"inputTokens":2,"ttl":"1h"},{"inputTokens":4,"ttl":"5m"}]"#
        for total in [7, 18] {
            #expect(
                try read(#"{"usage":{\#(counts),\#(details),"totalTokens":\#(total)}}"#).usage
                    == .of([.input: 3, .cacheRead: 5, .cacheWrite5m: 4, .cacheWrite1h: 2, .output: 4]))
        }
        #expect(try read(#"{"usage":{\#(counts),"totalTokens":9}}"#).usage == nil)
    }

    @Test func cohereBillsItsUnits() throws {
        let chat = #"""
            {"id":"c","usage":{"billed_units":{"input_tokens":118.0,"output_tokens":240.0,"classifications":1},
            "tokens":{"input_tokens":2190.0,"output_tokens":246.0},"cached_tokens":1776}}
            """#
        #expect(try read(chat).usage == .of([.input: 118, .output: 240]))
        #expect(try read(chat, as: .native, of: "cohere").usage == .of([.input: 118, .output: 240]))
        #expect(
            try read(chat, as: .tokens, of: "cohere").usage == .of([.input: 414, .cacheRead: 1776, .output: 246]))
        let images = #"{"meta":{"billed_units":{"input_tokens":4,"image_tokens":30}}}"#
        for flavor in [APIFlavor.embeddings, .cohere] {
            #expect(try read(images, Exchange(flavor: flavor)).usage == .of([.input: 4, .inputImage: 30]))
        }
    }

    @Test func fireworksSaysMoreInHeadersAndMetrics() throws {
        let body = #"{"usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12}}"#
        var exchange = Exchange(provider: "fireworks")
        exchange.headers = ["fireworks-cached-prompt-tokens": "4", "fireworks-prompt-tokens": "10"]
        #expect(try read(body, exchange).usage == .of([.input: 6, .cacheRead: 4, .output: 2]))
        exchange.headers = ["fireworks-cached-prompt-tokens": "11"]
        #expect(try read(body, exchange).usage == .of([.input: 10, .output: 2]))
        let metrics =
            #"{"perf_metrics":{"cached-prompt-tokens":"3"},"usage":{"prompt_tokens":10,"completion_tokens":2}}"#
        #expect(try read(metrics).usage == .of([.input: 7, .cacheRead: 3, .output: 2]))
    }

    @Test func perplexityBillsBesideTheCompletion() throws {
        let body = #"""
            {"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"citation_tokens":100,
            "reasoning_tokens":40,"num_search_queries":2,"cost":{"total_cost":1}}}
            """#
        #expect(
            try read(body, Exchange(provider: "perplexity")).usage
                == .of([.input: 10, .output: 145, .reasoning: 40, .webSearches: 2]))
    }

    @Test func writtenTokensAreOfTheLifetimeOfTheirHost() throws {
        let body = #"{"usage":{"prompt_tokens":10,"prompt_tokens_details":{"cache_write_tokens":4}}}"#
        for (exchange, usageClass) in [
            (Exchange(), UsageClass.cacheWrite30m), (Exchange(provider: "openai"), .cacheWrite30m),
            (Exchange(provider: "openai", biller: "openrouter"), .cacheWrite5m),
            (Exchange(provider: "groq"), .cacheWrite5m),
        ] {
            #expect(try read(body, exchange).usage == .of([.input: 6, usageClass: 4]))
        }
    }

    @Test func falCountsInAHeader() throws {
        let body = #"{"images":[{},{}],"timings":{"inference":2.2141234567}}"#
        func usage(_ units: String) throws -> ResponseUsage {
            try read(body, Exchange(headers: ["x-fal-billable-units": units, "x-fal-request-id": "f"]))
        }
        #expect(try usage("2").usage == .of([.billableUnits: 2, .images: 2, .computeSeconds: 2_214_123]))
        #expect(try usage("2.0").usage?[.billableUnits] == 2 && usage("2").requestID == "f")
        #expect(try usage("0.79").warnings == [.billableUnitsFractional])
        #expect(try usage("-1").usage?[.billableUnits] == nil)
        #expect(try read(#"{"status":"IN_QUEUE","request_id":"f"}"#, Exchange(provider: "fal")).usage == nil)
    }

    @Test func replicateCountsSecondsAndImages() throws {
        func usage(_ output: String, _ status: String = "succeeded") throws -> ResponseUsage {
            try read(#"{"id":"r","status":"\#(status)","metrics":{"predict_time":3.412},"output":\#(output)}"#)
        }
        #expect(try usage(#""https://x.invalid/a.png""#).usage == .of([.computeSeconds: 3_412_000, .images: 1]))
        #expect(try usage(#"["https://x.invalid/a.webp","b"]"#).usage?[.images] == 1)
        #expect(try usage(#"["Once"," upon"]"#).usage == .of([.computeSeconds: 3_412_000]))
        #expect(try usage("null", "failed").outcome == .failed)
        #expect(try usage("null", "canceled").outcome == .interrupted)
        #expect(try read(#"{"id":"r","status":"starting"}"#, Exchange(provider: "replicate")).usage == nil)
    }

    /// One header name, a factor of a thousand apart.
    @Test(
        arguments: [
            (["x-compute-tokens": "97"], "", 84_000), (["x-generated-tokens": "5"], "", 84_000_000),
            ([:], "/hf-inference/models/a/b/pipeline/feature-extraction", 84_000), (["x-total-time": "84"], "", 84_000),
            ([:], "/hf-inference/models/a/b/v1/chat/completions", 84_000_000), (["x-total-time": "84000"], "", nil),
        ] as [([String: String], String, Int64?)])
    func computeTimeIsInTheUnitOfItsServer(_ headers: [String: String], _ path: String, _ stored: Int64?) throws {
        var exchange = Exchange(path: path, headers: headers)
        exchange.headers["x-compute-time"] = "84"
        for body in ["[[0.1]]", #"[{"generated_text":"x"}]"#, "{}"] {
            let read = try read(body, exchange)
            #expect(read.usage?[.computeSeconds] == stored)
            #expect(read.warnings == (stored == nil ? [.computeTimeUnitUnknown] : []))
        }
    }

    @Test func speechIsCountedByItsRequest() throws {
        let exchange = Exchange(path: "/v1/audio/speech", requestCharacters: 31)
        #expect(ResponseUsage.read(nil, of: exchange).usage == .of([.characters: 31]))
        #expect(ResponseUsage.read(nil, of: Exchange()).usage == nil)
    }

    @Test func aCountThatIsNoneIsRefusedByName() throws {
        for (body, reason) in [
            (
                #"{"usage":{"input_tokens":-3,"cache_read_input_tokens":1}}"#,
                "response.usage.input_tokens is '-3'; a count is never negative"
            ),
            (
                #"{"usageMetadata":{"promptTokenCount":1.5}}"#,
                "response.usageMetadata.promptTokenCount is '1.5'; write a whole number"
            ),
            (#"{"metrics":{"predict_time":"x"}}"#, "response.metrics.predict_time is no number; write a number"),
            (#"{"metrics":{"predict_time":-1}}"#, "response.metrics.predict_time is '-1'; write a number of seconds"),
            (
                #"{"usage":{"billed_units":{"input_tokens":2000000000000}}}"#,
                "response.billed_units.input_tokens is '2000000000000'; one call has at most 1000000000000"
            ),
        ] {
            let read = try read(body)
            #expect(read.refusal?.description == reason)
            #expect(read.usage == nil && read.warnings == [.countRefused])
        }
    }

    @Test func whoseWordACostIs() throws {
        let body = #"{"usage":{"prompt_tokens":1,"cost":0.5,"cost_in_usd_ticks":10}}"#
        #expect(try read(body, Exchange(provider: "openrouter")).reportedCost?.description == "0.50")
        let routed = try read(body, Exchange(provider: "novita", biller: "huggingface"))
        #expect(routed.reportedCost == nil && routed.estimatedCost?.description == "0.50")
        let estimated = try read(#"{"usage":{"prompt_tokens":1,"estimated_cost":3.12e-05}}"#)
        #expect(estimated.reportedCost == nil && estimated.estimatedCost?.description == "0.0000312")
    }

    @Test(
        arguments: [
            ("/hf-inference/models/owner/name/pipeline/feature-extraction", "owner/name"),
            ("/hf-inference/models/gpt2", "gpt2"), ("/hf-inference/models/gpt2/pipeline/x", "gpt2"),
            ("/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse", "gemini-2.5-pro"),
            ("/model/anthropic.claude/converse", "anthropic.claude"),
            ("/openai/deployments/mine/chat/completions", "mine"), ("/v1/chat/completions", nil), ("", nil),
        ] as [(String, String?)])
    func theModelMayStandInThePath(_ path: String, _ model: String?) throws {
        #expect(try read("{}", Exchange(path: path)).model == model)
        #expect(try read(#"{"model":"m"}"#, Exchange(path: path)).model == "m")
    }

    @Test func theIDOfTheBodyComesBeforeThatOfAHeader() throws {
        let exchange = Exchange(headers: ["x-generation-id": "h", "request-id": "r"])
        #expect(try read(#"{"id":"b"}"#, exchange).requestID == "b")
        #expect(try read(#"{"id":""}"#, exchange).requestID == "h")
        #expect(try read(#"{"responseId":"g"}"#).requestID == "g")
    }
}
