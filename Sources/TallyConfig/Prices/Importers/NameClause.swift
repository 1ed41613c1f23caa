internal import FastJSON
internal import TallyCore

/// One condition under which a table takes a name for a model.
struct NameClause: Hashable {
    /// How the literal is compared; always without regard to case.
    enum Kind: Hashable {
        case equals
        case startsWith
        case endsWith
        case contains
        /// The literal is a pattern in the form of ``NamePattern``.
        case pattern
    }

    let kind: Kind
    /// The text, in lower case.
    let literal: String

    init(_ kind: Kind, _ literal: String) {
        self.kind = kind
        self.literal = literal.lowercased()
    }

    /// The name or pattern that says the same.
    var name: String {
        switch kind {
        case .equals, .pattern: literal
        case .startsWith: literal + "*"
        case .endsWith: "*" + literal
        case .contains: "*" + literal + "*"
        }
    }

    /// Whether every name that fits the other clause fits this one, as far as the texts show.
    func covers(_ other: NameClause) -> Bool {
        switch (kind, other.kind) {
        case (.equals, .equals), (.pattern, .pattern): literal == other.literal
        case (.equals, _): false
        case (.pattern, .equals): NamePattern(literal).matches(Array(other.literal.utf8))
        case (.pattern, _): false
        case (.startsWith, .equals), (.startsWith, .startsWith), (.startsWith, .pattern):
            other.literal.hasPrefix(literal)
        case (.startsWith, _): false
        case (.endsWith, .equals), (.endsWith, .endsWith), (.endsWith, .pattern): other.literal.hasSuffix(literal)
        case (.endsWith, _): false
        case (.contains, _): other.literal.contains(literal)
        }
    }

    /// The clauses any of which is enough, and those that are of another kind, as text.
    static func all(in value: JSONValue) -> (clauses: [NameClause], unread: [String]) {
        var clauses: [NameClause] = []
        var unread: [String] = []
        for (key, clause) in value.members {
            switch key {
            case "or":
                for element in clause.elements {
                    let inner = all(in: element)
                    clauses += inner.clauses
                    unread += inner.unread
                }
            case "equals": if let text = clause.string { clauses.append(NameClause(.equals, text)) }
            case "starts_with": if let text = clause.string { clauses.append(NameClause(.startsWith, text)) }
            case "ends_with": if let text = clause.string { clauses.append(NameClause(.endsWith, text)) }
            case "contains": if let text = clause.string { clauses.append(NameClause(.contains, text)) }
            case "regex":
                guard let text = clause.string else { continue }
                if let pattern = pattern(regex: text) {
                    clauses.append(NameClause(.pattern, pattern))
                } else {
                    unread.append("the expression \(text)")
                }
            default: unread.append("the condition \(key)")
            }
        }
        return (clauses, unread)
    }

    /// The pattern of a regular expression that has nothing but text, digits (`\d`, `\d{4}`) and anchors.
    static func pattern(regex: String) -> String? {
        var rest = Substring(regex)
        var pattern = ""
        if rest.hasPrefix("^") { rest.removeFirst() } else { pattern = "*" }
        while let sign = rest.popFirst() {
            switch sign {
            case "$":
                return rest.isEmpty ? pattern : nil
            case "\\":
                guard let escaped = rest.popFirst() else { return nil }
                if escaped == "d" {
                    guard let count = count(&rest) else { return nil }
                    pattern += String(repeating: "#", count: count)
                } else if escaped.isLetter || escaped.isNumber {
                    return nil
                } else {
                    pattern.append(escaped)
                }
            case "[", "]", "(", ")", "{", "}", "|", "?", "*", "+", ".", "^", "#": return nil
            default: pattern.append(sign)
            }
        }
        return pattern + "*"
    }

    /// The number in `{4}`, taken off; one when there is none.
    private static func count(_ rest: inout Substring) -> Int? {
        guard rest.hasPrefix("{") else { return 1 }
        guard let end = rest.firstIndex(of: "}"), let count = Int(rest[rest.index(after: rest.startIndex)..<end]),
            (1...64).contains(count)
        else { return nil }
        rest = rest[rest.index(after: end)...]
        return count
    }
}
