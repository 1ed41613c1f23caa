internal import Yams

/// YAML text to settings: the one place that knows the YAML library.
enum SettingsText {
    /// Mappings and lists within each other; more is refused.
    static let maximumDepth = 16

    /// Reads one YAML document.
    ///
    /// Every scalar keeps the text it was written with, and null is only what is written as null: no other type is
    /// guessed. Anchors and aliases are refused, since a few lines of them stand for any amount of text.
    ///
    /// - Parameters:
    ///   - text: The document.
    ///   - origin: Where it is from.
    /// - Returns: The document's value.
    /// - Throws: ``ConfigError`` when it is not YAML, is empty, is nested too deep, or repeats a key.
    static func parse(_ text: String, origin: SettingsOrigin) throws(ConfigError) -> SettingsNode {
        if let line = lineOfAlias(text) {
            throw ConfigError(
                file: origin.name, line: line, problem: "a YAML alias is not read here", mend: "write its value out")
        }
        let root: Node?
        do {
            // The basic resolver gives no scalar a type, so that the text stays untouched.
            root = try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
        } catch {
            throw Self.error(error, origin: origin)
        }
        guard let root else {
            throw ConfigError(
                file: origin.name, problem: "the file is empty", mend: "write at least one key, or remove the file")
        }
        return try node(root, origin: origin, line: 1, depth: 0)
    }

    private static func node(
        _ node: Node, origin: SettingsOrigin, line: Int, depth: Int
    ) throws(ConfigError) -> SettingsNode {
        let place = SettingsPlace(origin: origin, line: node.mark?.line ?? line)
        if depth > maximumDepth {
            throw place.error("values are nested deeper than \(maximumDepth)", mend: "write it flatter")
        }
        switch node {
        case .scalar(let scalar):
            return SettingsNode(value: isNull(scalar) ? .null : .text(scalar.string), place: place)
        case .sequence(let items):
            var list: [SettingsNode] = []
            for item in items {
                list.append(try Self.node(item, origin: origin, line: place.line, depth: depth + 1))
            }
            return SettingsNode(value: .list(list), place: place)
        case .mapping(let pairs):
            var entries: [SettingsNode.Entry] = []
            for (key, value) in pairs {
                let keyPlace = SettingsPlace(origin: origin, line: key.mark?.line ?? place.line)
                guard case .scalar(let name) = key else {
                    throw keyPlace.error("a key is not text", mend: "write 'KEY: VALUE' with a word as key")
                }
                let value = try Self.node(value, origin: origin, line: keyPlace.line, depth: depth + 1)
                entries.append(SettingsNode.Entry(key: name.string, place: keyPlace, value: value))
            }
            return SettingsNode(value: .mapping(entries), place: place)
        case .alias:
            throw place.error("a YAML alias is not read here", mend: "write its value out")
        }
    }

    private static func isNull(_ scalar: Node.Scalar) -> Bool {
        scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    private static func error(_ error: any Error, origin: SettingsOrigin) -> ConfigError {
        let advice = "mend the YAML there: indentation, quotes, colons and brackets"
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return ConfigError(
                file: origin.name, line: mark.line, problem: "not YAML at column \(mark.column): \(problem)",
                mend: advice)
        case .duplicatedKeysInMapping(let keys, let context):
            return ConfigError(
                file: origin.name, line: context.mark.line,
                problem: "the key \(quoted(keys.first ?? "")) occurs twice in one mapping", mend: "keep one of them")
        case .reader(let problem, _, _, _):
            return ConfigError(
                file: origin.name, problem: "not YAML: \(problem)", mend: "save the file as plain UTF-8 text")
        default:
            return ConfigError(file: origin.name, problem: "not YAML", mend: advice)
        }
    }

    /// The line of the first `*name` for which there is an `&name`, or `nil`.
    ///
    /// Looked for in the bytes, before the library expands aliases. Either alone is ordinary text.
    private static func lineOfAlias(_ text: String) -> Int? {
        var anchors: Set<String> = []
        var aliases: [(name: String, line: Int)] = []
        let bytes = Array(text.utf8)
        var line = 1
        for (index, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "\n") { line += 1 }
            guard byte == UInt8(ascii: "&") || byte == UInt8(ascii: "*") else { continue }
            if index > 0, isNameByte(bytes[index - 1]) { continue }
            let name = String(decoding: bytes[(index + 1)...].prefix(while: isNameByte), as: UTF8.self)
            if name.isEmpty { continue }
            if byte == UInt8(ascii: "&") { anchors.insert(name) } else { aliases.append((name, line)) }
        }
        return aliases.first { anchors.contains($0.name) }?.line
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
