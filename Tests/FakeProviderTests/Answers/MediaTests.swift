import FakeProvider
import FastJSON
import Testing

/// What is no chat, and the Responses API.
struct MediaTests {
    @Test func responses() async throws {
        try await withProvider { provider in
            let body = #"{"model":"m","instructions":"one","input":"two three""#
            let whole = try RawAnswer.to(provider, "/v1/responses", body + "}", (.chunks, "2"))
            let usage = #""usage":{"input_tokens":3,"input_tokens_details":{"cached_tokens":0},"output_tokens":2,"#
            #expect(whole.text.contains(usage))
            let stream = try RawAnswer.to(provider, "/v1/responses", body + #","stream":true}"#, (.chunks, "2"))
            #expect(stream.events.first?.hasPrefix(#"{"type":"response.created""#) == true)
            #expect(stream.events.last?.hasPrefix(#"{"type":"response.completed""#) == true)
            #expect(stream.events.last?.contains(usage) == true)
            let numbers = try stream.events.map { event in
                try JSONParser().withDocument(event) { $0["sequence_number"]?.int64 }
            }
            #expect(numbers == Array(0..<10))
        }
    }

    @Test func embeddings() async throws {
        try await withProvider { provider in
            let answer = try RawAnswer.to(
                provider, "/v1/embeddings", #"{"model":"e","input":["one two","three"],"dimensions":3}"#)
            #expect(answer.text.contains(#""usage":{"prompt_tokens":3,"total_tokens":3}"#))
            try JSONParser().withDocument(answer.text) { body in #expect(body["data"]?.count == 2) }
        }
    }

    @Test func images() async throws {
        try await withProvider { provider in
            let answer = try RawAnswer.to(provider, "/v1/images/generations", #"{"prompt":"a lake","n":2}"#)
            #expect(answer.text.contains(#""total_tokens":202,"input_tokens":2,"output_tokens":200"#))
            try JSONParser().withDocument(answer.text) { body in #expect(body["data"]?.count == 2) }
        }
    }

    @Test func speech() async throws {
        try await withProvider { provider in
            let answer = try RawAnswer.to(provider, "/v1/audio/speech", #"{"input":"hi"}"#, (.chunks, "200"))
            #expect(answer["content-type"] == "audio/mpeg")
            #expect(answer.body.count == 204_800)
        }
    }

    @Test(arguments: [
        ("whisper-1", #""usage":{"type":"duration","seconds":2}"#),
        ("gpt-4o-transcribe", #""usage":{"type":"tokens","input_tokens":20,"#),
    ])
    func transcription(model: String, usage: String) async throws {
        try await withProvider { provider in
            let form =
                "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\n"
                + String(repeating: "s", count: 64_000)
                + "\r\n--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n\(model)\r\n--x--\r\n"
            let answer = try RawAnswer.to(provider, "/v1/audio/transcriptions", form)
            #expect(answer.text.contains(usage))
        }
    }

    @Test func models() async throws {
        try await withProvider { provider in
            let answer = try RawAnswer.to(provider, "/huggingface/v1/models", method: "GET")
            #expect(answer.status == 200)
            #expect(answer.text.hasPrefix(#"{"object":"list","data":[{"id":"fake-model""#))
        }
    }

    @Test(arguments: [("GET", "/v1/embeddings", 405), ("POST", "/v1/unheard-of", 404), ("POST", "/v1/embeddings", 400)])
    func refused(method: String, path: String, status: Int) async throws {
        try await withProvider { provider in
            let answer = try RawAnswer.to(provider, path, method: method, "{")
            #expect(answer.status == status)
            #expect(answer.text.hasPrefix(#"{"error":{"message":"#))
        }
    }
}
