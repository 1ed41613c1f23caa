/// Why an item of a script cannot be followed.
struct ScriptError: Error, CustomStringConvertible {
    let description: String

    static func unknown(_ name: String) -> ScriptError {
        let names = ScriptItem.allCases.map(\.rawValue).joined(separator: ", ")
        return ScriptError(description: "x-fake-\(name): there is no such item; there are \(names)")
    }

    static func bad(_ item: ScriptItem, _ value: String) -> ScriptError {
        ScriptError(description: "x-fake-\(item.rawValue): \(value): may be \(item.values) (\(item.effect))")
    }
}
