/// A response as a client saw it.
package struct SeenResponse: Sendable {
    /// How it ended.
    package enum Ending: Sendable {
        /// As its framing says.
        case whole
        /// With the connection, as its framing says.
        case withConnection
        /// The connection was broken off before.
        case cutOff
        /// Nothing more came.
        case silent
    }

    /// The status; 0 where there was no head.
    package var status = 0
    /// The words behind the status.
    package var reason = ""
    /// Its version, such as `HTTP/1.1`.
    package var version = ""
    /// The header fields in order, names as they came.
    package var fields: [(name: String, value: String)] = []
    /// The body, out of its chunks.
    package var body: [UInt8] = []
    /// How it ended.
    package var ending = Ending.cutOff
    /// The statuses of the heads before it.
    package var interim: [Int] = []

    /// One of which nothing was seen.
    package init() {}

    /// The body as text.
    package var text: String { String(decoding: body, as: UTF8.self) }

    /// The value of a header field, by its name in lower case; of several the first.
    package subscript(_ name: String) -> String? { fields.first { $0.name.lowercased() == name }?.value }

    /// Reads a response from the front of what came.
    ///
    /// - Parameters:
    ///   - bytes: What came.
    ///   - ending: How the connection ended, if it did.
    ///   - hasBody: Whether a body follows the head as its framing says; not to `HEAD`.
    /// - Returns: The response and how many bytes it took; `nil` while more has to come.
    package static func read(
        _ bytes: ArraySlice<UInt8>, ending: TestSocket.Ending?, hasBody: Bool
    ) -> (response: SeenResponse, count: Int)? {
        var response = SeenResponse()
        if ending == .silent { response.ending = .silent }
        var rest = bytes
        func cut() -> (SeenResponse, Int)? { ending == nil ? nil : (response, bytes.count) }
        while true {
            guard let end = rest.firstRange(of: Array("\r\n\r\n".utf8)) else { return cut() }
            response.readHead(rest[..<end.lowerBound])
            rest = rest[end.upperBound...]
            if response.status >= 200 { break }
            response.interim.append(response.status)
        }
        func whole(_ end: Int, _ ending: Ending = .whole) -> (SeenResponse, Int) {
            response.ending = ending
            return (response, end - bytes.startIndex)
        }
        if !hasBody || response.status == 204 || response.status == 304 { return whole(rest.startIndex) }
        if response["transfer-encoding"] != nil {
            return response.readChunks(&rest) ? whole(rest.startIndex) : cut()
        }
        if let length = response["content-length"].flatMap({ Int($0) }) {
            response.body = Array(rest.prefix(length))
            return response.body.count == length ? whole(rest.startIndex + length) : cut()
        }
        response.body = Array(rest)
        return ending == .closed ? whole(rest.endIndex, .withConnection) : cut()
    }

    /// Whether a response may be there as a whole, as far as that is told without reading its body.
    ///
    /// - Parameter bytes: What came of it.
    /// - Returns: `false` where its head, its length or its chunks say that more has to come.
    package static func mayBeWhole(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return false }
        var response = SeenResponse()
        response.readHead(bytes[..<end.lowerBound])
        if response.status < 200 { return true }
        if response["transfer-encoding"] != nil { return bytes.suffix(5).elementsEqual("0\r\n\r\n".utf8) }
        return response["content-length"].flatMap { Int($0) }.map { bytes.endIndex - end.upperBound >= $0 } ?? true
    }

    private mutating func readHead(_ bytes: ArraySlice<UInt8>) {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
        let words = (lines.first ?? "").split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        version = String(words.first ?? "")
        status = words.count > 1 ? Int(words[1]) ?? 0 : 0
        reason = words.count > 2 ? String(words[2]) : ""
        fields = lines.dropFirst().map { line in
            let name = line.prefix { $0 != ":" }
            return (String(name), line.dropFirst(name.count + 1).drop { $0 == " " }.description)
        }
    }

    /// Takes the body out of its chunks; whether the last one was there.
    private mutating func readChunks(_ rest: inout ArraySlice<UInt8>) -> Bool {
        let lineEnd = Array("\r\n".utf8)
        while let end = rest.firstRange(of: lineEnd) {
            let size = rest[..<end.lowerBound].prefix { $0 != UInt8(ascii: ";") }
            guard let count = Int(String(decoding: size, as: UTF8.self), radix: 16) else { return false }
            let data = rest[end.upperBound...]
            if count == 0 {
                guard let last = rest[end.lowerBound...].firstRange(of: lineEnd + lineEnd) else { return false }
                rest = rest[last.upperBound...]
                return true
            }
            body += data.prefix(count)
            guard data.count >= count + 2 else { return false }
            rest = data.dropFirst(count + 2)
        }
        return false
    }
}
