import NIOHTTP1
import TallyConfig
import Testing

@testable import TallyService

struct CallHeadersTests {
    private func upstream(
        _ headers: [(String, String)], adding additions: CallHeaders.Additions = .init()
    ) -> [String] {
        CallHeaders.upstream(HTTPHeaders(headers), adding: additions).map { "\($0.name): \($0.value)" }
    }

    private func client(_ headers: [(name: String, value: String)]) -> [String] {
        CallHeaders.client(headers).map { "\($0.name): \($0.value)" }
    }

    @Test func whatBelongsToTheCallPassesAsItIs() {
        let headers = [
            ("Authorization", "Bearer hf_abc"), ("uSeR-aGeNt", "x"), ("Accept", "a"), ("accept", "b"), ("X-Empty", ""),
            ("X-HF-Bill-To", "acme"), ("x-hf-session-id", "s"), ("Content-Type", "application/json"),
            ("Accept-Encoding", "gzip, br"), ("Content-Encoding", "gzip"),
            ("X-Long", String(repeating: "é", count: 1 << 19)),
            ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("Cookie", "a=b"),
        ]
        #expect(upstream(headers) == headers.map { "\($0.0): \($0.1)" })
        #expect(upstream([]).isEmpty)
    }

    /// RFC 9110, 7.6.1, and what the engine writes itself.
    @Test(arguments: [
        "Connection", "CONNECTION", "keep-alive", "Proxy-Connection", "TE", "te", "Trailer", "Transfer-Encoding",
        "Upgrade", "Proxy-Authorization", "Proxy-Authenticate", "Host", "hOST", "Content-Length", "Expect",
    ])
    func whatBelongsToTheConnectionStays(name: String) {
        #expect(upstream([(name, "x"), ("a", "b")]) == ["a: b"])
    }

    @Test(arguments: [
        ["x-foo"], ["X-FOO"], ["close, x-foo"], ["x-foo,keep-alive"], [" ,, \tX-Foo\t ,"], ["keep-alive", "x-Foo"],
        ["x-foo", "x-foo"],
    ])
    func whatTheConnectionListsStaysToo(options: [String]) {
        var headers = [("X-Foo", "1"), ("X-Foo-Bar", "2"), ("x-foo", "3"), ("X-Fo", "4")]
        headers += options.map { ("Connection", $0) }
        #expect(upstream(headers) == ["X-Foo-Bar: 2", "X-Fo: 4"])
        #expect(client(headers.map { (name: $0.0, value: $0.1) }) == ["X-Foo-Bar: 2", "X-Fo: 4"])
    }

    @Test func whatIsMeantForTallyOrOtherGatewaysStays() {
        let headers = [
            ("X-Tally-Project", "p"), ("x-tally-tags", "a=b"), ("X-TALLY-KEY", "tly_1"), ("x-tally-anything", ""),
            ("Helicone-Auth", "Bearer h"), ("helicone-property-x", "y"), ("HELICONE-USER-ID", "u"),
            ("x-litellm-tags", "a"), ("X-LiteLLM-Api-Key", "k"),
            ("x-tally", "stays"), ("helicone", "stays"), ("x-litellm", "stays"), ("my-x-tally-project", "stays"),
        ]
        #expect(
            upstream(headers) == [
                "x-tally: stays", "helicone: stays", "x-litellm: stays", "my-x-tally-project: stays",
            ])
    }

    @Test func theSessionIsAdded() {
        #expect(
            upstream([("a", "b")], adding: .init(sessionID: "5e55")) == ["a: b", "X-HF-Session-id: 5e55"])
    }

    /// A part of the response can be taken out of plain text only.
    @Test func aPlainBodyIsAskedFor() {
        let headers = [("Accept-Encoding", "gzip"), ("a", "b"), ("accept-encoding", "br")]
        #expect(upstream(headers, adding: .init(needsPlainBody: true)) == ["a: b", "Accept-Encoding: identity"])
    }

    @Test(arguments: [
        (Upstream.CredentialHeader.bearer, "Authorization: Bearer sk-1"), (.key, "Authorization: Key sk-1"),
        (.apiKey, "x-api-key: sk-1"),
    ])
    func theCredentialTakesThePlaceOfTheKey(header: Upstream.CredentialHeader, sent: String) {
        let additions = CallHeaders.Additions(credential: (header, "sk-1"))
        #expect(upstream([("Authorization", "Bearer tly_abc"), ("a", "b")], adding: additions) == ["a: b", sent])
        #expect(upstream([("x-api-key", "tly_abc"), ("a", "b")], adding: additions) == ["a: b", sent])
        // Whatever else the client authenticates with: two credentials would contradict each other.
        let several = [
            ("x-api-key", "sk-own"), ("authorization", "Bearer tly_abc"), ("Api-Key", "sk-own"),
            ("x-goog-api-key", "sk-own"), ("a", "b"),
        ]
        #expect(upstream(several, adding: additions) == ["a: b", sent])
    }

    @Test(arguments: [
        ("Authorization", "Bearer tly_abc"), ("authorization", "bearer tly_abc"), ("AUTHORIZATION", "Key tly_abc"),
        ("Authorization", "Bearer    tly_abc"), ("Authorization", "Bearer\ttly_abc"), ("Authorization", "tly_abc"),
        ("X-Api-Key", "tly_abc"), ("x-api-key", "Bearer tly_abc"), ("x-goog-api-key", "tly_abc"),
        ("Api-Key", "tly_abc"), ("X-Tally-Key", "tly_abc"), ("X-Tally-Key", "whatever"),
    ])
    func aTallyKeyIsNeverSentOn(name: String, value: String) {
        #expect(upstream([(name, value), ("a", "b")]) == ["a: b"])
    }

    @Test func theResponsePassesAsItIs() {
        let headers: [(name: String, value: String)] = [
            ("Content-Type", "text/event-stream"), ("Set-Cookie", "a"), ("set-cookie", "b"), ("X-Request-Id", "r"),
            ("Content-Length", "5"), ("Content-Encoding", "gzip"), ("RateLimit", #""api";r=0;t=55"#), ("Empty", ""),
        ]
        #expect(client(headers) == headers.map { "\($0.name): \($0.value)" })
    }

    @Test(arguments: [
        "Connection", "keep-ALIVE", "Proxy-Connection", "TE", "Trailer", "transfer-encoding", "Upgrade",
        "Proxy-Authenticate",
        // Another Tally's, which would be taken for this one's.
        "X-Tally-Event-Id", "x-tally-cost",
    ])
    func whatBelongsToTheUpstreamStays(name: String) {
        #expect(client([(name, "x"), ("a", "b")]) == ["a: b"])
    }

    /// RFC 9112, 6.3: such a length does not hold, and whoever passes the message on takes it out.
    @Test(arguments: [["Content-Length", "Transfer-Encoding"], ["transfer-encoding", "content-length"]])
    func aLengthBesideATransferEncodingDoesNotHold(names: [String]) {
        let headers = names.map { (name: $0, value: $0.lowercased() == "content-length" ? "5" : "chunked") }
        #expect(client(headers + [("a", "b")]) == ["a: b"])
        #expect(CallHeaders.table(headers)["content-length"] == nil)
    }

    @Test func theTableHasTheFirstOfEachName() {
        let table = CallHeaders.table([("A", "1"), ("a", "2"), ("Content-Length", "5"), ("B", "")])
        #expect(table == ["a": "1", "content-length": "5", "b": ""])
    }
}
