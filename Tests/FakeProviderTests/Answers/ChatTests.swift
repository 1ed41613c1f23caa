import FakeProvider
import FastJSON
import Testing

/// `/v1/chat/completions` as OpenAI has it, and `/v1/completions`.
struct ChatTests {
    @Test func usageIsAFunctionOfTheRequest() async throws {
        try await withProvider { provider in
            let answer = try RawAnswer.to(provider, "/v1/chat/completions", question, (.chunks, "3"))
            #expect(answer.status == 200)
            #expect(answer["content-type"] == "application/json")
            #expect(answer["content-length"] == "\(answer.body.count)")
            #expect(answer.text.contains(#""prompt_tokens":5,"completion_tokens":3,"total_tokens":8"#))
            #expect(answer.text.contains(#""content":"harbour lantern meadow ""#))
            #expect(answer.text.contains(#""model":"m-1""#))
            let limited = try RawAnswer.to(
                provider, "/v1/chat/completions", question.adding(#""max_tokens":77,"n":2"#))
            #expect(limited.text.contains(#""prompt_tokens":5,"completion_tokens":154,"total_tokens":159"#))
            try JSONParser().withDocument(limited.text) { #expect($0["choices"]?.count == 2) }
        }
    }

    @Test func idsDifferInBodyAndHeader() async throws {
        try await withProvider { provider in
            var ids: Set<String> = []
            for _ in 0..<5 {
                let answer = try RawAnswer.to(provider, "/v1/chat/completions", question)
                let id = try #require(try JSONParser().withDocument(answer.text) { $0["id"]?.string })
                let requestID = try #require(answer["x-request-id"])
                #expect(id.hasPrefix("chatcmpl-"))
                ids.formUnion([String(id.dropFirst(9)), String(requestID.dropFirst(4))])
            }
            #expect(ids.count == 10)
        }
    }

    @Test func streamTellsUsageOnlyWhenAsked() async throws {
        try await withProvider { provider in
            let plain = try RawAnswer.to(provider, "/v1/chat/completions", streamQuestion, (.chunks, "4"))
            #expect(plain["content-type"] == "text/event-stream; charset=utf-8")
            #expect(plain.hasLastChunk)
            #expect(!plain.text.contains("usage"))
            // Role, four pieces, the reason to end, and the end.
            #expect(plain.events.count == 7)
            #expect(plain.chunks.count == 7)
            #expect(plain.events.last == "[DONE]")

            let asked = try RawAnswer.to(provider, "/v1/chat/completions", usageQuestion, (.chunks, "4"))
            #expect(asked.events.count == 8)
            #expect(asked.events.dropLast(2).allSatisfy { $0.hasSuffix(#","usage":null}"#) })
            #expect(asked.events[6].contains(#""choices":[],"usage":{"prompt_tokens":5,"completion_tokens":4,"#))
        }
    }

    @Test func streamWithChoicesAndTools() async throws {
        try await withProvider { provider in
            let tools = #""n":2,"tools":[{"type":"function","function":{"name":"look_up"}}]"#
            let answer = try RawAnswer.to(
                provider, "/v1/chat/completions", streamQuestion.adding(tools), (.chunks, "3"))
            var arguments = ["", ""]
            for event in answer.events where event != "[DONE]" {
                try JSONParser().withDocument(event) { chunk in
                    let choice = try #require(chunk["choices"]?.elements.first { _ in true })
                    let index = Int(choice["index"]?.int64 ?? -1)
                    for call in choice["delta"]?["tool_calls"]?.elements ?? choice.elements {
                        arguments[index] += call["function"]?["arguments"]?.string ?? ""
                    }
                }
            }
            #expect(arguments == Array(repeating: #"{"text":"harbour lantern meadow "}"#, count: 2))
            #expect(answer.text.contains(#""name":"look_up""#))
            #expect(answer.text.contains(#""finish_reason":"tool_calls""#))
            let whole = try RawAnswer.to(
                provider, "/v1/chat/completions", question.adding(tools), (.chunks, "1"))
            try JSONParser().withDocument(whole.text) { body in
                let call = body["choices"]?.elements.first { _ in true }?["message"]?["tool_calls"]?.elements.first {
                    _ in true
                }
                #expect(call?["function"]?["arguments"]?.string == #"{"text":"harbour "}"#)
            }
        }
    }

    @Test func everyEventIsJSON() async throws {
        let bodies: [(path: String, body: String)] = [
            ("/v1/chat/completions", usageQuestion), ("/v1/completions", usageQuestion),
            ("/v1/responses", streamQuestion), ("/v1/messages", streamQuestion),
            ("/openrouter/api/v1/chat/completions", usageQuestion),
            ("/groq/openai/v1/chat/completions", usageQuestion),
            ("/huggingface/together/v1/chat/completions", usageQuestion),
        ]
        try await withProvider { provider in
            for (path, body) in bodies {
                let answer = try RawAnswer.to(provider, path, body, (.chunks, "2"))
                #expect(answer.events.count > 4, "\(path)")
                for event in answer.events where event != "[DONE]" {
                    #expect(throws: Never.self, "\(path) \(event)") {
                        try JSONParser().withDocument(event) { $0.count }
                    }
                }
            }
        }
    }

    @Test func completionsWholeAndStreamed() async throws {
        try await withProvider { provider in
            let body = #"{"model":"m","prompt":["one two","three"]"#
            let whole = try RawAnswer.to(provider, "/v1/completions", body + "}", (.chunks, "2"))
            #expect(whole.text.contains(#""text":"harbour lantern ""#))
            #expect(whole.text.contains(#""prompt_tokens":3,"completion_tokens":2"#))
            let stream = try RawAnswer.to(
                provider, "/v1/completions", body + #","stream":true,"stream_options":{"include_usage":true}}"#,
                (.chunks, "2"))
            #expect(stream.events.count == 5)
            #expect(stream.events[3].contains(#""prompt_tokens":3,"completion_tokens":2"#))
        }
    }
}
