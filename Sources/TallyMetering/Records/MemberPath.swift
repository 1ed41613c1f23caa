internal import FastJSON

/// Where in a JSON record a field stands: the name of a member, or a pointer (RFC 6901) that begins with a slash.
struct MemberPath: Sendable, Equatable {
    /// The names from the outermost in.
    private let names: [String]
    /// The path as it was written, cut to a length that keeps a reason one line.
    let shown: String

    /// A path.
    ///
    /// - Throws: ``RecordFailure`` for a pointer with a tilde that escapes nothing.
    init(_ text: String) throws(RecordFailure) {
        shown = RecordFailure.shown(text)
        guard text.hasPrefix("/") else {
            names = [text]
            return
        }
        var names: [String] = []
        for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            names.append(try Self.unescaped(part, of: shown))
        }
        self.names = names
    }

    private static func unescaped(_ part: Substring, of shown: String) throws(RecordFailure) -> String {
        var name = ""
        var isEscaped = false
        for character in part {
            if isEscaped {
                guard character == "0" || character == "1" else { break }
                name.append(character == "0" ? "~" : "/")
                isEscaped = false
            } else if character == "~" {
                isEscaped = true
            } else {
                name.append(character)
            }
        }
        if isEscaped {
            throw RecordFailure("'\(shown)' has a ~ that escapes nothing; write ~0 for ~ and ~1 for / in a pointer")
        }
        return name
    }

    /// What stands there; `nil` when nothing does.
    func value(in record: JSONValue) -> JSONValue? {
        var value = record
        for name in names {
            guard let next = Self.step(name, from: value) else { return nil }
            value = next
        }
        return value
    }

    private static func step(_ name: String, from value: JSONValue) -> JSONValue? {
        switch value.kind {
        case .object:
            // The last of several of one name counts, as for other readers of JSON.
            var found: JSONValue?
            for (key, member) in value.members where key == name { found = member }
            return found
        case .array:
            // Digits without a zero before them (RFC 6901, 4).
            guard let index = Int(name), String(index) == name, index >= 0, index < value.count else { return nil }
            var elements = value.elements
            for _ in 0..<index { _ = elements.next() }
            return elements.next()
        case .null, .bool, .number, .string: return nil
        }
    }
}
