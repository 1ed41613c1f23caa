import FakeProvider
import ProgramRunner
import Testing

/// Compressed bodies, read by curl.
struct EncodingTests {
    @Test(arguments: ["gzip", "deflate", "raw-deflate"])
    func compressedBodiesAreWhatTheyWere(encoding: String) async throws {
        let scratch = try Scratch()
        try await withProvider { provider in
            let url = provider.address + "/v1/chat/completions"
            let script = ["-H", "x-fake-encoding: \(encoding)", "-H", "x-fake-chunks: 500", "--compressed"]
            let whole = try scratch.curl([url, "-d", question] + script)
            #expect(whole.output.hasSuffix("}"), "\(whole.errors)")
            #expect(whole.output.contains(#""completion_tokens":500"#))
            let stream = try scratch.curl([url, "-d", usageQuestion] + script)
            #expect(stream.output.hasSuffix("data: [DONE]\n\n"), "\(stream.errors)")
            #expect(stream.output.split(separator: "\n").count == 504)
        }
    }

    @Test func eachEventCanBeReadAtOnce() async throws {
        try await withProvider { provider in
            let answer = try RawAnswer.to(
                provider, "/v1/chat/completions", streamQuestion, (.encoding, "raw-deflate"), (.chunks, "3"))
            #expect(answer["content-encoding"] == "deflate")
            // Each piece ends with the mark of a flush; the last chunk ends the stream.
            #expect(answer.chunks.count == 7)
            #expect(answer.chunks.dropLast().allSatisfy { $0.suffix(4) == [0x00, 0x00, 0xFF, 0xFF] })
        }
    }

    @Test func aWholeBodyTellsItsCompressedLength() async throws {
        try await withProvider { provider in
            let answer = try RawAnswer.to(provider, "/v1/chat/completions", question, (.encoding, "gzip"))
            #expect(answer["content-length"] == "\(answer.body.count)")
            #expect(answer["content-encoding"] == "gzip")
            #expect(answer.body.starts(with: [0x1F, 0x8B]))
        }
    }
}
