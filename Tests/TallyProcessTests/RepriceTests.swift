import Foundation
import ProgramRunner
import Testing

/// A reprice that is killed and run again ends as one that was not, and every change is explained once.
struct RepriceTests {
    /// What is compared of `tally reprice --format json`.
    private struct Answer: Decodable, Equatable {
        struct Sums: Decodable, Equatable {
            let events: Int
            let changed: Int
            let old_cost: String?
            let new_cost: String?
            let difference: String?
            let newly_priced: Int
            let newly_unpriced: Int
        }

        let dry_run: Bool
        let resumed: Bool
        let run_id: Int?
        let totals: Sums

        init(_ json: String) throws { self = try JSONDecoder().decode(Answer.self, from: Data(json.utf8)) }
    }

    /// What is compared of `tally explain --format json`.
    private struct Explained: Decodable {
        struct Change: Decodable {
            let old_cost: String?
            let new_cost: String?
        }

        let cost: String?
        let history: [Change]
    }

    private static let reprice = ["reprice", "--from", "2023-11", "--format", "json"]
    private static let report =
        ["report", "--format", "json", "--group-by", "model", "--interval", "hour"] + AzureLog.day

    private func prices(_ input: String) -> String {
        """
        currency: USD
        prices:
          - biller: together
            model: meta-llama/Llama-3-70b-chat-hf
            prices: { input: \(input), output: 0.90 }
            source: test

        """
    }

    /// A workspace whose events were priced with a faulty file that has since been corrected.
    private func corrected() throws -> (workspace: Workspace, config: [String]) {
        let workspace = try Workspace()
        try workspace.write("prices.yaml", prices("0.09"))
        let config = try workspace.write("tally.yaml", "prices: [prices.yaml]\nimport: { batch_events: 100 }\n")
        let imported = try workspace.run(AzureLog.code.importArguments() + ["--config", config])
        try #require(imported.ending == .exited(0), "\(imported.errors)")
        try workspace.write("prices.yaml", prices("0.90"))
        return (workspace, ["--config", config])
    }

    @Test func aRepriceKilledAtSeveralPointsEndsAsOneThatWasNot() throws {
        let (undisturbed, config) = try corrected()
        let before = try undisturbed.run(Self.report).output
        let dry = try Answer(undisturbed.tally(Self.reprice + ["--dry-run"] + config))
        #expect(try undisturbed.run(Self.report).output == before)
        let whole = try Answer(undisturbed.tally(Self.reprice + config))
        #expect(dry.totals == whole.totals)
        #expect(dry.run_id == nil)
        #expect(whole.totals.changed == AzureLog.code.requests)
        let after = try undisturbed.run(Self.report).output
        #expect(before != after)

        let (workspace, sameConfig) = try corrected()
        let service = try RunningService(workspace, sameConfig)
        let old = try service.usage("from=2023-11-16&to=2023-11-17").totals.cost
        var last = old
        for _ in 0..<5 {
            let running = try RunningProgram(workspace.program(Self.reprice + sameConfig + ["--note", "typing error"]))
            // Killed as soon as a batch of this attempt is seen.
            var now = last
            while running.isRunning, now == last {
                now = try service.usage("from=2023-11-16&to=2023-11-17").totals.cost
            }
            running.signal(SIGKILL)
            let finished = try running.wait(within: Workspace.commandLimit)
            #expect(finished.ending == .killed(SIGKILL), "ended before it was killed: \(finished.errors)")
            #expect(now != last)
            last = now
        }
        let noted = try workspace.run(Self.reprice + sameConfig + ["--note", "second thoughts"])
        #expect(noted.errors.contains("\"typing error\" stands, --note is left out"), "\(noted.errors)")
        let resumed = try Answer(noted.output)
        #expect(resumed.resumed)
        #expect(resumed.run_id == 1)
        #expect(resumed.totals == whole.totals)
        #expect(try workspace.run(Self.report).output == after)
        let again = try Answer(workspace.tally(Self.reprice + sameConfig))
        #expect(again.totals.changed == 0)
        try expectOneChangeEach(workspace)
        #expect(try service.stop() == .exited(0))
    }

    /// Each of some events was changed once, and says so.
    private func expectOneChangeEach(_ workspace: Workspace) throws {
        let lines = try workspace.tally("export", "--from", "2023-11").split(separator: "\n")
        for line in lines.enumerated().filter({ $0.offset % 2000 == 0 }).map(\.element) {
            let id = try #require(line.firstMatch(of: /"event_id":"([0-9a-f-]+)"/)?.output.1)
            let text = try workspace.tally("explain", String(id), "--format", "json")
            let explained = try JSONDecoder().decode(Explained.self, from: Data(text.utf8))
            #expect(explained.history.count == 1)
            #expect(explained.history.first?.new_cost == explained.cost)
        }
    }
}

extension Workspace {
    /// Runs a tally command that has to succeed; what it printed.
    fileprivate func tally(_ arguments: [String]) throws -> String {
        let finished = try run(arguments)
        try #require(finished.ending == .exited(0), "\(arguments): \(finished.errors)")
        return finished.output
    }
}
