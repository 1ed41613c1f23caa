import DurableQueue
import FakeProvider
import TallyCore
import TallyTestSupport
import Testing

@testable import TallyService

/// Requests of all sizes and forms.
@Suite(.timeLimit(.minutes(5)))
struct RequestBodyTests {
    /// A chat whose prompt is one word of so many bytes.
    private static func chat(ofBytes count: Int) -> TestCall {
        var call = TestCall.chat
        call.body =
            #"{"model":"m-1","messages":[{"role":"user","content":"\#(String(repeating: "x", count: count))"}]}"#
        return call
    }

    /// A call with its body in chunks of so many bytes.
    private static func chunked(_ call: TestCall, by size: Int) -> String {
        var body = ""
        var rest = Substring(call.body ?? "")
        while !rest.isEmpty {
            let chunk = rest.prefix(size)
            body += String(chunk.utf8.count, radix: 16) + "\r\n" + chunk + "\r\n"
            rest = rest.dropFirst(size)
        }
        var head = call
        head.body = nil
        return head.adding("transfer-encoding: chunked").head + body + "0\r\n\r\n"
    }

    @Test(arguments: [100, 10_000, 3_000_000], [true, false])
    func longBodyIsPassedOn(bytes: Int, isChunked: Bool) async throws {
        try await ProxyStage.run(ProxySetup(settings: ["max_inspected_bytes": "100000"])) { stage in
            let client = try stage.connect()
            let call = Self.chat(ofBytes: bytes)
            if isChunked { try await client.send(Self.chunked(call, by: 7_000)) } else { try await client.send(call) }
            let seen = try await client.response()
            #expect(seen.status == 200 && seen.ending == .whole)
            #expect(stage.provider.calls.map(\.bodyCount) == [call.body?.utf8.count])
            let event = try await stage.event()
            #expect(event.usage?[.output] == 20)
            #expect(event.details?.requestBytes == call.body?.utf8.count)
            // One that was not read says its model in the answer alone.
            #expect(event.details?.requestedModel == (bytes > 100_000 ? nil : "m-1"))
            #expect(event.offering.model == "m-1")
        }
    }

    @Test func bodyThatStatesItIsTooLongIsRefusedBeforeItComes() async throws {
        try await ProxyStage.run(ProxySetup(settings: ["max_body_bytes": "10000"])) { stage in
            let client = try stage.connect()
            try await client.send(Self.chat(ofBytes: 20_000).adding("expect: 100-continue").head)
            let seen = try await client.response()
            #expect(seen.status == 413)
            #expect(seen.interim.isEmpty)
            #expect(seen.text.contains("\"code\":\"request_too_large\""))
            #expect(try await client.end() == .closed)
            #expect(stage.spool.backlog.records == 0)
            #expect(stage.provider.calls.isEmpty)
        }
    }

    @Test func bodyThatGrowsTooLongIsRefused() async throws {
        try await ProxyStage.run(ProxySetup(settings: ["max_body_bytes": "10000"])) { stage in
            let client = try stage.connect()
            try await client.send(Self.chunked(Self.chat(ofBytes: 20_000), by: 1_000))
            #expect(try await client.response().status == 413)
            #expect(try await client.end() == .closed)
            #expect(stage.spool.backlog.records == 0)
            #expect(stage.provider.calls.isEmpty)
        }
    }

    @Test func bodyThatGrowsTooLongOnItsWayIsRefusedAndRecorded() async throws {
        let settings = ["max_body_bytes": "100000", "max_inspected_bytes": "1024"]
        try await ProxyStage.run(ProxySetup(settings: settings)) { stage in
            let client = try stage.connect()
            try await client.send(Self.chunked(Self.chat(ofBytes: 200_000), by: 10_000))
            #expect(try await client.response().status == 413)
            // A part of it was sent.
            let event = try await stage.event()
            #expect(event.outcome == .failed)
            #expect(event.details?.errorType == .invalidRequest)
            #expect(event.usage == nil)
            #expect(stage.provider.calls.isEmpty)
        }
    }

    @Test func continueIsSentToThoseWhoAsk() async throws {
        try await ProxyStage.run { stage in
            let client = try stage.connect()
            let call = Self.chat(ofBytes: 2_000)
            try await client.send(call.adding("expect: 100-continue").head)
            #expect(try await client.receive(until: "HTTP/1.1 100"))
            try await client.send(call.body ?? "")
            let seen = try await client.response()
            #expect(seen.interim == [100])
            #expect(seen.status == 200)
            #expect(stage.provider.calls.first?.header("expect") == nil)
        }
    }

    @Test func formOfATranscriptionIsRead() async throws {
        try await ProxyStage.run { stage in
            let parts = [("model", "whisper-1"), ("user", "u-1"), ("file\"; filename=\"a.wav", "RIFF…")]
            var call = TestCall.chat.to("/openai/v1/audio/transcriptions")
            call.fields = ["content-type: multipart/form-data; boundary=edge"]
            call.body =
                parts.map { name, value in
                    "--edge\r\ncontent-disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
                }.joined() + "--edge--\r\n"
            let seen = try await stage.response(to: call)
            #expect(seen.status == 200)
            let event = try await stage.event()
            #expect(event.details?.requestedModel == "whisper-1")
            #expect(event.usage != nil)
            #expect(stage.provider.calls.map { String(decoding: $0.body, as: UTF8.self) } == [call.body])
        }
    }

    @Test(arguments: ["", "[]", "null", "{", "\u{0}", "{\"model\":7,\"user\":[],\"metadata\":\"x\"}"])
    func bodyThatSaysNothingIsPassedOn(body: String) async throws {
        try await ProxyStage.run { stage in
            let seen = try await stage.response(to: TestCall("/openai/v1/chat/completions", body))
            #expect(seen.ending == .whole)
            #expect(stage.provider.calls.map { String(decoding: $0.body, as: UTF8.self) } == [body])
            #expect(try await stage.event().details?.requestedModel == nil)
        }
    }
}
