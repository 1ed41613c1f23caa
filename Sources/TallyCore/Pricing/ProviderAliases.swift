/// The one table of spellings: which names mean the same biller or provider.
public struct ProviderAliases: Sendable, Equatable {
    private var canonicalByAlias: [String: String] = [:]

    /// An empty table.
    public init() {}

    /// Makes `alias` mean `name`.
    ///
    /// Both are kept in lower case, as names are compared without regard to case.
    public mutating func add(_ alias: String, for name: String) {
        canonicalByAlias[alias.lowercased()] = name.lowercased()
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
        let (biller, provider) = Self.takenApart(biller: biller, provider: provider)
        let canonicalBiller = (biller ?? provider).map(canonical)
        var canonicalProvider = provider.map(canonical)
        if canonicalProvider == nil, let canonicalBiller, !Self.routers.contains(canonicalBiller) {
            canonicalProvider = canonicalBiller
        }
        return (canonicalBiller, canonicalProvider)
    }

    /// Biller and provider with `huggingface/X` and `huggingface_X` taken apart and everything else as it was; a
    /// provider that is said comes before one in the name of the biller, and a biller before one in the provider's.
    public static func takenApart(biller: String?, provider: String?) -> (biller: String?, provider: String?) {
        var biller = biller
        var provider = provider
        if let served = provider.flatMap(routed) {
            provider = served
            biller = biller ?? router
        }
        if let served = biller.flatMap(routed) {
            biller = router
            provider = provider ?? served
        }
        return (biller, provider)
    }

    private static let router = "huggingface"
    private static let routers: Set<String> = ["huggingface", "openrouter"]

    /// Whether a biller, in its one spelling, passes calls on to providers that may bill them themselves.
    static func isRouter(_ biller: String) -> Bool { routers.contains(biller) }

    /// The provider in `huggingface/X` or `huggingface_X`.
    private static func routed(_ name: String) -> String? {
        let bytes = name.utf8
        guard bytes.count > router.utf8.count + 1 else { return nil }
        let separator = bytes.index(bytes.startIndex, offsetBy: router.utf8.count)
        guard bytes[separator] == UInt8(ascii: "/") || bytes[separator] == UInt8(ascii: "_"),
            name[..<separator].lowercased() == router
        else { return nil }
        return String(name[bytes.index(after: separator)...])
    }
}

extension String {
    /// Whether lower-casing would change nothing, by a look at the bytes alone.
    var isLowercaseASCII: Bool {
        utf8.allSatisfy { $0 < 128 && !(UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    }
}
