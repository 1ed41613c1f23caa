/// Goes through an XML document as services answer with: elements and text, without a document type.
///
/// Attributes are passed over, names lose their prefix. What is not well formed, or is nested deeper than
/// ``maximumDepth``, ends it.
struct XMLText {
    /// What comes next; each with the names of the elements it is in.
    enum Item: Equatable {
        case start([String])
        case end([String])
        case text([String], String)
    }

    static let maximumDepth = 32

    private let bytes: [UInt8]
    private var index = 0
    private var path: [String] = []
    private var pendingEnd = false
    private var hasRoot = false
    private var isBroken = false

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Whether the document was gone through to its end, and is well formed.
    var isWhole: Bool { !isBroken && hasRoot && path.isEmpty && index == bytes.count }

    /// The next item; `nil` at the end, or where the document breaks off.
    mutating func next() -> Item? {
        if pendingEnd { return close() }
        while !isBroken, index < bytes.count {
            guard bytes[index] == UInt8(ascii: "<") else {
                if let text = text() { return .text(path, text) }
                continue
            }
            if skip("<?", until: "?>") || skip("<!--", until: "-->") { continue }
            if starts("<![CDATA[") { return characterData() }
            if starts("</") { return endTag() }
            return startTag()
        }
        return nil
    }

    private mutating func close() -> Item? {
        pendingEnd = false
        defer { path.removeLast() }
        return .end(path)
    }

    private mutating func text() -> String? {
        let start = index
        while index < bytes.count, bytes[index] != UInt8(ascii: "<") { index += 1 }
        let raw = bytes[start..<index]
        guard !path.isEmpty else {
            if !raw.allSatisfy(Self.isSpace) { isBroken = true }
            return nil
        }
        if raw.allSatisfy(Self.isSpace) { return nil }
        guard let text = Self.unescaped(raw) else {
            isBroken = true
            return nil
        }
        return text
    }

    private mutating func characterData() -> Item? {
        let start = index + 9
        guard !path.isEmpty, let end = place(of: "]]>", from: start) else { return broken() }
        index = end + 3
        return .text(path, String(decoding: bytes[start..<end], as: UTF8.self))
    }

    private mutating func endTag() -> Item? {
        guard let end = place(of: ">", from: index) else { return broken() }
        let name = Self.name(bytes[(index + 2)..<end])
        guard name == path.last else { return broken() }
        index = end + 1
        return close()
    }

    private mutating func startTag() -> Item? {
        var end = index + 1
        var quote: UInt8?
        while end < bytes.count {
            let byte = bytes[end]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ">") {
                break
            }
            end += 1
        }
        let name = Self.name(bytes[min(index + 1, bytes.count)..<min(end, bytes.count)])
        guard end < bytes.count, !name.isEmpty, !name.hasPrefix("!"), path.count < Self.maximumDepth,
            !path.isEmpty || !hasRoot
        else { return broken() }
        pendingEnd = bytes[end - 1] == UInt8(ascii: "/")
        hasRoot = true
        index = end + 1
        path.append(name)
        return .start(path)
    }

    private mutating func broken() -> Item? {
        isBroken = true
        return nil
    }

    private mutating func skip(_ start: String, until end: String) -> Bool {
        guard starts(start) else { return false }
        guard let place = place(of: end, from: index) else {
            isBroken = true
            return true
        }
        index = place + end.utf8.count
        return true
    }

    private func starts(_ text: String) -> Bool { bytes[index...].starts(with: text.utf8) }

    private func place(of text: String, from start: Int) -> Int? {
        var place = start
        while place + text.utf8.count <= bytes.count {
            if bytes[place...].starts(with: text.utf8) { return place }
            place += 1
        }
        return nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// The name of a tag, without prefix and attributes.
    private static func name(_ tag: ArraySlice<UInt8>) -> String {
        let whole = tag.prefix { !isSpace($0) && $0 != UInt8(ascii: "/") }
        let local = whole.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).last ?? []
        return String(decoding: local, as: UTF8.self)
    }

    /// Text with its references resolved; `nil` when one is not known.
    private static func unescaped(_ raw: ArraySlice<UInt8>) -> String? {
        guard raw.contains(UInt8(ascii: "&")) else { return String(decoding: raw, as: UTF8.self) }
        let parts = String(decoding: raw, as: UTF8.self).split(separator: "&", omittingEmptySubsequences: false)
        var text = String(parts[0])
        for part in parts.dropFirst() {
            guard let end = part.firstIndex(of: ";"), let scalar = reference(part[..<end]) else { return nil }
            text.unicodeScalars.append(scalar)
            text += part[part.index(after: end)...]
        }
        return text
    }

    private static func reference(_ name: Substring) -> Unicode.Scalar? {
        switch name {
        case "amp": "&"
        case "lt": "<"
        case "gt": ">"
        case "quot": "\""
        case "apos": "'"
        default:
            if name.hasPrefix("#x") {
                UInt32(name.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init)
            } else if name.hasPrefix("#") {
                UInt32(name.dropFirst()).flatMap(Unicode.Scalar.init)
            } else {
                nil
            }
        }
    }
}
