import FakeProvider
import FastJSON
import Testing

/// What hosts other than OpenAI do differently.
struct HostTests {
    private let chat = "/v1/chat/completions"

    @Test func openRouterAlwaysTellsUsageAndCost() async throws {
        try await withProvider { provider in
            let answer = try RawAnswer.to(provider, "/openrouter" + chat, streamQuestion, (.chunks, "2"))
            #expect(answer.text.hasPrefix(": OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\ndata: {"))
            #expect(answer.events.dropLast().last?.contains(#""cost":0.000009,"is_byok":false"#) == true)
            #expect(answer["x-generation-id"]?.hasPrefix("gen-") == true)
            let whole = try RawAnswer.to(provider, "/openrouter" + chat, question, (.chunks, "2"))
            #expect(whole.text.contains(#""total_tokens":7,"cost":0.000009"#))
            let failed = try RawAnswer.to(
                provider, "/openrouter" + chat, streamQuestion, (.errorAfter, "1"), (.keepAlives, "0"))
            #expect(failed.events.count == 3)
            #expect(failed.events[2].contains(#""finish_reason":"error""#))
            #expect(failed.hasLastChunk)
        }
    }

    @Test func groqTellsUsageTwice() async throws {
        try await withProvider { provider in
            let plain = try RawAnswer.to(provider, "/groq/openai" + chat, streamQuestion, (.chunks, "2"))
            #expect(plain.events.filter { $0.contains(#""completion_tokens":2"#) }.count == 1)
            #expect(plain.events[3].contains(#""x_groq":{"id""#))
            let asked = try RawAnswer.to(provider, "/groq/openai" + chat, usageQuestion, (.chunks, "2"))
            #expect(asked.events.filter { $0.contains(#""completion_tokens":2"#) }.count == 2)
        }
    }

    @Test(arguments: [
        ("/huggingface/groq/openai/v1/chat/completions", "a/b", "groq"),
        ("/huggingface/v1/chat/completions", "a/b:fireworks-ai", "fireworks-ai"),
        ("/huggingface/v1/chat/completions", "a/b:cheapest", "together"),
        ("/together/v1/chat/completions", "a/b", "together"),
    ])
    func huggingFaceNamesTheProvider(path: String, model: String, provider name: String) async throws {
        try await withProvider { provider in
            let answer = try RawAnswer.to(provider, path, #"{"model":"\#(model)","messages":[]}"#)
            #expect(answer["x-inference-provider"] == name)
            #expect(answer.text.contains(#""model":"a/b""#))
            #expect(answer["x-request-id"]?.hasPrefix("Root=1-") == true)
        }
    }

    @Test func huggingFaceRefusesInItsOwnWords() async throws {
        try await withProvider { provider in
            let path = "/huggingface/hf-inference/models/acme/rare"
            let cold = try RawAnswer.to(provider, path, #"{"inputs":"x"}"#, (.status, "503"))
            #expect(cold.status == 503)
            #expect(cold.text == #"{"error":"Model acme/rare is currently loading","estimated_time":20.0}"#)
            let spent = try RawAnswer.to(provider, "/huggingface" + chat, question, (.status, "402"))
            #expect(spent.text.contains("exceeded your monthly included credits"))
            let busy = try RawAnswer.to(provider, "/huggingface" + chat, question, (.status, "429"))
            #expect(busy["retry-after"] == "55")
            #expect(busy["ratelimit"] == #""api";r=0;t=55"#)
            #expect(busy["ratelimit-policy"] == #""fixed window";"api";q=1000;w=300"#)
            #expect(provider.calls.allSatisfy { $0.usage == nil && $0.outcome == .whole })
        }
    }

    @Test func tasksTellTheirTimeInHeaders() async throws {
        try await withProvider { provider in
            let drawn = try RawAnswer.to(
                provider, "/hf-inference/models/acme/draws", #"{"inputs":"a blue lake"}"#)
            #expect(drawn["content-type"] == "image/png")
            #expect(drawn.body.starts(with: [0x89, 0x50, 0x4E, 0x47]))
            #expect(drawn["x-compute-time"] == "0.300")
            #expect(drawn["x-compute-type"] == "1-nvidia-a10g")
            let embedded = try RawAnswer.to(
                provider, "/hf-inference/models/acme/e5/pipeline/feature-extraction", #"{"inputs":["a b","c"]}"#)
            #expect(embedded["x-compute-time"] == "30")
            #expect(embedded["x-compute-tokens"] == "3")
            try JSONParser().withDocument(embedded.text) { rows in #expect(rows.count == 2) }
        }
    }

    @Test func anthropicCountsTheCacheApart() async throws {
        try await withProvider { provider in
            let answer = try RawAnswer.to(
                provider, "/anthropic/v1/messages", streamQuestion, (.chunks, "2"), (.cachedTokens, "3"))
            let names = answer.text.split(separator: "\n").filter { $0.hasPrefix("event: ") }.map { $0.dropFirst(7) }
            #expect(
                names == [
                    "message_start", "content_block_start", "ping", "content_block_delta", "content_block_delta",
                    "content_block_stop", "message_delta", "message_stop",
                ])
            let counts = #""input_tokens":2,"cache_creation_input_tokens":0,"cache_read_input_tokens":3"#
            #expect(answer.events[0].contains(counts + #","output_tokens":1"#))
            #expect(answer.events[6].contains(counts + #","output_tokens":2"#))
            #expect(answer["request-id"]?.hasPrefix("req_") == true)
            let refused = try RawAnswer.to(provider, "/v1/messages", question, (.status, "529"))
            #expect(refused.text.contains(#""type":"overloaded_error""#))
        }
    }

    @Test func falTellsUnits() async throws {
        try await withProvider { provider in
            let answer = try RawAnswer.to(provider, "/fal/fal-ai/flux/dev", #"{"prompt":"a lake","num_images":2}"#)
            #expect(answer["x-fal-billable-units"] == "2")
            try JSONParser().withDocument(answer.text) { body in #expect(body["images"]?.count == 2) }
        }
    }
}
