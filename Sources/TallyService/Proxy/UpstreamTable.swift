internal import TallyConfig
internal import TallyCore

/// Where the paths of the proxy lead.
struct UpstreamTable: Sendable {
    /// Where one request goes.
    struct Target: Sendable {
        /// The upstream.
        let upstream: Upstream
        /// The path below the upstream's address, without its query.
        let path: String
        /// The whole address.
        let url: String
        /// Who serves, as the path says it: of a provider route of Hugging Face's router.
        let pathProvider: String?
    }

    private let upstreams: [String: Upstream]
    private let defaultUpstream: Upstream

    /// A table of upstreams.
    ///
    /// - Parameters:
    ///   - upstreams: The upstreams by name.
    ///   - defaultUpstream: Where `/v1/…` leads.
    init(_ upstreams: [String: Upstream], defaultUpstream: Upstream) {
        self.upstreams = upstreams
        self.defaultUpstream = defaultUpstream
    }

    /// Where a request goes.
    ///
    /// - Parameter uri: The path of the request with its query, as the client wrote it.
    /// - Returns: The target, or what to tell the client when there is none.
    func target(of uri: String) -> Result<Target, ProxyRefusal> {
        // Some clients write the whole address, as to a proxy of the other kind.
        guard uri.utf8.first == UInt8(ascii: "/") else { return .failure(.notAPath) }
        let end = uri.firstIndex(of: "?") ?? uri.endIndex
        let path = uri[..<end]
        let query = uri[end...]
        let first = path.dropFirst().prefix { $0 != "/" }
        let upstream: Upstream
        let rest: Substring
        if first == "v1" {
            upstream = defaultUpstream
            rest = path
        } else if let named = upstreams[String(first)] {
            upstream = named
            rest = path.dropFirst(1 + first.count)
        } else {
            return .failure(.unknownUpstream(String(first), known: upstreams.keys.sorted()))
        }
        let base = Self.joined(upstream.baseURL, rest)
        return .success(
            Target(
                upstream: upstream, path: String(rest), url: base + query,
                pathProvider: Self.provider(in: rest, of: upstream)))
    }

    /// An address with a path behind it; a `/v1` at the end of the one and the start of the other counts once.
    private static func joined(_ base: String, _ path: Substring) -> String {
        if base.hasSuffix("/v1"), path == "/v1" || path.hasPrefix("/v1/") { return base + path.dropFirst(3) }
        return base + path
    }

    /// The provider that a path of Hugging Face's router names before that provider's own path.
    private static func provider(in path: Substring, of upstream: Upstream) -> String? {
        guard upstream.biller == "huggingface", upstream.route == .routed else { return nil }
        let first = path.dropFirst().prefix { $0 != "/" }
        return first.isEmpty || first == "v1" || first == "api" ? nil : String(first)
    }
}
