internal import CurlTransport
internal import NIOHTTP1
internal import TallyConfig

/// Which headers pass the proxy, in each direction.
///
/// All that belong to the call pass as they are; what belongs to one connection does not (RFC 9110, 7.6.1), nor what
/// was meant for Tally or for the gateways it takes the place of.
enum CallHeaders {
    /// What the proxy itself sends upstream beside the client's headers.
    struct Additions {
        /// The upstream's credential, in place of the Tally key that the client sent.
        var credential: (header: Upstream.CredentialHeader, secret: String)?
        /// A session id for Hugging Face, where the client sent none.
        var sessionID: String?
        /// Whether the response must come as plain text, since a part of it is to be taken out.
        var needsPlainBody = false
    }

    /// The header that Hugging Face bills by session with.
    static let sessionHeader = "X-HF-Session-id"

    /// The headers of the request that is sent upstream.
    static func upstream(_ headers: HTTPHeaders, adding additions: Additions) -> [(name: String, value: String)] {
        let listed = connectionHeaders(headers)
        var sent: [(name: String, value: String)] = []
        sent.reserveCapacity(headers.count + 3)
        for (name, value) in headers {
            if isWithheld(name, value, listed: listed, additions) { continue }
            sent.append((name, value))
        }
        if let (header, secret) = additions.credential {
            switch header {
            case .bearer: sent.append(("Authorization", "Bearer \(secret)"))
            case .key: sent.append(("Authorization", "Key \(secret)"))
            case .apiKey: sent.append(("x-api-key", secret))
            }
        }
        if let session = additions.sessionID { sent.append((sessionHeader, session)) }
        if additions.needsPlainBody { sent.append(("Accept-Encoding", "identity")) }
        return sent
    }

    private static func isWithheld(
        _ name: String, _ value: String, listed: [Substring], _ additions: Additions
    ) -> Bool {
        if isOfConnection(name) || isForGateway(name) { return true }
        // The engine writes the host and the length of the body; asking first whether a body is welcome costs a turn.
        if equal(name, "host") || equal(name, "content-length") || equal(name, "expect") { return true }
        if additions.needsPlainBody, equal(name, "accept-encoding") { return true }
        if TallyKeyHeader.secret(name, value) != nil { return true }
        return listed.contains { equal(name, $0) }
    }

    /// The headers of the response that is sent to the client.
    static func client(_ headers: [(name: String, value: String)]) -> HTTPHeaders {
        var listed: [Substring] = []
        for (name, value) in headers where equal(name, "connection") { listed += words(value) }
        var sent = HTTPHeaders()
        sent.reserveCapacity(headers.count + 3)
        for (name, value) in headers {
            if isOfConnection(name) || listed.contains(where: { equal(name, $0) }) { continue }
            sent.add(name: name, value: value)
        }
        return sent
    }

    /// Headers by their names in lower case; of a repeated one the first.
    static func table(_ headers: [(name: String, value: String)]) -> [String: String] {
        Dictionary(headers.lazy.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
    }

    private static func connectionHeaders(_ headers: HTTPHeaders) -> [Substring] {
        var listed: [Substring] = []
        for value in headers["connection"] { listed += words(value) }
        // These are always between two neighbours; a client that lists them says nothing new.
        return listed.filter { !equal("keep-alive", $0) && !equal("close", $0) }
    }

    private static func words(_ value: String) -> [Substring] {
        value.split(separator: ",").map { $0.trimming { $0 == " " || $0 == "\t" } }
    }

    private static func isOfConnection(_ name: String) -> Bool {
        switch name.utf8.count {
        case 2: equal(name, "te")
        case 7: equal(name, "upgrade") || equal(name, "trailer")
        case 10: equal(name, "connection") || equal(name, "keep-alive")
        case 16: equal(name, "proxy-connection")
        case 17: equal(name, "transfer-encoding")
        case 18: equal(name, "proxy-authenticate")
        case 19: equal(name, "proxy-authorization")
        default: false
        }
    }

    private static func isForGateway(_ name: String) -> Bool {
        begins(name, "x-tally-") || begins(name, "helicone-") || begins(name, "x-litellm-")
    }

    /// Whether a name begins with some text in lower case.
    static func begins(_ name: String, _ text: StaticString) -> Bool {
        guard name.utf8.count >= text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { text in
            for (byte, place) in zip(name.utf8, text.indices) {
                guard unsafe byte.lowered == text[place] else { return false }
            }
            return true
        }
    }

    /// Whether two names are the same without regard to case.
    static func equal(_ left: some StringProtocol, _ right: some StringProtocol) -> Bool {
        left.utf8.count == right.utf8.count && zip(left.utf8, right.utf8).allSatisfy { $0.lowered == $1.lowered }
    }
}

/// Where a request carries a Tally key.
enum TallyKeyHeader {
    /// The beginning of every Tally key.
    static let prefix = "tly_"
    /// The header for a Tally key beside the client's own credential.
    static let name = "x-tally-key"

    /// The Tally key in a header, `nil` when it holds none.
    static func secret(_ name: String, _ value: String) -> Substring? {
        switch name.utf8.count {
        case 13 where CallHeaders.equal(name, "authorization"):
            // `Bearer …` and `Key …`.
            guard let space = value.firstIndex(of: " ") else { return nil }
            let secret = value[value.index(after: space)...].drop { $0 == " " }
            return secret.hasPrefix(prefix) ? secret : nil
        case 9 where CallHeaders.equal(name, "x-api-key"), 14 where CallHeaders.equal(name, "x-goog-api-key"),
            7 where CallHeaders.equal(name, "api-key"):
            return value.hasPrefix(prefix) ? value[...] : nil
        default: return nil
        }
    }

    /// Whether a request carries a credential of the client's own.
    private static func hasCredential(_ headers: HTTPHeaders) -> Bool {
        ["authorization", "x-api-key", "x-goog-api-key", "api-key"].contains { headers.contains(name: $0) }
    }

    /// The Tally key of a request, `nil` when it carries none.
    ///
    /// - Parameter headers: The headers of the request.
    /// - Returns: The key, and whether it stands in the place of the client's own credential.
    static func secret(in headers: HTTPHeaders) -> (secret: Substring, replacesCredential: Bool)? {
        if let own = headers.first(name: name) { return (own[...], !hasCredential(headers)) }
        for (name, value) in headers {
            if let secret = secret(name, value) { return (secret, true) }
        }
        return nil
    }
}

extension UInt8 {
    /// The byte with an ASCII letter in lower case.
    fileprivate var lowered: UInt8 { self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self }
}

extension Substring {
    /// The text without the characters at both ends that satisfy a test.
    func trimming(_ isTrimmed: (Character) -> Bool) -> Substring {
        var text = drop(while: isTrimmed)
        while let last = text.last, isTrimmed(last) { text.removeLast() }
        return text
    }
}
