/// A place in a document (RFC 6901): `/data/0/id`; empty text is the whole document.
package struct JSONPointer: Sendable, Equatable {
    /// The pointer as it was written.
    package let text: String
    private let names: [String]

    /// Reads a pointer; `nil` when it neither is empty nor begins with a slash, or has a tilde that escapes nothing.
    package init?(_ text: String) {
        self.text = text
        if text.isEmpty {
            names = []
            return
        }
        guard text.hasPrefix("/") else { return nil }
        var names: [String] = []
        for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "~", omittingEmptySubsequences: false)
            var name = String(pieces[0])
            for piece in pieces.dropFirst() {
                guard let escaped = piece.first, escaped == "0" || escaped == "1" else { return nil }
                name += (escaped == "0" ? "~" : "/") + piece.dropFirst()
            }
            names.append(name)
        }
        self.names = names
    }

    /// The value at the place; `nil` when there is none.
    package func value(in root: JSONValue) -> JSONValue? {
        var value: JSONValue? = root
        for name in names {
            guard let current = value else { return nil }
            if current.kind == .array {
                guard let index = Int(name), index >= 0, index < current.count else { return nil }
                value = current.elements.dropFirst(index).first { _ in true }
            } else {
                value = current[name]
            }
        }
        return value
    }
}
