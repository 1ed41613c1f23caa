internal import NIOHTTP1

/// Where a request carries a Tally key.
enum TallyKeyHeader {
    /// The beginning of every Tally key.
    static let prefix = "tly_"
    /// The header for a Tally key beside the client's own credential.
    static let name = "x-tally-key"

    /// Whether a header is one that clients send their credential in.
    static func isCredential(_ name: String) -> Bool {
        switch name.utf8.count {
        case 7: CallHeaders.equal(name, "api-key")
        case 9: CallHeaders.equal(name, "x-api-key")
        case 13: CallHeaders.equal(name, "authorization")
        case 14: CallHeaders.equal(name, "x-goog-api-key")
        default: false
        }
    }

    /// The Tally key in place of a credential, alone or behind `Bearer` or another scheme; `nil` when there is none.
    static func secret(_ name: String, _ value: String) -> Substring? {
        guard isCredential(name) else { return nil }
        let bytes = value.utf8
        if bytes.starts(with: prefix.utf8) { return value[...] }
        guard let space = bytes.firstIndex(where: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) else {
            return nil
        }
        let secret = value[space...].withoutOuterSpace
        return secret.utf8.starts(with: prefix.utf8) ? secret : nil
    }

    /// The Tally key of a request, `nil` when it carries none.
    ///
    /// - Parameter headers: The headers of the request.
    /// - Returns: The key, and whether a Tally key stands where the upstream's credential belongs.
    static func secret(in headers: HTTPHeaders) -> (secret: Substring, replacesCredential: Bool)? {
        var replacing: Substring?
        var hasCredential = false
        for (name, value) in headers where isCredential(name) {
            hasCredential = true
            replacing = secret(name, value)
            if replacing != nil { break }
        }
        if let own = headers.first(name: name) { return (own[...], replacing != nil || !hasCredential) }
        return replacing.map { ($0, true) }
    }
}
