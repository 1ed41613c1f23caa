import Testing

@testable import TallyConfig

struct SettingsTextTests {
    /// A node as compact text, to compare by.
    private func show(_ node: SettingsNode) -> String {
        switch node.value {
        case .null: "-"
        case .text(let text): text
        case .list(let items): "[" + items.map(show).joined(separator: ",") + "]"
        case .mapping(let entries): "{" + entries.map { "\($0.key):\(show($0.value))" }.joined(separator: ",") + "}"
        }
    }

    private func parse(_ text: String, _ name: String = "f.yaml") throws -> SettingsNode {
        try SettingsText.parse(text, origin: .file(name))
    }

    @Test(arguments: [
        ("a: 0.10", "{a:0.10}"), ("a: 1e3", "{a:1e3}"), ("a: 0x10", "{a:0x10}"), ("a: yes", "{a:yes}"),
        ("a: 16:30", "{a:16:30}"), ("a: 2025-06-10", "{a:2025-06-10}"), ("a: null", "{a:-}"), ("a: ~", "{a:-}"),
        ("a:", "{a:-}"), ("a: \"null\"", "{a:null}"), ("a: ''", "{a:}"), ("a: [1, 2]", "{a:[1,2]}"),
        ("1: x", "{1:x}"), ("a: x*y & z", "{a:x*y & z}"), ("a: \"*\"\nb: &c", "{a:*,b:-}"),
        ("a: 10&x=*x", "{a:10&x=*x}"),
    ])
    func keepsTheTextOfValues(text: String, expected: String) throws {
        #expect(show(try parse(text)) == expected)
    }

    @Test func knowsTheLineOfEachValue() throws {
        guard case .mapping(let entries) = try parse("a: 1\n\n# note\nb:\n  - x\n  - y\n").value else {
            Issue.record("not a mapping")
            return
        }
        #expect(entries.map(\.place.line) == [1, 4])
        guard case .list(let items) = entries[1].value.value else {
            Issue.record("not a list")
            return
        }
        #expect(items.map(\.place.line) == [5, 6])
    }

    @Test(arguments: [
        ("{a: {x: 1, y: 2}, b: 3}", "{a: {y: 5}, c: 6}", "{a:{x:1,y:5},b:3,c:6}"),
        ("{a: [1, 2]}", "{a: [3]}", "{a:[3]}"), ("{a: {x: 1}}", "{a: 5}", "{a:5}"),
        ("{a: 5}", "{a: {x: 1}}", "{a:{x:1}}"),
        ("{a: {x: 1}}", "{a: }", "{a:{x:1}}"), ("{a: {x: 1}}", "{a: {x: null}}", "{a:{x:1}}"),
        ("{a: [1]}", "{a: []}", "{a:[]}"),
    ])
    func laysOneOverAnother(below: String, above: String, expected: String) throws {
        let merged = try parse(below, "below").overlaid(with: try parse(above, "above"))
        #expect(show(merged) == expected)
    }

    @Test func mergedValuesKnowTheirFile() throws {
        let merged = try parse("{a: 1, b: 2}", "below").overlaid(with: try parse("{b: 3}", "above"))
        guard case .mapping(let entries) = merged.value else {
            Issue.record("not a mapping")
            return
        }
        #expect(entries.map(\.value.place.origin.name) == ["below", "above"])
    }

    @Test func expandsNoAliases() {
        // Each level doubles: read literally this would be a billion values.
        var text = "a0: &a0 [x, x]\n"
        for level in 1...30 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        #expect(throws: ConfigError.self) { try parse(text) }
    }
}
