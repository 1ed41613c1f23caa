import FakeProvider
import Testing

/// What a request can ask of its answer, item by item; what breaks an answer off is in `BreakTests`.
struct ScriptTests {
    private let chat = "/v1/chat/completions"

    @Test func status() async throws {
        try await withProvider { provider in
            let refused = try RawAnswer.to(provider, chat, question, (.status, "429"))
            #expect(refused.status == 429)
            #expect(refused.text.contains(#""code":"rate_limit_exceeded""#))
            #expect(refused["retry-after"] == "55")
            let accepted = try RawAnswer.to(provider, chat, question, (.status, "202"))
            #expect(accepted.status == 202)
            #expect(accepted.text.contains("chat.completion"))
            let empty = try RawAnswer.to(provider, chat, question, (.status, "204"))
            #expect(empty.body.isEmpty)
            #expect(empty["content-length"] == nil)
            let moved = try RawAnswer.to(provider, chat, question, (.status, "307"))
            #expect(moved["location"] == "/elsewhere")
        }
    }

    @Test func itemsInTheQuery() async throws {
        try await withProvider { provider in
            let answer = try RawAnswer.to(
                provider, chat + "?a=b&x-fake-status=503&x-fake-header=X-A%3A%20b", question)
            #expect(answer.status == 503)
            #expect(answer["x-a"] == "b")
            #expect(provider.counters.requestsByPath == [chat: 1])
        }
    }

    @Test(arguments: [
        ("x-fake-colour: blue", "x-fake-colour: there is no such item"),
        ("x-fake-status: 99", "x-fake-status: 99: may be 200…599"),
        ("x-fake-reset: somewhere", "x-fake-reset: somewhere: may be before-head|"),
        ("x-fake-reset: after-x-chunks", "x-fake-reset: after-x-chunks: may be before-head|"),
    ])
    func whatCannotBeFollowedIsRefused(field: String, text: String) async throws {
        try await withProvider { provider in
            let client = try RawClient(port: provider.port)
            client.send("POST \(chat) HTTP/1.1\r\ncontent-length: 2\r\nconnection: close\r\n\(field)\r\n\r\n{}")
            let answer = RawAnswer(client.readToEnd().bytes, .closed)
            #expect(answer.status == 400)
            #expect(answer.text.contains(text))
        }
    }

    @Test func equalRequestsOfOneSeedAreAnsweredEqually() async throws {
        try await withProvider { provider in
            for body in [question, streamQuestion] {
                let first = try RawAnswer.to(provider, chat, body, (.seed, "7"))
                let other = try RawAnswer.to(provider, chat, body, (.seed, "8"))
                let again = try RawAnswer.to(provider, chat, body, (.seed, "7"))
                #expect(first.body == again.body && first["x-request-id"] == again["x-request-id"])
                #expect(first.body != other.body && first["x-request-id"] != other["x-request-id"])
            }
        }
    }

    @Test func textIsAsTold() async throws {
        try await withProvider { provider in
            let text = #"a "word"\ "#
            let whole = try RawAnswer.to(provider, chat, question, (.text, text), (.chunks, "2"))
            #expect(whole.text.contains(#""content":"a \"word\"\\a \"word\"\\""#))
            let stream = try RawAnswer.to(provider, chat, streamQuestion, (.text, "told"), (.chunks, "3"))
            #expect(stream.events.filter { $0.contains(#""content":"told""#) }.count == 3)
            let refused = try RawAnswer.to(provider, chat, question, (.text, "told"), (.status, "400"))
            #expect(refused.text.contains(#""message":"told""#))
        }
    }

    @Test func delaysChangeNothing() async throws {
        try await withProvider { provider in
            let answer = try RawAnswer.to(
                provider, chat, streamQuestion, (.delayHead, "2"), (.chunkInterval, "1"), (.chunks, "3"))
            #expect(answer.events.count == 6)
            #expect(answer.events.last == "[DONE]")
            let whole = try RawAnswer.to(provider, chat, question, (.delayHead, "1"))
            #expect(whole.status == 200)
        }
    }

