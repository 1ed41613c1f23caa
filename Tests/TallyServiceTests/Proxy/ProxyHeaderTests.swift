import FakeProvider
import TallyCore
import TallyTestSupport
import Testing

@testable import TallyService

/// Which headers pass, and whom a call is charged to by them.
@Suite(.timeLimit(.minutes(5)))
struct ProxyHeaderTests {
    @Test func headersForGatewaysStayHere() async throws {
        try await ProxyStage.run { stage in
            let seen = try await stage.response(
                to: .chat.adding(
                    "X-Tally-Project: search", "X-TALLY-User: u-1", "x-tally-tags: team=ranking, stage=prod",
                    "Helicone-Auth: Bearer h", "Helicone-User-Id: other", "helicone-property-a: b",
                    "x-litellm-tags: c:d", "x-custom: kept", "User-Agent: test/1", "Connection: keep-alive, x-hop",
                    "x-hop: 1", "keep-alive: timeout=5", "TE: trailers", "proxy-authorization: Basic eDp5"))
            #expect(seen.status == 200)
            let sent = try #require(stage.provider.calls.last)
            let names = Set(sent.headers.map(\.name)).subtracting(["host", "content-length", "content-type", "accept"])
            #expect(names == ["x-custom", "user-agent"])
            #expect(sent.header("host") == "127.0.0.1:\(stage.provider.port)")
            let event = try await stage.event()
            #expect(event.attribution.project == "search")
            #expect(event.attribution.user == "u-1")
            #expect(event.attribution.tags == ["team": "ranking", "stage": "prod"])
        }
    }

    @Test func othersGatewaysAndTheRequestItselfComeLast() async throws {
        try await ProxyStage.run { stage in
            _ = try await stage.response(
                to: .chat.adding("helicone-user-id: h-1", "helicone-property-a: b", "x-litellm-tags: c:d,e"))
            var call = TestCall.chat
            call.body = #"{"model":"m-1","user":"r-1","metadata":{"k":"v"},"messages":[]}"#
            _ = try await stage.response(to: call)
            _ = try await stage.response(to: .chat)
            let all = try await stage.events(3).map(\.attribution)
            #expect(all.map(\.user) == ["h-1", "r-1", nil])
            #expect(all.map(\.tags) == [["a": "b", "c": "d", "e": "true"], ["k": "v"], nil])
            #expect(all.allSatisfy { $0.project == nil })
        }
    }

    @Test(arguments: [
        "x-tally-tags: nothing", "x-tally-tags: =a", "x-tally-project: \(String(repeating: "x", count: 1025))",
        "x-tally-tags: \((0..<65).map { "k\($0)=v" }.joined(separator: ","))",
    ])
    func headerThatCannotBeReadIsRefused(field: String) async throws {
        try await ProxyStage.run { stage in
            let seen = try await stage.response(to: .chat.adding(field))
            #expect(seen.status == 400)
            #expect(seen.text.contains("\"code\":\"invalid_header\""))
            #expect(stage.provider.calls.isEmpty)
        }
    }

    @Test func huggingFaceIsToldASession() async throws {
        try await ProxyStage.run { stage in
            let call = TestCall.chat.to("/huggingface/v1/chat/completions")
            for project in ["a", "a", "b"] {
                _ = try await stage.response(to: call.adding("x-tally-project: \(project)"))
            }
            _ = try await stage.response(to: call.adding("X-HF-Session-ID: mine", "X-HF-Bill-To: acme"))
            _ = try await stage.response(to: .chat)
            let sessions = stage.provider.calls.map { call in
                call.headers.filter { $0.name == "x-hf-session-id" }.map(\.value)
            }
            #expect(sessions.map(\.count) == [1, 1, 1, 1, 0])
            #expect(sessions[0] == sessions[1] && sessions[1] != sessions[2])
            #expect(sessions[3] == ["mine"])
            #expect(stage.provider.calls[3].header("x-hf-bill-to") == "acme")
            let events = try await stage.events(5)
            #expect(events.map(\.offering.account) == [nil, nil, nil, "acme", nil])
            #expect(events.map(\.offering.provider) == ["together", "together", "together", "together", "openai"])
        }
    }

    @Test func headersOfTheResponsePass() async throws {
        try await ProxyStage.run { stage in
            let seen = try await stage.response(
                to: .chat.scripted(
                    (.header, "X-Custom: a"), (.header, "x-custom: b"), (.header, "set-cookie: c=d"),
                    (.header, "keep-alive: timeout=5"), (.header, "x-tally-event-id: false")))
            #expect(seen.fields.filter { $0.name.lowercased() == "x-custom" }.map(\.value) == ["a", "b"])
            #expect(seen["set-cookie"] == "c=d")
            #expect(seen["x-request-id"] != nil)
            #expect(seen["keep-alive"] == nil)
            let ids = seen.fields.filter { $0.name.lowercased() == "x-tally-event-id" }.map(\.value)
            let event = try await stage.event()
            #expect(ids == [event.identity.description])
        }
    }

    @Test func headOfTenThousandBytesPassesUp() async throws {
        try await ProxyStage.run { stage in
            let filler = (0..<10).map { "x-filler-\($0): " + String(repeating: "x", count: 1_000) }
            #expect(try await stage.response(to: .chat.adding(filler)).status == 200)
            let sent = try #require(stage.provider.calls.last)
            #expect(sent.headers.filter { $0.name.hasPrefix("x-filler") }.allSatisfy { $0.value.count == 1_000 })
            _ = try await stage.event()
            let many = (0..<10).map { "x-filler-\($0): " + String(repeating: "x", count: 30_000) }
            let refused = try await stage.response(to: .chat.adding(many))
            #expect(refused.status == 400)
            #expect(refused.text.contains("\"code\":\"invalid_http\""))
            #expect(stage.provider.calls.count == 1)
        }
    }

    @Test func textThatNoRecordMayHoldIsPassedOver() async throws {
        try await ProxyStage.run { stage in
            var call = TestCall.chat.adding("helicone-user-id: a\tb", "x-tally-user: \t", "x-litellm-tags: k\tl=m")
            call.body = #"{"model":"m\u0000\n","user":"u\n","metadata":{"a\u0001":"b"},"messages":[]}"#
            #expect(try await stage.response(to: call).status == 200)
            let event = try await stage.event()
            #expect(event.attribution.user == nil)
            // Tally's own headers say what is wrong with them.
            let refused = try await stage.response(to: TestCall.chat.adding("x-tally-project: a\tb"))
            #expect(refused.status == 400 && refused.text.contains("invalid_header"))
        }
    }
}
