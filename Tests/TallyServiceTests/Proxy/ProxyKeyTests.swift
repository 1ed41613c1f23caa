import DurableQueue
import FakeProvider
import TallyCore
import TallyTestSupport
import Testing

@testable import TallyService

/// Tally keys in the place of a provider's token, or beside it.
@Suite(.timeLimit(.minutes(5)))
struct ProxyKeyTests {
    private static let key = ProxyKey("search-key", [.proxy], project: "search", seed: 1)
    private static let reader = ProxyKey("report-key", [.read], seed: 2)
    private static let setup = ProxySetup(
        keys: [key.live, reader.live],
        credentials: ["openai": "sk-real", "anthropic": "sk-ant-real", "fal": "fal-real", "huggingface": "hf-real"])

    /// Header fields of the last request that came to the provider.
    private func sent(_ stage: ProxyStage) throws -> FakeCall { try #require(stage.provider.calls.last) }

    @Test(arguments: [
        ("authorization: Bearer ", TestCall.chat, "authorization", "Bearer sk-real"),
        ("authorization: bearer  ", .chat, "authorization", "Bearer sk-real"),
        ("x-api-key: ", .messages, "x-api-key", "sk-ant-real"),
        ("authorization: Key ", TestCall("/fal/fal-ai/flux", "{\"prompt\":\"a\"}"), "authorization", "Key fal-real"),
        ("x-tally-key: ", .chat, "authorization", "Bearer sk-real"),
        ("x-tally-key: ", .messages, "x-api-key", "sk-ant-real"),
    ])
    func keyIsReplacedByTheCredential(field: String, call: TestCall, name: String, value: String) async throws {
        try await ProxyStage.run(Self.setup) { stage in
            let seen = try await stage.response(to: call.adding(field + Self.key.text))
            #expect(seen.status == 200, "\(seen.text)")
            let sent = try sent(stage)
            #expect(sent.header(name) == value)
            #expect(!sent.headers.contains { $0.value.contains("tly_") })
            let event = try await stage.event()
            #expect(event.attribution.project == "search")
            #expect(event.attribution.key == "search-key")
        }
    }

    @Test func keyBesideATokenOfOnesOwnOnlyAttributes() async throws {
        try await ProxyStage.run(Self.setup) { stage in
            _ = try await stage.response(
                to: .chat.adding("authorization: Bearer sk-own", "x-tally-key: " + Self.key.text))
            let sent = try sent(stage)
            #expect(sent.header("authorization") == "Bearer sk-own")
            #expect(!sent.headers.contains { $0.value.contains("tly_") })
            #expect(try await stage.event().attribution.project == "search")
        }
    }

    /// Clients of OpenAI always send a token: with the same key in both places there is none of one's own.
    @Test func keyInBothPlacesIsReplaced() async throws {
        try await ProxyStage.run(Self.setup) { stage in
            let secret = Self.key.text
            _ = try await stage.response(to: .chat.adding("authorization: Bearer \(secret)", "x-tally-key: \(secret)"))
            #expect(try sent(stage).header("authorization") == "Bearer sk-real")
        }
    }

    @Test func tokenOfOnesOwnPasses() async throws {
        try await ProxyStage.run(Self.setup) { stage in
            _ = try await stage.response(to: .chat.adding("authorization: Bearer sk-own"))
            #expect(try sent(stage).header("authorization") == "Bearer sk-own")
            #expect(try await stage.event().attribution.project == nil)
        }
    }

    @Test(arguments: [
        "authorization: Bearer tly_unknown", "x-tally-key: tly_unknown", "x-tally-key: nonsense", "x-tally-key:",
        "x-api-key: tly_unknown", "authorization: tly_unknown",
    ])
    func unknownKeyIsRefusedAndSentNowhere(field: String) async throws {
        try await ProxyStage.run(Self.setup) { stage in
            let seen = try await stage.response(to: .chat.adding(field))
            #expect(seen.status == 401)
            #expect(seen["www-authenticate"] == "Bearer")
            #expect(seen.text.contains("\"code\":\"invalid_tally_key\""))
            #expect(!seen.text.contains("unknown\""))
            #expect(stage.provider.calls.isEmpty)
            #expect(stage.spool.backlog.records == 0)
        }
    }

    @Test func keyWithoutTheScopeIsRefused() async throws {
        try await ProxyStage.run(Self.setup) { stage in
            let seen = try await stage.response(to: .chat.adding("authorization: " + "Bearer " + Self.reader.text))
            #expect(seen.status == 403)
            #expect(seen.text.contains("\"code\":\"tally_key_scope\""))
            #expect(stage.provider.calls.isEmpty)
        }
    }

    @Test func keyForAnUpstreamWithoutACredentialIsRefused() async throws {
        try await ProxyStage.run(Self.setup) { stage in
            let call = TestCall.chat.to("/groq/v1/chat/completions").adding(
                "authorization: " + "Bearer " + Self.key.text)
            let seen = try await stage.response(to: call)
            #expect(seen.status == 503)
            #expect(seen.text.contains("\"code\":\"upstream_credential_missing\""))
            #expect(stage.provider.calls.isEmpty)
        }
    }

    @Test func addressOfOthersNeedsAKey() async throws {
        var setup = Self.setup
        setup.settings["listen"] = "0.0.0.0:0"
        try await ProxyStage.run(setup) { stage in
            let refused = try await stage.response(to: .chat.adding("authorization: Bearer sk-own"))
            #expect(refused.status == 401)
            #expect(refused.text.contains("\"code\":\"tally_key_missing\""))
            let list = try await stage.response(to: .models)
            #expect(list.status == 401)
            let taken = try await stage.response(to: .chat.adding("authorization: " + "Bearer " + Self.key.text))
            #expect(taken.status == 200)
        }
    }
}

/// A key that is the same in every run.
private struct ProxyKey {
    /// The secret.
    let text: String
    let live: LiveKey

    init(_ name: String, _ scopes: Set<KeyScope>, project: String? = nil, seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let secret = KeySecret(using: &random)
        let attribution = Attribution(project: project, user: nil, key: name, tags: ["team": "ranking"])
        text = secret.text
        live = LiveKey(
            hash: KeyHash(of: secret),
            grant: KeyGrant(id: KeyID(using: &random), scopes: scopes, attribution: attribution))
    }
}
