/// The one table of spellings: which names mean the same biller or provider.
public struct ProviderAliases: Sendable, Equatable {
    private var canonicalByAlias: [String: String] = [:]

    /// An empty table.
    public init() {}

    /// Makes `alias` mean `name`. Names are compared without regard to ASCII case.
    public mutating func add(_ alias: String, for name: String) {
        canonicalByAlias[alias.lowercased()] = name
    }

    /// The aliases with the name each stands for, sorted by alias.
    public var entries: [(alias: String, name: String)] {
        canonicalByAlias.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// The one spelling of a name; a name the table does not know stays as it is, in lower case.
    public func canonical(_ name: String) -> String {
        let lower = name.isLowercaseASCII ? name : name.lowercased()
        return canonicalByAlias[lower] ?? lower
    }

    /// Brings biller and provider to their one spelling, and takes `huggingface/X` and `huggingface_X` apart.
    ///
    /// A provider that is not said is the biller and the other way round, save that a router is not a provider: behind
    /// Hugging Face or OpenRouter a served provider that is not known stays unknown (I8).
    public func resolve(biller: String?, provider: String?) -> (biller: String?, provider: String?) {
        var biller = biller
        var provider = provider
        for name in [provider, biller] {
            guard let name, let split = Self.routed(name) else { continue }
            if biller == nil || biller == name { biller = Self.router }
            provider = split
            break
        }
        let canonicalBiller = (biller ?? provider).map(canonical)
        var canonicalProvider = provider.map(canonical)
        if canonicalProvider == nil, let canonicalBiller, !Self.routers.contains(canonicalBiller) {
            canonicalProvider = canonicalBiller
        }
        return (canonicalBiller, canonicalProvider)
    }

    private static let router = "huggingface"
    private static let routers: Set<String> = ["huggingface", "openrouter"]

    /// The provider in `huggingface/X` or `huggingface_X`.
    private static func routed(_ name: String) -> String? {
        for separator in ["/", "_"] {
            let prefix = router + separator
            if name.utf8.count > prefix.utf8.count, name.lowercased().hasPrefix(prefix) {
                return String(name.dropFirst(prefix.count))
            }
        }
        return nil
    }
}

extension String {
    /// Whether lower-casing would change nothing, by a look at the bytes alone.
    var isLowercaseASCII: Bool {
        utf8.allSatisfy { $0 < 128 && !(UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    }
}
