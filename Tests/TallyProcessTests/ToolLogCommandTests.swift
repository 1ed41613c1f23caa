import Foundation
import ProgramRunner
import TallyTestSupport
import Testing

/// `tally import` of the logs of other tools and the statements of billers.
struct ToolLogCommandTests {
    private static let logs: [ToolLog] = {
        let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("TallyMeteringTests/Fixtures")
        return (try? ToolLog.all(in: fixtures)) ?? []
    }()

    private static let own = #"{"time":"2026-10-01T00:00:00Z","biller":"x","usage":{"input":1}}"# + "\n"

    @Test func aFolderMayHoldLogsOfManyForms() throws {
        let workspace = try Workspace()
        for (number, log) in Self.logs.enumerated() {
            try FileManager.default.createDirectory(
                atPath: "\(workspace.path)/logs/\(number)", withIntermediateDirectories: true)
            try workspace.write("logs/\(number)/\(log.fileName)", log.text)
        }
        try workspace.write("logs/own.jsonl", Self.own)
        try workspace.write("logs/table.csv", "time,input\n2026-10-02T00:00:00Z,5\n")
        let folder = workspace.path + "/logs"
        let counts = try ImportAnswer(workspace.tally("import", folder, "--format", "json"))
        let events = 2 + Self.logs.reduce(0) { $0 + $1.events }
        let statements = Self.logs.reduce(0) { $0 + $1.statements }
        #expect((counts.stored, counts.statements, counts.rejected) == (events, statements, 0))
        #expect(counts.skipped == Self.logs.reduce(0) { $0 + $1.skipped })
        #expect(counts.skipped_reasons == ["a repetition": 4, "no usage in it": 1, "never answered": 1])
        #expect(counts.failures == [])

        let again = try ImportAnswer(workspace.tally("import", folder, "--format", "json"))
        #expect((again.stored, again.statements, again.duplicate) == (0, 0, events + statements))
        #expect(again.skipped == counts.skipped)
        // Sums are no calls: the report has the calls alone, and what they cost by the shipped prices.
        let report = try workspace.report("--from", "2026-10", "--to", "2026-12", "--group-by", "model")
        #expect(report.totals.requests == events)
        #expect(report.totals.cost == "0.0292046")
    }

    @Test(arguments: logs) func badInputIsNamedAndTheGoodRecordsAreTaken(_ log: ToolLog) throws {
        let workspace = try Workspace(isFresh: true)
        let path = try workspace.write(log.fileName, log.text + "{\"broken\n[[1]]\n")
        let arguments = ["import", path, "--dry-run", "--log-format", log.form, "--format", "json"]
        let finished = try workspace.run(arguments)
        #expect(finished.ending == .exited(1))
        let counts = try ImportAnswer(finished.output)
        #expect((counts.stored, counts.statements) == (log.events, log.statements))
        #expect(counts.rejected == 2)
        let line = log.text.split(separator: "\n", omittingEmptySubsequences: false).count
        #expect(finished.errors.contains("tally: rejected \(path):\(line): "), "\(finished.errors)")
        #expect(finished.errors.contains("tally: rejected \(path):\(line + 1): "), "\(finished.errors)")
        #expect(try workspace.run(arguments + ["--allow-rejects"]).ending == .exited(0))
    }

    @Test func aLaterLineOfAnotherFormIsRefused() throws {
        let workspace = try Workspace(isFresh: true)
        let litellm = try #require(Self.logs.first { $0.form == "litellm" }).text
        let path = try workspace.write("own.jsonl", Self.own + litellm + Self.own)
        let finished = try workspace.run(["import", path, "--dry-run", "--format", "json"])
        #expect(finished.ending == .exited(1))
        let counts = try ImportAnswer(finished.output)
        #expect((counts.stored, counts.rejected) == (2, 2))
        #expect(finished.errors.contains("\(path):2: status is 7 characters of text"))
    }

    @Test func fieldsOfAnyJSONAreMapped() throws {
        let workspace = try Workspace()
        let path = try workspace.write(
            "any.json",
            """
            [
              {"at": 1790812800, "call": {"model": "gpt-4o-mini", "tokens": [1000, 400]}},
              {"at": 1790812801, "call": {"model": "gpt-4o-mini", "tokens": [1000, null]}}
            ]
            """)
        let map = "time=at,model=/call/model,input=/call/tokens/0,output=/call/tokens/1"
        let counts = try ImportAnswer(
            workspace.tally("import", path, "--biller", "openai", "--map", map, "--format", "json"))
        #expect((counts.read, counts.stored, counts.unpriced) == (2, 2, 0))
        let report = try workspace.report("--from", "2026-10-01", "--to", "2026-10-02")
        #expect(report.totals.cost == "0.00054")

        let wrong = try workspace.run(["import", path, "--dry-run", "--map", map + ",user=/call/who"])
        #expect(wrong.ending == .exited(1))
        #expect(wrong.errors == "tally: \(path): no record has '/call/who'; the first one has 'at', 'call'\n")
        let without = try workspace.run(["import", path, "--dry-run", "--log-format", "json"])
        #expect(without.ending == .exited(1))
        #expect(without.errors.contains("\(path): no member gives the time; add --map time=MEMBER"))
        let unknown = try workspace.run(["import", path, "--dry-run", "--map", "modle=/call/model"])
        #expect(unknown.ending == .exited(64))
        #expect(unknown.errors.contains("there is no field 'modle'; did you mean 'model'?"))
    }

    @Test func countsOfSkippedAndStatementsAreInEveryFormat() throws {
        let workspace = try Workspace(isFresh: true)
        let activity = try #require(Self.logs.first { $0.form == "openrouter-activity" })
        let path = try workspace.write("activity.json", activity.text)
        let table = try workspace.tally("import", path, "--dry-run")
        #expect(table.contains("statements") && table.contains("skipped"))
        let csv = try workspace.tally("import", path, "--dry-run", "--format", "csv")
        #expect(
            csv == "read,stored,duplicate,merged,reattributed,unpriced,rejected,skipped,statements\r\n"
                + "1,0,0,0,0,0,0,0,1\r\n")
    }
}
