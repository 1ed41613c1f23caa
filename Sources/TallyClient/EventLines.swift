/// Takes the data of server-sent events out of a stream, wherever its bytes are cut (WHATWG HTML, 9.2.6).
struct EventLines {
    private var line: [UInt8] = []
    private var data: [UInt8]?
    private var lastWasReturn = false

    private static let field = Array("data".utf8)

    /// Reads bytes.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes.
    ///   - events: Gets the data of each event that ends in them.
    mutating func read(_ bytes: [UInt8], into events: inout [String]) {
        for byte in bytes {
            if byte == UInt8(ascii: "\n"), lastWasReturn {
                lastWasReturn = false
                continue
            }
            lastWasReturn = byte == UInt8(ascii: "\r")
            if lastWasReturn || byte == UInt8(ascii: "\n") {
                endLine(into: &events)
            } else {
                line.append(byte)
            }
        }
    }

    private mutating func endLine(into events: inout [String]) {
        defer { line.removeAll(keepingCapacity: true) }
        if line.isEmpty {
            if let data { events.append(String(decoding: data, as: UTF8.self)) }
            data = nil
            return
        }
        let name = line.prefix { $0 != UInt8(ascii: ":") }
        guard name.elementsEqual(Self.field) else { return }
        var value = line.dropFirst(name.count + 1)
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        data = data.map { $0 + [UInt8(ascii: "\n")] + value } ?? Array(value)
    }
}