    @Test func heads() async throws {
        try await withProvider { provider in
            let plain = try RawAnswer.to(provider, chat, question, (.header, "X-Several: 1, 2"))
            #expect(plain["x-several"] == "1, 2")
            let interim = try RawAnswer.to(provider, chat, question, (.interim, "103"))
            #expect(interim.status == 103)
            #expect(interim.text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            for count in [16, 4_100, 100_000] {
                let long = try RawAnswer.to(provider, chat, question, (.headerBytes, "\(count)"))
                let filler = long.fields.filter { $0.name == "x-filler" }
                #expect(filler.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 } == count)
                #expect(long.text.contains("chat.completion"))
            }
        }
    }

    @Test(arguments: [("+10", 10), ("-10", -10)])
    func wrongLength(value: String, error: Int) async throws {
        try await withProvider { provider in
            let client = try RawClient(port: provider.port)
            client.send("POST \(chat) HTTP/1.1\r\nx-fake-content-length: \(value)\r\ncontent-length: 2\r\n\r\n{}")
            let (bytes, ending) = client.readToEnd()
            let answer = RawAnswer(bytes, ending)
            #expect(answer["content-length"] == "\(answer.body.count + error)")
            #expect(ending == .closed)
        }
    }

    @Test func framing() async throws {
        try await withProvider { provider in
            let chunked = try RawAnswer.to(provider, chat, question, (.framing, "chunked"))
            #expect(chunked["content-length"] == nil)
            #expect(chunked.hasLastChunk)
            let closed = try RawAnswer.to(provider, chat, question, (.framing, "close"))
            #expect(closed["content-length"] == nil && closed["transfer-encoding"] == nil)
            #expect(closed.text.hasSuffix("}"))
            let measured = try RawAnswer.to(provider, chat, streamQuestion, (.framing, "length"))
            #expect(measured["content-length"] == "\(measured.body.count)")
            #expect(measured.text.hasSuffix("data: [DONE]\n\n"))
        }
    }

    @Test func chunks() async throws {
        try await withProvider { provider in
            let sized = try RawAnswer.to(provider, chat, streamQuestion, (.chunks, "2"), (.chunkBytes, "500"))
            let text = sized.events[1].firstRange(of: #""content":""#).map { sized.events[1][$0.upperBound...] }
            #expect(text?.prefix { $0 != "\"" }.utf8.count == 500)
            let split = try RawAnswer.to(provider, chat, streamQuestion, (.chunks, "2"), (.split, "7"))
            #expect(split.chunks.dropLast().allSatisfy { $0.count == 7 })
            #expect(split.events.count == 5)
            let each = try RawAnswer.to(provider, chat, streamQuestion, (.chunks, "2"), (.flush, "each"))
            #expect(each.chunks.count == 5)
            let long = try RawAnswer.to(provider, chat, streamQuestion, (.chunks, "20000"))
            #expect(long.events.count == 20_003)
            #expect(long.hasLastChunk)
        }
    }

    @Test func linesAndComments() async throws {
        try await withProvider { provider in
            let answer = try RawAnswer.to(
                provider, chat, streamQuestion, (.chunks, "1"), (.lineEnd, "crlf"), (.keepAlives, "1"))
            #expect(answer.text.hasPrefix(": keep-alive\r\n\r\ndata: {"))
            #expect(answer.text.hasSuffix("data: [DONE]\r\n\r\n"))
            #expect(!answer.text.replacing("\r\n", with: "").contains("\n"))
        }
    }

    @Test func spoiltBodies() async throws {
        try await withProvider { provider in
            let body = try RawAnswer.to(provider, chat, question, (.garbage, "body"))
            #expect(body["content-length"] == "\(body.body.count)")
            #expect(body.body.last == 0xFE)
            let event = try RawAnswer.to(provider, chat, streamQuestion, (.garbage, "sse"), (.chunks, "4"))
            #expect(event.body.contains(0xFF))
            #expect(event.events.last == "[DONE]")
            let head = try RawAnswer.to(provider, chat, question, (.garbage, "head"))
            #expect(head.bytes.starts(with: "HTTP/1.1 2OO\u{0}".utf8))
            #expect(head.ending == .closed)
        }
    }

    @Test func whatIsLeftOut() async throws {
        try await withProvider { provider in
            let open = try RawAnswer.to(provider, chat, usageQuestion, (.noDone, "true"), (.noUsage, "true"))
            #expect(!open.text.contains("[DONE]") && !open.text.contains("usage"))
            #expect(open.hasLastChunk)
            let message = try RawAnswer.to(provider, "/v1/messages", streamQuestion, (.noDone, "true"))
            #expect(!message.text.contains("message_stop"))
            let response = try RawAnswer.to(provider, "/v1/responses", streamQuestion, (.noDone, "true"))
            #expect(!response.text.contains("response.completed"))
            let nameless = try RawAnswer.to(provider, chat, question, (.emptyID, "true"))
            #expect(nameless.text.hasPrefix(#"{"id":"","#))
        }
    }

    @Test func detailsOfUsage() async throws {
        try await withProvider { provider in
            let answer = try RawAnswer.to(provider, chat, question, (.cachedTokens, "4"), (.reasoningTokens, "6"))
            #expect(answer.text.contains(#""cached_tokens":4"#))
            #expect(answer.text.contains(#""reasoning_tokens":6"#))
        }
    }

    @Test func errorUnderWay() async throws {
        try await withProvider { provider in
            let answer = try RawAnswer.to(provider, chat, usageQuestion, (.errorAfter, "2"))
            #expect(answer.events.count == 4)
            #expect(answer.events[3].hasPrefix(#"{"error":{"message":"#))
            #expect(provider.calls.first?.tellsUsage == false)
        }
    }
}
