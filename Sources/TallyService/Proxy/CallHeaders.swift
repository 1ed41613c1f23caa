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
        // Of two credentials it would be left to the upstream whose account is charged.
        let isReplaced = additions.credential != nil && TallyKeyHeader.isCredential(name)
        if isReplaced || TallyKeyHeader.secret(name, value) != nil { return true }
        return listed.contains { isSame(name, $0) }
    }

    /// The headers of the response that is sent to the client.
    ///
    /// Those that another Tally on the way has added do not pass: they tell of its own event.
    static func client(_ headers: [(name: String, value: String)]) -> [(name: String, value: String)] {
        var listed: [Substring] = []
        var isCoded = false
        for (name, value) in headers {
            if equal(name, "connection") { listed += words(value) }
            if equal(name, "transfer-encoding") { isCoded = true }
        }
        var sent: [(name: String, value: String)] = []
        sent.reserveCapacity(headers.count + 3)
        for (name, value) in headers {
            if isOfConnection(name) || begins(name, "x-tally-") || listed.contains(where: { isSame(name, $0) }) {
                continue
            }
            // A length beside a transfer coding does not hold (RFC 9112, 6.3), and one that nobody can count to leaves
            // the client waiting for the rest.
            if equal(name, "content-length"), isCoded || Int(value) == nil { continue }
            // A header that cannot be written must not cost the client the response.
            if !isWellFormed(name, value) { continue }
            sent.append((name, value))
        }
        return sent
    }

    /// Whether a header may be written as it is: a name of the characters of tokens, a value without controls.
    private static func isWellFormed(_ name: String, _ value: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy(\.isOfToken)
            && value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == UInt8(ascii: "\t") }
    }

    /// Headers by their names in lower case; of a repeated one the first, and no length that does not hold.
    static func table(_ headers: [(name: String, value: String)]) -> [String: String] {
        var table = Dictionary(headers.lazy.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
        if table["transfer-encoding"] != nil { table["content-length"] = nil }
        return table
    }

    private static func connectionHeaders(_ headers: HTTPHeaders) -> [Substring] {
        var listed: [Substring] = []
        for value in headers["connection"] { listed += words(value) }
        // These are always between two neighbours; a client that lists them says nothing new.
        return listed.filter { !equal($0, "keep-alive") && !equal($0, "close") }
    }

    private static func words(_ value: String) -> [Substring] {
        value.utf8.split(separator: UInt8(ascii: ",")).map { Substring($0).withoutOuterSpace }
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

    /// Whether a name begins with some text, which is in lower case, without regard to its own case.
    static func begins(_ name: String, _ text: StaticString) -> Bool {
        begins(name.utf8, text)
    }

    /// Whether some text, which is in lower case, stands in a value, without regard to the value's case.
    static func contains(_ value: String, _ text: StaticString) -> Bool {
        var rest = value.utf8[...]
        while rest.count >= text.utf8CodeUnitCount {
            if begins(rest, text) { return true }
            rest.removeFirst()
        }
        return false
    }

    /// Whether a name is some text, which is in lower case, without regard to its own case.
    static func equal(_ name: some StringProtocol, _ text: StaticString) -> Bool {
        name.utf8.count == text.utf8CodeUnitCount && begins(name.utf8, text)
    }

    private static func begins(_ bytes: some Collection<UInt8>, _ text: StaticString) -> Bool {
        let wanted = unsafe UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        let inOnePiece = bytes.withContiguousStorageIfAvailable { found in
            guard found.count >= wanted.count else { return false }
            for place in 0..<wanted.count where unsafe found[place].lowered != wanted[place] { return false }
            return true
        }
        if let inOnePiece { return inOnePiece }
        // A text that another system has made may lie elsewhere in pieces.
        return unsafe bytes.prefix(wanted.count).elementsEqual(wanted) { $0.lowered == $1 }
    }

    /// Whether two names are the same without regard to case.
    private static func isSame(_ left: some StringProtocol, _ right: some StringProtocol) -> Bool {
        left.utf8.count == right.utf8.count && zip(left.utf8, right.utf8).allSatisfy { $0.lowered == $1.lowered }
    }
}

extension UInt8 {
    /// The byte with an ASCII letter in lower case.
    fileprivate var lowered: UInt8 { self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self }

    /// Whether it may stand in the name of a header (RFC 9110, 5.6.2).
    fileprivate var isOfToken: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: "!"), UInt8(ascii: "#")...UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}

extension Substring {
    /// The text without the spaces and tabs at both ends.
    var withoutOuterSpace: Substring {
        func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        var text = utf8.drop(while: isSpace)
        while let last = text.last, isSpace(last) { text.removeLast() }
        return Substring(text)
    }
}
