import ProgramRunner
import Testing

/// The brief's example: a million input tokens a day for thirty days at $0.90 a million.
struct WorkedExampleTests {
    @Test(arguments: [
        ["--biller", "huggingface", "--provider", "together", "--model", "meta-llama/Meta-Llama-3-70B-Instruct"],
        ["--biller", "huggingface", "--provider", "fireworks", "--model", "meta-llama/Meta-Llama-3-70B-Instruct"],
        ["--provider", "huggingface/together", "--model", "meta-llama/Meta-Llama-3-70B-Instruct"],
        ["--provider", "together", "--model", "meta-llama/Llama-3-70b-chat-hf"],
    ])
    func millionTokensADayCostTwentySevenDollars(_ offering: [String]) throws {
        let workspace = try Workspace()
        let days = (1...30).map { day in
            "{\"time\":\"2026-06-\(day < 10 ? "0" : "")\(day)T12:00:00Z\",\"usage\":{\"input\":1000000}}\n"
        }
        let path = try workspace.write("daily.jsonl", days.joined())
        let imported = try workspace.run(["import", path, "--format", "json"] + offering)
        #expect(try ImportAnswer(imported.output).stored == 30, "\(imported.errors)")
        let report = try workspace.report("--from", "2026-06", "--interval", "day")
        #expect(report.totals.cost == "27.00")
        #expect(report.rows.map(\.cost) == [String?](repeating: "0.90", count: 30))
    }

    @Test func quoteOfOneCallNeedsNoDatabase() throws {
        let workspace = try Workspace()
        let quote = try workspace.tally(
            "price", "--provider", "openai", "--model", "gpt-4o-mini", "--input", "1000", "--cache-read", "200",
            "--output", "100", "--at", "2026-11-01", "--format", "json")
        #expect(quote.contains("\"cost\":\"0.000225\",\"currency\":\"USD\""))
        #expect(try Machine.processes(mentioning: workspace.data).isEmpty)
        let unknown = try workspace.tally(
            "price", "--provider", "openai", "--model", "nobody-knows", "--input", "1", "--format", "json")
        #expect(unknown.contains("\"cost\":null"))
    }
}
