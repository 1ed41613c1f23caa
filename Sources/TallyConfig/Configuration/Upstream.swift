package import TallyCore

/// One place the proxy relays to.
package struct Upstream: Sendable, Hashable {
    /// Its name, which is the first part of the proxy's path.
    package let name: String
    /// The address requests go to, without a slash at its end.
    package let baseURL: String
    /// Who bills what is relayed there.
    package let biller: String
    /// Who serves what is relayed there; `nil` where the response has to say it.
    package let provider: String?
    /// How its calls are billed.
    package let route: Route
    /// The environment variable that holds the credential, `nil` when clients bring their own.
    package let keyVariable: String?
    /// The header the credential is sent in.
    package let credentialHeader: CredentialHeader
    /// Whether a streamed chat completion is asked for its usage when the client did not.
    package let asksForUsage: Bool
    /// Whether a Hugging Face session id is added where the client sent none.
    package let addsSessionID: Bool
    /// The providers of a router that the customer has keys of its own for, so that they bill themselves: all spellings
    /// of each, in lower case.
    package let ownKeyProviders: Set<String>
    /// A file of certificates to trust instead of the system's.
    package let certificateFile: String?

    /// The ways of sending a credential.
    package enum CredentialHeader: String, Sendable, Hashable, CaseIterable {
        /// `Authorization: Bearer …`, as OpenAI and nearly all others.
        case bearer
        /// `Authorization: Key …`, as fal.
        case key
        /// `x-api-key: …`, as Anthropic.
        case apiKey = "x-api-key"
    }

    static let keys = [
        "base_url", "biller", "provider", "route", "api_key_env", "credential", "include_usage", "session_id",
        "own_key_providers", "ca_file",
    ]

    /// Reads one entry of `upstreams`.
    init(name: String, settings: SettingsMapping) throws(ConfigError) {
        self.name = name
        if ["v1", "", ".", ".."].contains(name) || !name.utf8.allSatisfy(isNameByte) {
            throw settings.place.error(
                "upstreams: \(quoted(name)) cannot name an upstream",
                mend: "use letters, digits, '-', '_' and '.', and not 'v1', which is the default upstream's path")
        }
        let written = try settings.requiredText(
            "base_url", mend: "write where requests go, e.g. 'base_url: https://api.example.com/v1'")
        guard let address = Self.baseURL(written) else {
            // The address is not repeated: it may hold the credential that makes it wrong.
            throw (settings.node("base_url")?.place ?? settings.place).error(
                "\(settings.prefix)base_url is not a plain http or https address",
                mend: "write 'https://HOST/PATH' without credentials, '?' and '#'")
        }
        baseURL = address
        biller = try settings.text("biller") ?? name
        route = try settings.choice("route") ?? .direct
        provider = try settings.text("provider") ?? (route == .direct ? biller : nil)
        keyVariable = try settings.environmentVariable("api_key_env")
        credentialHeader = try settings.choice("credential") ?? .bearer
        asksForUsage = try settings.boolean("include_usage") ?? true
        addsSessionID = try settings.boolean("session_id") ?? false
        ownKeyProviders = try Self.spellings(
            of: try settings.texts("own_key_providers", of: "names of providers").map(\.text))
        certificateFile = try settings.path("ca_file")
    }

    /// Whether the customer has a key of its own for a provider, so that this bills itself.
    ///
    /// - Parameter provider: The provider in any spelling.
    /// - Returns: Whether it is one of ``ownKeyProviders``.
    package func hasOwnKey(for provider: String) -> Bool {
        !ownKeyProviders.isEmpty && ownKeyProviders.contains(provider.lowercased())
    }

    /// All that providers are called: responses have other spellings than those who write settings.
    private static func spellings(of names: [String]) throws(ConfigError) -> Set<String> {
        if names.isEmpty { return [] }
        let aliases = try BuiltInAssets.spellings()
        let meant = Set(names.map(aliases.canonical))
        return meant.union(names.map { $0.lowercased() })
            .union(aliases.entries.filter { meant.contains($0.name) }.map(\.alias))
    }

    private static func baseURL(_ text: String) -> String? {
        guard let authority = httpAuthority(text), !authority.contains("@"), hasHost(authority) else { return nil }
        if text.contains(where: { $0 == "?" || $0 == "#" }) { return nil }
        var address = text
        while address.hasSuffix("/") { address.removeLast() }
        return address
    }

    /// Whether a host stands in `HOST`, `HOST:PORT` or `[ADDRESS]:PORT`, and a port, if any, is one.
    private static func hasHost(_ authority: Substring) -> Bool {
        var port = authority
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return false }
            port = authority[authority.index(after: end)...]
        } else {
            port = authority.drop { $0 != ":" }
        }
        if port.isEmpty { return true }
        let digits = port.dropFirst()
        guard port.hasPrefix(":"), digits.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return false }
        return Int(digits).map { (1...65535).contains($0) } ?? false
    }
}

/// What stands between `https://` and the first slash, `nil` when the text is no such address.
func httpAuthority(_ text: String) -> Substring? {
    guard text.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else { return nil }
    for scheme in ["https://", "http://"] where text.lowercased().hasPrefix(scheme) {
        let authority = text.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        return authority.isEmpty || authority.hasPrefix(":") ? nil : authority
    }
    return nil
}

/// Whether a byte may stand in the name of an upstream or a channel.
func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
        true
    default: false
    }
}

extension SettingsMapping {
    /// The name of an environment variable, `nil` when the key is missing.
    ///
    /// - Throws: ``ConfigError`` when the value is not such a name, for example because it is the secret itself.
    func environmentVariable(_ key: String) throws(ConfigError) -> String? {
        guard let node = node(key) else { return nil }
        let text = try node.text(name: prefix + key)
        let isName = text.utf8.allSatisfy { isNameByte($0) && $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ".") }
        if !isName || text.first?.isNumber == true {
            // Not repeated either, for the same reason.
            throw node.place.error(
                "\(prefix)\(key) is not the name of an environment variable",
                mend: "write the variable's name, e.g. HF_TOKEN, and put the secret into the environment")
        }
        return text
    }
}
