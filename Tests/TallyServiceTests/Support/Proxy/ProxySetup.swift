import DurableQueue
import FakeProvider
import TallyConfig
import TallyCore

@testable import TallyService

/// What a test changes of the proxy it works with.
struct ProxySetup: Sendable {
    /// Settings of the proxy by their keys, over those of ``ProxySetup/usual``.
    var settings: [String: String] = [:]
    /// Further upstreams: a mapping of settings each, by name.
    var upstreams: [String: String] = [:]
    /// Further settings of all upstreams that lead to the fake provider.
    var upstreamSettings = ""
    /// The Tally keys there are.
    var keys: [LiveKey] = []
    /// The credentials of upstreams.
    var credentials: [String: String] = [:]
    /// What takes records on their way to the spool; `nil` for the spool itself.
    var append: (@Sendable (DurableQueue) -> MeteringProxy.Parts.Append)?
    /// The most records that wait in the spool.
    var maximumRecords = 100_000
    var provider = FakeProviderSettings()
    /// The upstream of a test's own, which serves as long as it is held.
    var rawUpstream: RawUpstream?

    /// An upstream of a test's own beside the fake provider.
    static func with(_ upstream: RawUpstream, _ settings: [String: String] = [:]) -> ProxySetup {
        var setup = ProxySetup(settings: settings)
        setup.upstreams["raw"] = "base_url: \"http://127.0.0.1:\(upstream.port)\""
        setup.rawUpstream = upstream
        return setup
    }

    /// Limits no test should come to that does not want to.
    private static let usual = [
        "listen": "127.0.0.1:0", "default_upstream": "openai", "connect_timeout_seconds": "60",
        "first_byte_timeout_seconds": "60", "idle_timeout_seconds": "60", "total_timeout_seconds": "120",
        "client_timeout_seconds": "60", "drain_seconds": "60", "drain_bytes": "67108864",
    ]

    /// The configuration of a proxy before a provider.
    func configuration(provider address: String) throws -> Configuration {
        let proxy = Self.usual.merging(settings) { $1 }.sorted { $0.key < $1.key }.map { "\($0): \($1)" }
        var hosts = [
            ("openai", ""), ("anthropic", "credential: x-api-key"), ("groq", ""),
            ("openrouter", "route: routed, include_usage: false"), ("fal", "credential: key"),
            ("huggingface", "biller: huggingface, route: routed, session_id: true"),
            ("hf-inference", "biller: huggingface, provider: hf-inference, route: serverless"),
        ].map { name, more in
            let settings = ["base_url: \"\(address)/\(name)\"", more, upstreamSettings].filter { !$0.isEmpty }
            return "  \(name): { \(settings.joined(separator: ", ")) }"
        }
        hosts += upstreams.sorted { $0.key < $1.key }.map { "  \($0): { \($1) }" }
        let text = "proxy: { \(proxy.joined(separator: ", ")) }\nupstreams:\n\(hosts.joined(separator: "\n"))\n"
        return try Configuration(text: text, path: "/tally.yaml")
    }
}
