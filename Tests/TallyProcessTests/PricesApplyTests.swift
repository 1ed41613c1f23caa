import Foundation
import ProgramRunner
import Testing

/// Which prices an import works with, and what `tally prices apply` and `tally explain` say.
struct PricesApplyTests {
    private func prices(_ amount: String) -> String {
        """
        currency: USD
        prices:
          - biller: acme
            model: anvil
            prices: { input: \(amount) }
            source: test

        """
    }

    private func cost(of id: String, _ workspace: Workspace, _ config: [String]) throws -> String? {
        let line = "{\"id\":\"\(id)\",\"time\":\"2026-06-01T12:00:00Z\",\"biller\":\"acme\",\"model\":\"anvil\","
        let log = try workspace.write(id + ".jsonl", line + "\"usage\":{\"input\":1000000}}\n")
        let imported = try workspace.run(["import", log] + config)
        try #require(imported.ending == .exited(0), "\(imported.errors)")
        let explained = try workspace.tally("explain", id, "--format", "json")
        return explained.firstMatch(of: /"computed_cost":"([0-9.]+)"/).map { String($0.output.1) }
    }

    @Test func importsPriceByTheFilesThatChangedLast() throws {
        let workspace = try Workspace()
        try workspace.write("prices.yaml", prices("1"))
        let config = ["--config", try workspace.write("tally.yaml", "prices: [prices.yaml]\n")]
        #expect(try cost(of: "first", workspace, config) == "1.00")
        try workspace.write("prices.yaml", prices("2"))
        #expect(try cost(of: "edited", workspace, config) == "2.00")
        let byHand = try workspace.write("hand.yaml", prices("5"))
        let applied = try workspace.run(["prices", "apply", "--prices", byHand, "--format", "json"] + config)
        #expect(applied.output == "{\"appended\":1,\"withdrawn\":0,\"unchanged\":0,\"names\":0,\"dry_run\":false}\n")
        #expect(try cost(of: "by-hand", workspace, config) == "5.00")
        // Without a configuration the built-in table leaves them alone.
        #expect(try cost(of: "unconfigured", workspace, []) == "5.00")
        try workspace.write("prices.yaml", prices("3"))
        #expect(try cost(of: "edited-again", workspace, config) == "3.00")
        // Old charges stand.
        let first = try workspace.tally("explain", "first")
        #expect(first.contains("computed      1.00\n"))
        #expect(first.contains("edited or withdrawn"))
    }

    @Test func explainNamesUnknownAndAmbiguousIds() throws {
        let workspace = try Workspace()
        let unknown = try workspace.run(["explain", "nothing"])
        #expect(unknown.ending == .exited(1))
        #expect(unknown.output.isEmpty)
        #expect(unknown.errors.contains("no event has the event_id, id or request id \"nothing\""))
        let lines = ["a", "b"].map { id in
            "{\"id\":\"\(id)\",\"request_id\":\"gen\",\"time\":\"2026-06-01T12:00:00Z\",\"usage\":null}\n"
        }
        try workspace.tally("import", try workspace.write("log.jsonl", lines.joined()))
        let ambiguous = try workspace.run(["explain", "gen"])
        #expect(ambiguous.ending == .exited(1))
        #expect(ambiguous.output.isEmpty)
        #expect(ambiguous.errors.contains("2 events have the id \"gen\""))
        #expect(ambiguous.errors.split(separator: "\n").count == 3)
        #expect(try workspace.tally("explain", "a").contains("usage is unknown"))
    }
}
