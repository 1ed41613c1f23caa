import FakeProvider

/// A response as its bytes came, taken apart.
struct RawAnswer {
    let bytes: [UInt8]
    let ending: RawClient.Ending
    let status: Int
    /// The header fields in order, names as they came.
    let fields: [(name: String, value: String)]
    /// The body, out of its chunks.
    let body: [UInt8]
    /// The chunks of a chunked body.
    let chunks: [[UInt8]]
    /// Whether a chunked body has its last chunk.
    let hasLastChunk: Bool

    /// Sends one request on a connection of its own and reads until that is closed.
    static func to(
        _ provider: FakeProvider, _ path: String, method: String = "POST", _ body: String = "{}",
        _ script: (ScriptItem, String)...
    ) throws -> RawAnswer {
        let client = try RawClient(port: provider.port)
        var lines = ["\(method) \(path) HTTP/1.1", "host: fake", "connection: close"]
        if method != "GET" { lines.append("content-length: \(body.utf8.count)") }
        lines += script.map { "X-Fake-\($0.0.rawValue): \($0.1)" }
        client.send(lines.joined(separator: "\r\n") + "\r\n\r\n" + (method == "GET" ? "" : body))
        let (bytes, ending) = client.readToEnd()
        return RawAnswer(bytes, ending)
    }

    init(_ bytes: [UInt8], _ ending: RawClient.Ending) {
        (self.bytes, self.ending) = (bytes, ending)
        let text = Array("\r\n\r\n".utf8)
        let end = bytes.firstRange(of: text)?.lowerBound ?? bytes.count
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        status = lines.first.flatMap { Int($0.split(separator: " ").dropFirst().first ?? "") } ?? 0
        fields = lines.dropFirst().map { line in
            let name = line.prefix { $0 != ":" }
            return (String(name), String(line.dropFirst(name.count + 2)))
        }
        let rest = Array(bytes.dropFirst(end + 4))
        if fields.contains(where: { $0.name == "transfer-encoding" }) {
            (chunks, hasLastChunk) = Self.chunks(of: rest)
            body = Array(chunks.joined())
        } else {
            (chunks, hasLastChunk, body) = ([], false, rest)
        }
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The `data` of each event of a stream.
    var events: [String] {
        text.split(separator: "\n").filter { $0.hasPrefix("data: ") }.map { String($0.dropFirst(6)) }
    }

    subscript(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    private static func chunks(of bytes: [UInt8]) -> ([[UInt8]], Bool) {
        var chunks: [[UInt8]] = []
        var rest = bytes[...]
        while let end = rest.firstRange(of: Array("\r\n".utf8)) {
            guard let size = Int(String(decoding: rest[..<end.lowerBound], as: UTF8.self), radix: 16) else { break }
            if size == 0 { return (chunks, true) }
            let chunk = rest[end.upperBound...].prefix(size)
            chunks.append(Array(chunk))
            rest = rest[end.upperBound...].dropFirst(size + 2)
        }
        return (chunks, false)
    }
}
