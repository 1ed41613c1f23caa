internal import TallyConfig
internal import TallyCore

/// Where the paths of the proxy lead.
struct UpstreamTable: Sendable {
    /// Where one request goes.
    struct Target: Sendable {
        /// The upstream.
        let upstream: Upstream
        /// What is counted of its calls.
        let calls: CallCounters
        /// The path below the upstream's address, without its query.
        let path: String
        /// The whole address.
        let url: String
        /// Who serves, as the path says it: of a provider route of Hugging Face's router.
        let pathProvider: String?
    }

    /// An upstream with what is counted of it.
    private typealias Entry = (upstream: Upstream, calls: CallCounters)

    private let upstreams: [String: Entry]
    private let defaultUpstream: Entry

    /// A table of upstreams.
    ///
    /// - Parameters:
    ///   - upstreams: The upstreams by name.
    ///   - defaultUpstream: Where `/v1/…` leads.
    ///   - counters: What is counted of calls.
    init(_ upstreams: [String: Upstream], defaultUpstream: Upstream, counters: ProxyCounters) {
        self.upstreams = upstreams.mapValues { ($0, counters.calls(of: $0.name)) }
        self.defaultUpstream = (defaultUpstream, counters.calls(of: defaultUpstream.name))
    }

    /// Where a request goes.
    ///
    /// - Parameter uri: The path of the request with its query, as the client wrote it.
    /// - Returns: The target, or what to tell the client when there is none.
    func target(of uri: String) -> Result<Target, ProxyRefusal> {
        // Told apart by bytes: what stands behind a slash may make one character of the two.
        let bytes = uri.utf8
        // Some clients write the whole address, as to a proxy of the other kind.
        guard bytes.first == UInt8(ascii: "/") else { return .failure(.notAPath) }
        let end = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
        let path = bytes[..<end]
        let firstStart = bytes.index(after: bytes.startIndex)
        let firstEnd = path[firstStart...].firstIndex(of: UInt8(ascii: "/")) ?? end
        let first = Substring(path[firstStart..<firstEnd])
        let entry: Entry
        let rest: Substring
        if first == "v1" {
            entry = defaultUpstream
            rest = Substring(path)
        } else if let named = upstreams[String(first)] {
            entry = named
            rest = Substring(path[firstEnd...])
        } else {
            return .failure(.unknownUpstream(String(first), known: upstreams.keys.sorted()))
        }
        let upstream = entry.upstream
        let base = Self.joined(upstream.baseURL, rest)
        return .success(
            Target(
                upstream: upstream, calls: entry.calls, path: String(rest), url: base + uri[end...],
                pathProvider: Self.provider(in: rest, of: upstream)))
    }

    /// An address with a path behind it; a `/v1` at the end of the one and the start of the other counts once.
    private static func joined(_ base: String, _ path: Substring) -> String {
        guard base.utf8.suffix(3).elementsEqual("/v1".utf8), path.utf8.starts(with: "/v1".utf8) else {
            return base + path
        }
        let rest = path.utf8.dropFirst(3)
        return rest.isEmpty || rest.first == UInt8(ascii: "/") ? base + Substring(rest) : base + path
    }

    /// The provider that a path of Hugging Face's router names before that provider's own path.
    private static func provider(in path: Substring, of upstream: Upstream) -> String? {
        guard upstream.biller == "huggingface", upstream.route == .routed else { return nil }
        let first = Substring(path.utf8.dropFirst().prefix { $0 != UInt8(ascii: "/") })
        return first.isEmpty || first == "v1" || first == "api" ? nil : String(first)
    }
}
