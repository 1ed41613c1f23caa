import ProgramRunner
import Testing

/// Real production logs in, exact spend out.
struct RealLogTests {
    @Test func spendOfTwoLogsIsExactEverywhere() throws {
        let workspace = try Workspace()
        let service = try RunningService(workspace)
        for log in [AzureLog.code, .conv] {
            let counts = try log.importInto(workspace)
            #expect(counts.read == log.requests)
            #expect(counts.stored == log.requests)
        }
        let answer = try service.usage("from=2023-11-16&to=2023-11-17&group_by=project")
        try expectSpend(answer)
        let question = ["report"] + AzureLog.day + ["--group-by", "project", "--format"]
        #expect(try UsageAnswer(workspace.run(question + ["json"]).output) == answer)
        let csv = try workspace.run(question + ["csv"]).output.split(separator: "\r\n").map { $0.split(separator: ",") }
        #expect(csv.map(\.first) == ["project", "code", "conv"])
        #expect(csv.dropFirst().map { $0.suffix(2).joined(separator: " ") } == ["16.475283 USD", "23.8054815 USD"])
        let fromAPI = try service.get(
            "/api/v1/usage?from=2023-11-16&to=2023-11-17&group_by=project", accept: "text/csv")
        #expect(fromAPI.type.hasPrefix("text/csv"))
        #expect(try fromAPI.body == workspace.run(question + ["csv"]).output)
        let table = try workspace.run(question + ["table"]).output.split(separator: "\n").suffix(4).map(words)
        #expect(table[0] == ["code", "8819", "0", "0", "18059974", "245896", "16.475283"])
        #expect(table[1] == ["conv", "19366", "0", "0", "22361870", "4088665", "23.8054815"])
        #expect(table[3] == ["total", "28185", "0", "0", "40421844", "4334561", "40.2807645"])

        for log in [AzureLog.code, .conv] {
            let again = try log.importInto(workspace)
            #expect(again.stored == 0)
            #expect(again.duplicate == log.requests)
        }
        #expect(try service.usage("from=2023-11-16&to=2023-11-17&group_by=project") == answer)
        #expect(try service.stop() == .exited(0))
    }

    @Test func grownCopyUnderAnotherNameAddsOnlyWhatIsNew() throws {
        let workspace = try Workspace()
        let log = AzureLog.code
        #expect(try log.importInto(workspace).stored == log.requests)
        let text = try log.text()
        let more = (1...10).map { "2023-11-16 23:00:0\($0 - 1).0000000,100,\($0)\n" }.joined()
        let grown = try workspace.write("renamed.csv", text + (text.hasSuffix("\n") ? "" : "\n") + more)
        let counts = try log.importInto(workspace, grown)
        #expect(counts.stored == 10)
        #expect(counts.duplicate == log.requests)
        #expect(try workspace.report("--from", "2023-11-16", "--to", "2023-11-17").totals.requests == log.requests + 10)
    }

    @Test func anotherProjectCorrectsTheSameEventsAndBack() throws {
        let workspace = try Workspace()
        let log = AzureLog.code
        #expect(try log.importInto(workspace).stored == log.requests)
        let question = AzureLog.day + ["--group-by", "project"]
        let before = try UsageAnswer(workspace.run(["report", "--format", "json"] + question).output)
        for project in ["renamed", "code"] {
            let counts = try log.importInto(workspace, project: project)
            #expect(counts.stored == 0)
            #expect(counts.reattributed == log.requests)
            let answer = try UsageAnswer(workspace.run(["report", "--format", "json"] + question).output)
            #expect(answer.rows.map(\.project) == [project])
            #expect(answer.rows.map(\.requests) == [log.requests])
            #expect(answer.totals == before.totals)
        }
    }

    @Test func exportImportedElsewhereGivesTheSameReportAndHereAddsNothing() throws {
        let workspace = try Workspace()
        let other = try Workspace()
        #expect(try AzureLog.code.importInto(workspace).stored == AzureLog.code.requests)
        let export = try workspace.run(["export", "--format", "jsonl"] + AzureLog.day)
        let copy = try other.write("export.jsonl", export.output)
        let here = try ImportAnswer(workspace.tally("import", "--format", "json", copy))
        #expect(here.duplicate == AzureLog.code.requests)
        #expect(here.stored == 0)
        let there = try ImportAnswer(other.tally("import", "--format", "json", copy))
        #expect(there.stored == AzureLog.code.requests)
        let grouping = ["--group-by", "project,model", "--interval", "hour"]
        let question = ["report", "--format", "json"] + grouping + AzureLog.day
        #expect(try workspace.run(question).output == other.run(question).output)
    }

    private func expectSpend(_ answer: UsageAnswer) throws {
        let code = try #require(answer.row("code"))
        #expect(code.requests == 8819)
        #expect(code.tokens == ["input": 18_059_974, "output": 245_896])
        #expect(code.cost == "16.475283")
        let conv = try #require(answer.row("conv"))
        #expect(conv.requests == 19366)
        #expect(conv.tokens == ["input": 22_361_870, "output": 4_088_665])
        #expect(conv.cost == "23.8054815")
        #expect(answer.totals.cost == "40.2807645")
    }

    private func words(_ line: Substring) -> [String] { line.split(separator: " ").map(String.init) }
}
