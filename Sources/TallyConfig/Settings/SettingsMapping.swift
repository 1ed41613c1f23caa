internal import TallyCore

/// A mapping being read: knows its keys, and names place, key and mend when something does not fit.
struct SettingsMapping {
    /// Keys with values, in the order of the file.
    let entries: [SettingsNode.Entry]
    /// Where the mapping stands.
    let place: SettingsPlace
    /// What to write before a key to name it from the top of the file: empty, or ends in a dot.
    let prefix: String

    /// Reads a node as a mapping.
    ///
    /// - Parameters:
    ///   - node: The node; null is an empty mapping.
    ///   - name: Its name from the top of the file, empty for the top itself.
    ///   - known: The keys it may have, `nil` for any.
    /// - Throws: ``ConfigError`` when it is no mapping or has a key that is not known.
    init(_ node: SettingsNode, name: String, known: [String]?) throws(ConfigError) {
        switch node.value {
        case .mapping(let entries): self.entries = entries
        case .null: entries = []
        default:
            throw node.place.error(
                "\(name.isEmpty ? "the file" : name) is \(node.shape) where a mapping belongs",
                mend: known.map { "write 'KEY: VALUE' with the keys \($0.joined(separator: ", "))" }
                    ?? "write 'NAME: VALUE'")
        }
        place = node.place
        prefix = name.isEmpty ? "" : name + "."
        guard let known else { return }
        for entry in entries where !known.contains(entry.key) {
            throw entry.place.error(
                "unknown key \(quoted(entry.key))", mend: NearestName.mend(for: entry.key, among: known))
        }
    }

    /// The value of a key, `nil` when it is missing or null.
    func node(_ key: String) -> SettingsNode? {
        guard let value = entries.first(where: { $0.key == key })?.value else { return nil }
        if case .null = value.value { return nil }
        return value
    }

    /// The text of a key, `nil` when it is missing or null.
    ///
    /// - Throws: ``ConfigError`` when it is no text or empty.
    func text(_ key: String) throws(ConfigError) -> String? {
        guard let node = node(key) else { return nil }
        return try node.text(name: prefix + key)
    }

    /// The text of a key that has to be there.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - mend: What to write when it is missing.
    /// - Returns: The text.
    /// - Throws: ``ConfigError`` when it is missing, no text, or empty.
    func requiredText(_ key: String, mend: String) throws(ConfigError) -> String {
        guard let text = try text(key) else { throw place.error("\(prefix)\(key) is missing", mend: mend) }
        return text
    }

    /// A whole number, `nil` when the key is missing.
    ///
    /// - Throws: ``ConfigError`` when it is no whole number or outside the range.
    func integer(_ key: String, in range: ClosedRange<Int64>) throws(ConfigError) -> Int64? {
        guard let node = node(key) else { return nil }
        let text = try node.text(name: prefix + key)
        let limits = "write a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard let number = Int64(text) else {
            throw node.place.error("\(prefix)\(key) \(quoted(text)) is not a whole number", mend: limits)
        }
        if !range.contains(number) {
            throw node.place.error("\(prefix)\(key) \(quoted(text)) is out of range", mend: limits)
        }
        return number
    }

    /// A truth value, `nil` when the key is missing.
    func boolean(_ key: String) throws(ConfigError) -> Bool? {
        guard let node = node(key) else { return nil }
        let text = try node.text(name: prefix + key)
        switch text {
        case "true": return true
        case "false": return false
        default:
            throw node.place.error("\(prefix)\(key) \(quoted(text)) is neither yes nor no", mend: "write true or false")
        }
    }

    /// The items of a list, each with its name; none when the key is missing.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - item: What an item is, for the error.
    /// - Returns: The items.
    /// - Throws: ``ConfigError`` when it is no list.
    func list(_ key: String, of item: String) throws(ConfigError) -> [(name: String, node: SettingsNode)] {
        try node(key)?.list(name: prefix + key, of: item) ?? []
    }

    /// The texts of a list, each with its place; none when the key is missing.
    func texts(_ key: String, of item: String) throws(ConfigError) -> [(text: String, place: SettingsPlace)] {
        try node(key)?.texts(name: prefix + key, of: item) ?? []
    }

    /// A mapping within this one; an empty one when the key is missing.
    func mapping(_ key: String, known: [String]?) throws(ConfigError) -> SettingsMapping {
        let node = node(key) ?? SettingsNode(value: .null, place: place)
        return try SettingsMapping(node, name: prefix + key, known: known)
    }
}

extension SettingsNode {
    /// The node's text.
    ///
    /// - Parameter name: The node's name from the top of the file.
    /// - Returns: The text.
    /// - Throws: ``ConfigError`` when it is a list, a mapping, null, or nothing but space.
    func text(name: String) throws(ConfigError) -> String {
        guard case .text(let text) = value else {
            throw place.error("\(name) is \(shape) where a single value belongs", mend: "write one value")
        }
        if text.utf8.allSatisfy({ $0 == UInt8(ascii: " ") }) {
            throw place.error("\(name) is empty", mend: "write a value, or remove the key")
        }
        return text
    }

    /// The items of a list, each with its name from the top of the file; null has none.
    ///
    /// - Parameters:
    ///   - name: The list's name from the top of the file.
    ///   - item: What an item is, for the error.
    /// - Returns: The items.
    /// - Throws: ``ConfigError`` when it is no list.
    func list(name: String, of item: String) throws(ConfigError) -> [(name: String, node: SettingsNode)] {
        switch value {
        case .list(let items): items.enumerated().map { ("\(name)[\($0.offset)]", $0.element) }
        case .null: []
        case .text, .mapping:
            throw place.error("\(name) is \(shape) where a list belongs", mend: "write a list of \(item), or []")
        }
    }

    /// The texts of a list, each with its place; null has none.
    func texts(name: String, of item: String) throws(ConfigError) -> [(text: String, place: SettingsPlace)] {
        var texts: [(text: String, place: SettingsPlace)] = []
        for (name, node) in try list(name: name, of: item) {
            texts.append((try node.text(name: name), node.place))
        }
        return texts
    }
}
