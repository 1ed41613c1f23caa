import TallyCore
import TallyService
import TallyStore
import TallyTestSupport
import Testing

/// Calls that several models served, such as one with an advisor: each has its own prices.
@Suite(.database) struct OtherModelsTests {
    private func line(_ members: String = "") -> String {
        #"{"time":"2026-03-20T08:00:00Z","biller":"openrouter","provider":"anthropic","project":"p","response":{"#
            + #""id":"msg_1","type":"message","role":"assistant","model":"any/one","usage":{"input_tokens":1000,"#
            + #""output_tokens":100,"iterations":[{"type":"message","input_tokens":1000,"output_tokens":100},"#
            + #"{"type":"advisor_message","model":"any/two","input_tokens":2000,"output_tokens":10}]"# + members
            + "}}}\n"
    }

    private func spend(_ database: TestDatabase) async throws -> [String: String?] {
        var query = ReportQuery(from: try instant("2026-03-01T00:00:00Z"), to: try instant("2026-04-01T00:00:00Z"))
        query.groupBy = [.model, .project]
        let rows = try await database.tally.report(query).rows
        return Dictionary(
            uniqueKeysWithValues: rows.map {
                ($0.values.map { $0 ?? "-" }.joined(separator: " "), $0.measures.cost?.description)
            })
    }

    @Test func anAdvisorIsAnEventOfItsOwnModel() async throws {
        let database = try TestDatabase.current
        let folder = try LogFolder()
        let path = try folder.write("a.jsonl", line())
        let first = try await importLogs([path], into: database)
        #expect((first.read, first.stored, first.unpriced) == (1, 2, 0))
        // 1000 × 3 + 100 × 15 and 2000 × 3 + 10 × 15 for a million.
        let spent = try await spend(database)
        #expect(spent == ["any/one p": "0.0045", "any/two p": "0.00615"])
        let again = try await importLogs([path], into: database)
        #expect((again.stored, again.duplicate) == (0, 2))
        let unchanged = try await spend(database)
        #expect(unchanged == spent)
    }

    @Test func whatTheBillerReportsIsForTheWholeCall() async throws {
        let database = try TestDatabase.current
        let folder = try LogFolder()
        try await importLogs([folder.write("a.jsonl", line(#","cost":0.5"#))], into: database)
        let spent = try await spend(database)
        #expect(spent == ["any/one p": "0.50", "any/two p": "0.00"])
    }
}
