import TallyConfig
import TallyCore
import Testing

struct UpstreamTests {
    private func upstream(_ text: String) throws -> Upstream {
        let settings = try Configuration(text: "upstreams: { mine: { \(text) } }", path: "/etc/tally/my.yaml")
        return try #require(settings.upstreams["mine"])
    }

    private func message(_ text: String) -> String {
        do {
            _ = try Configuration(text: "upstreams:\n  mine: { \(text) }", path: "/etc/tally/my.yaml")
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    // MARK: The shipped ones

    @Test(arguments: [
        // name, address, biller, variable
        ("huggingface", "https://router.huggingface.co", "huggingface", "HF_TOKEN"),
        ("hf-inference", "https://router.huggingface.co/hf-inference", "huggingface", "HF_TOKEN"),
        ("openrouter", "https://openrouter.ai/api/v1", "openrouter", "OPENROUTER_API_KEY"),
        ("together", "https://api.together.xyz/v1", "together", "TOGETHER_API_KEY"),
        ("fireworks", "https://api.fireworks.ai/inference/v1", "fireworks", "FIREWORKS_API_KEY"),
        ("fal", "https://fal.run", "fal", "FAL_KEY"),
        ("openai", "https://api.openai.com/v1", "openai", "OPENAI_API_KEY"),
        ("anthropic", "https://api.anthropic.com", "anthropic", "ANTHROPIC_API_KEY"),
        ("groq", "https://api.groq.com/openai/v1", "groq", "GROQ_API_KEY"),
        ("cerebras", "https://api.cerebras.ai/v1", "cerebras", "CEREBRAS_API_KEY"),
        ("novita", "https://api.novita.ai/v3/openai", "novita", "NOVITA_API_KEY"),
        ("deepinfra", "https://api.deepinfra.com/v1/openai", "deepinfra", "DEEPINFRA_API_KEY"),
        ("mistral", "https://api.mistral.ai/v1", "mistral", "MISTRAL_API_KEY"),
        ("gemini", "https://generativelanguage.googleapis.com/v1beta/openai", "google", "GEMINI_API_KEY"),
    ])
    func isShipped(name: String, address: String, biller: String, variable: String) throws {
        let shipped = try #require(try Configuration(text: nil, path: nil).upstreams[name])
        #expect(shipped.name == name && shipped.baseURL == address && shipped.biller == biller)
        #expect(shipped.keyVariable == variable && shipped.certificateFile == nil)
        #expect(shipped.ownKeyProviders.isEmpty)
        // Prices are filed under the one spelling of a biller.
        #expect(try BuiltInAssets.spellings().canonical(biller) == biller)
        let isRouter = ["huggingface", "openrouter"].contains(name)
        #expect(shipped.route == (isRouter ? .routed : name == "hf-inference" ? .serverless : .direct))
        #expect(shipped.provider == (isRouter ? nil : name == "hf-inference" ? name : biller))
        #expect(shipped.addsSessionID == (biller == "huggingface"))
        // OpenRouter always says what was used; Mistral refuses a request that asks.
        #expect(shipped.asksForUsage == !["openrouter", "groq", "mistral"].contains(name))
        let header: Upstream.CredentialHeader = name == "fal" ? .key : name == "anthropic" ? .apiKey : .bearer
        #expect(shipped.credentialHeader == header)
    }

    @Test func noOthersAreShipped() throws {
        #expect(try Configuration(text: nil, path: nil).upstreams.count == 14)
    }

    // MARK: One's own

    @Test func mostKeysHaveDefaults() throws {
        let read = try upstream("base_url: \"https://x\"")
        #expect(read.name == "mine" && read.baseURL == "https://x" && read.biller == "mine" && read.provider == "mine")
        #expect(read.route == .direct && read.keyVariable == nil && read.credentialHeader == .bearer)
        #expect(read.asksForUsage && !read.addsSessionID && read.ownKeyProviders.isEmpty && read.certificateFile == nil)
    }

    @Test func everyKeyIsRead() throws {
        let read = try upstream(
            """
            base_url: "http://127.0.0.1:8080/a/v1", biller: huggingface, provider: p, route: routed, api_key_env: A_B1,
            credential: x-api-key, include_usage: false, session_id: true, own_key_providers: [Together, acme],
            ca_file: ca.pem
            """)
        #expect(read.baseURL == "http://127.0.0.1:8080/a/v1" && read.biller == "huggingface" && read.provider == "p")
        #expect(read.route == .routed && read.keyVariable == "A_B1" && read.credentialHeader == .apiKey)
        #expect(!read.asksForUsage && read.addsSessionID && read.certificateFile == "/etc/tally/ca.pem")
        #expect(read.ownKeyProviders.contains("together") && read.ownKeyProviders.contains("acme"))
        #expect(try upstream("base_url: \"https://x\", credential: key").credentialHeader == .key)
        #expect(try upstream("base_url: \"https://x\", route: own-key").route == .ownKey)
    }

    @Test func ofARouterWhoServesIsNotKnown() throws {
        for route in ["routed", "own-key", "serverless"] {
            #expect(try upstream("base_url: \"https://x\", route: \(route)").provider == nil)
        }
        #expect(try upstream("base_url: \"https://x\", biller: b").provider == "b")
    }

    /// A provider has several spellings, and responses have any of them.
    @Test func ownKeysAreKnownByEverySpelling() throws {
        let read = try upstream("base_url: \"https://x\", route: routed, own_key_providers: [Fireworks-AI, fal, Mine]")
        for name in ["fireworks-ai", "fireworks", "FIREWORKS", "fal", "fal-ai", "Mine", "mine"] {
            #expect(read.hasOwnKey(for: name), "\(name)")
        }
        #expect(!read.hasOwnKey(for: "together") && !read.hasOwnKey(for: ""))
    }

    @Test(arguments: [
        ("https://x/", "https://x"), ("https://x/v1///", "https://x/v1"), ("HTTPS://X.y/A", "HTTPS://X.y/A"),
        ("http://localhost:1", "http://localhost:1"), ("https://[::1]:65535/v1", "https://[::1]:65535/v1"),
        ("https://x:443/a%20b/..", "https://x:443/a%20b/.."), ("http://10.0.0.1", "http://10.0.0.1"),
    ])
    func anAddressLosesItsLastSlashes(written: String, address: String) throws {
        #expect(try upstream("base_url: \"\(written)\"").baseURL == address)
    }

    @Test(arguments: [
        "x", "https:", "https://", "https:///v1", "ftp://x", "//x", "https://:80", "https://u@x", "https://u:p@x/v1",
        "https://x/?a=b", "https://x?", "https://x/#a", "https://x y", "https://x/\u{e9}", "https://x:port",
        "https://x:65536", "https://x:0", "https://x:", "https://x:80:80", "https://[::1]:x", "https://[::1",
        "https://[::1]x", "https://x:-1",
    ])
    func whatIsNoPlainAddressIsRefused(written: String) {
        #expect(
            message("base_url: \"\(written)\"")
                == "/etc/tally/my.yaml:2: upstreams.mine.base_url is not a plain http or https address; "
                + "write 'https://HOST/PATH' without credentials, '?' and '#'")
    }

    @Test(arguments: [
        ("biller: x", "upstreams.mine.base_url is missing; write where requests go"),
        (
            "route: own_key",
            "upstreams.mine.route 'own_key' is none of routed, own-key, direct, serverless; did you mean 'own-key'?"
        ),
        (
            "credential: Bearer",
            "upstreams.mine.credential 'Bearer' is none of bearer, key, x-api-key; did you mean 'bearer'?"
        ),
        ("api_key_env: $HF_TOKEN", "upstreams.mine.api_key_env is not the name of an environment variable; write the"),
        ("api_key_env: 1A", "upstreams.mine.api_key_env is not the name of an environment variable"),
        ("include_usage: yes", "upstreams.mine.include_usage 'yes' is neither yes nor no; write true or false"),
        ("session_id: 1", "upstreams.mine.session_id '1' is neither yes nor no; write true or false"),
        ("own_key_providers: together", "upstreams.mine.own_key_providers is text where a list belongs; write a list"),
        ("own_key_providers: [[a]]", "upstreams.mine.own_key_providers[0] is a list where a single value belongs"),
        ("ca_file: []", "upstreams.mine.ca_file is a list where a single value belongs"),
        ("biller: ''", "upstreams.mine.biller is empty; write a value, or remove the key"),
        ("url: x", "unknown key 'url'; the nearest known one is 'base_url', of base_url, biller"),
        ("base_ulr: x", "unknown key 'base_ulr'; did you mean 'base_url'?"),
        ("api_key: sk-hunter2", "unknown key 'api_key'; the nearest known one is 'api_key_env', of"),
        ("own_keys: []", "unknown key 'own_keys'; the nearest known one is"),
        ("include-usage: true", "unknown key 'include-usage'; did you mean 'include_usage'?"),
    ])
    func saysWhatIsWrongAndHowToMendIt(text: String, expected: String) {
        let written = text.hasPrefix("biller: x") ? text : "base_url: \"https://x\", \(text)"
        let message = message(written)
        #expect(message.hasPrefix("/etc/tally/my.yaml:2: \(expected)"), "\(message)")
        #expect(!message.contains("hunter2"))
    }

    @Test(arguments: ["v1", "a/b", "a b", "\u{e9}", "''", ".", ".."])
    func aNameThatNoPathCanHaveIsRefused(name: String) {
        let text = "upstreams: { \(name): { base_url: \"https://x\" } }"
        let error = #expect(throws: ConfigError.self) { try Configuration(text: text, path: "/etc/tally/my.yaml") }
        #expect("\(error.map { "\($0)" } ?? "")".contains("cannot name an upstream; use letters, digits"))
    }
}
