import TallyConfig
import Testing

@testable import TallyService

struct UpstreamTableTests {
    private static let settings = """
        upstreams:
          bare: { base_url: "http://127.0.0.1:9000" }
          deep: { base_url: "http://127.0.0.1:9000/a/v1/" }
          almost: { base_url: "http://127.0.0.1:9000/av1" }
          Odd.Name_1-2: { base_url: "https://[::1]:8443/x" }
        """

    @Test(arguments: [
        ("/v1/chat/completions", "https://router.huggingface.co/v1/chat/completions"),
        ("/v1", "https://router.huggingface.co/v1"),
        ("/v1/", "https://router.huggingface.co/v1/"),
        ("/v1?x=1", "https://router.huggingface.co/v1?x=1"),
        ("/openai/v1/chat/completions", "https://api.openai.com/v1/chat/completions"),
        ("/openai/chat/completions", "https://api.openai.com/v1/chat/completions"),
        ("/openai/v1", "https://api.openai.com/v1"), ("/openai", "https://api.openai.com/v1"),
        ("/openai/", "https://api.openai.com/v1/"), ("/openai/v1x", "https://api.openai.com/v1/v1x"),
        ("/openai/v1/v1/x", "https://api.openai.com/v1/v1/x"), ("/openai/v2/x", "https://api.openai.com/v1/v2/x"),
        ("/openai//v1/x", "https://api.openai.com/v1//v1/x"),
        ("/bare/v1/x", "http://127.0.0.1:9000/v1/x"), ("/bare", "http://127.0.0.1:9000"),
        ("/bare?x", "http://127.0.0.1:9000?x"), ("/bare/", "http://127.0.0.1:9000/"),
        ("/deep/v1/x", "http://127.0.0.1:9000/a/v1/x"), ("/almost/v1/x", "http://127.0.0.1:9000/av1/v1/x"),
        ("/Odd.Name_1-2/y", "https://[::1]:8443/x/y"),
        // Nothing is decoded, tidied or judged.
        ("/bare/%2e%2e/a%20b%zz", "http://127.0.0.1:9000/%2e%2e/a%20b%zz"),
        ("/bare/../v1/./x//", "http://127.0.0.1:9000/../v1/./x//"),
        ("/bare/a?b=/v1/c&d=%26?e#f", "http://127.0.0.1:9000/a?b=/v1/c&d=%26?e#f"),
        ("/bare/v1?x", "http://127.0.0.1:9000/v1?x"), ("/bare/a;b=c@d:e", "http://127.0.0.1:9000/a;b=c@d:e"),
        ("/bare/\u{301}x?\u{301}y", "http://127.0.0.1:9000/\u{301}x?\u{301}y"),
    ])
    func leadsTo(uri: String, url: String) throws {
        let target = try ProxyParts.upstreams(Self.settings).target(of: uri).get()
        #expect(target.url == url)
    }

    @Test(arguments: [
        ("/v1/chat?x", "huggingface", "/v1/chat"), ("/openai/v1/chat", "openai", "/v1/chat"), ("/bare", "bare", ""),
        ("/bare?a/b", "bare", ""), ("/bare/\u{301}x?\u{301}y", "bare", "/\u{301}x"),
    ])
    func knowsThePathBelow(uri: String, name: String, path: String) throws {
        let target = try ProxyParts.upstreams(Self.settings).target(of: uri).get()
        #expect(target.upstream.name == name && target.path == path)
    }

    @Test(arguments: [
        ("/huggingface/together/v1/chat/completions", "together"), ("/huggingface/fal-ai/x?v1", "fal-ai"),
        ("/huggingface/hf-inference/models/a/b", "hf-inference"), ("/huggingface/together", "together"),
        ("/huggingface/v1/chat/completions", nil), ("/huggingface/api/x", nil), ("/huggingface", nil),
        ("/huggingface/", nil), ("/v1/chat/completions", nil), ("/hf-inference/models/a/b", nil),
        ("/openrouter/together/x", nil), ("/openai/together/x", nil),
    ])
    func aProviderRouteNamesWhoServes(uri: String, provider: String?) throws {
        #expect(try ProxyParts.upstreams().target(of: uri).get().pathProvider == provider)
    }

    @Test func theDefaultUpstreamIsTheOneOfTheSettings() throws {
        let table = try ProxyParts.upstreams("proxy: { default_upstream: groq }")
        #expect(
            try table.target(of: "/v1/chat/completions").get().url == "https://api.groq.com/openai/v1/chat/completions")
    }

    @Test(arguments: [
        ("/v1x/chat", "v1x"), ("/V1/chat", "V1"), ("/OpenAI/v1", "OpenAI"), ("/", ""), ("//v1/chat", ""),
        ("/open%61i/v1", "open%61i"), ("/../v1/x", ".."), ("/?/openai", ""), ("/openai#/v1", "openai#"),
        ("/\u{301}openai/v1", "\u{301}openai"),
        ("/" + String(repeating: "x", count: 1 << 16), String(repeating: "x", count: 1 << 16)),
    ])
    func knowsNoOthers(uri: String, named: String) throws {
        switch try ProxyParts.upstreams().target(of: uri) {
        case .success(let target): Issue.record("leads to \(target.url)")
        case .failure(.unknownUpstream(let name, let known)):
            #expect(name == named)
            #expect(known.count == 14 && known == known.sorted())
            let message = ProxyRefusal.unknownUpstream(name, known: known).message
            #expect(message.utf8.count < 600 && message.contains("openrouter"))
        case .failure(let other): Issue.record("\(other)")
        }
    }

    @Test(arguments: ["", "*", "http://api.openai.com/v1/x", "openai/v1", "?x", "\u{e9}/v1"])
    func takesPathsOnly(uri: String) throws {
        guard case .failure(.notAPath) = try ProxyParts.upstreams().target(of: uri) else {
            Issue.record("\(uri) is taken")
            return
        }
    }
}
