/// Where a value of a settings file is from.
struct SettingsPlace: Sendable, Equatable {
    /// The file.
    let origin: SettingsOrigin
    /// The line, from 1.
    let line: Int

    /// An error about what stands here.
    func error(_ problem: String, mend: String) -> ConfigError {
        ConfigError(file: origin.name, line: line, problem: problem, mend: mend)
    }
}

/// A value of a settings file: text stays as it was written, so that no number is rounded on the way.
struct SettingsNode: Sendable {
    /// What stands there.
    let value: Value
    /// Where it stands.
    let place: SettingsPlace

    /// The shapes a value has.
    enum Value: Sendable {
        /// Nothing, `~` or `null`, which everywhere means "not said".
        case null
        /// A scalar's own text.
        case text(String)
        /// A list.
        case list([SettingsNode])
        /// Keys with values, in the order of the file; no key occurs twice.
        case mapping([Entry])
    }

    /// A key with its value.
    struct Entry: Sendable {
        /// The key.
        let key: String
        /// Where the key stands.
        let place: SettingsPlace
        /// The value.
        let value: SettingsNode
    }

    /// What a person calls the shape.
    var shape: String {
        switch value {
        case .null: "nothing"
        case .text: "text"
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }

    /// This value with another one laid over it: mappings merge key by key, anything else replaces, null keeps.
    func overlaid(with other: SettingsNode) -> SettingsNode {
        if case .null = other.value { return self }
        guard case .mapping(let entries) = value, case .mapping(let others) = other.value else { return other }
        var merged = entries
        var positions: [String: Int] = [:]
        for (index, entry) in entries.enumerated() { positions[entry.key] = index }
        for entry in others {
            if let index = positions[entry.key] {
                let value = merged[index].value.overlaid(with: entry.value)
                merged[index] = Entry(key: entry.key, place: entry.place, value: value)
            } else {
                merged.append(entry)
            }
        }
        return SettingsNode(value: .mapping(merged), place: other.place)
    }
}
