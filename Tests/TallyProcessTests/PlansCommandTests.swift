import ProgramRunner
import Testing

/// `tally plans`: what plans there are, without a database.
struct PlansCommandTests {
    @Test func listsTheShippedPlans() throws {
        let workspace = try Workspace(isFresh: true)
        let table = try workspace.tally("plans", "list")
        let rows = table.split(separator: "\n")
        #expect(rows.count == 8 && rows.last == "5 plans; * subject to change", "\(table)")
        #expect(rows[2].hasPrefix("hf-free") && rows[2].contains("0.10*") && rows[2].contains("300 to 1000*"))
        #expect(rows[4].contains("20.00 a seat") && rows[4].contains("only calls that name an account"))
        let json = try workspace.tally("plans", "list", "--format", "json")
        #expect(
            json.hasPrefix(#"{"currency":"USD","plans":[{"plan":"hf-free","title":"Hugging Face Free","#), "\(json)")
        #expect(json.contains(#""requests_per_day":{"low":6000,"high":20000}"#))
        #expect(json.contains(#""mode":"metered","requests_per_day":null"#))
        let csv = try workspace.tally("plans", "list", "--format", "csv")
        #expect(csv.hasPrefix("plan,title,biller,fee,fee_per_seat,credits,"))
        #expect(csv.split(separator: "\r\n").count == 6)
    }

    @Test func readsFilesOfOnesOwn() throws {
        let workspace = try Workspace(isFresh: true)
        try workspace.write(
            "mine.yaml",
            """
            plans:
              - plan: openrouter
                biller: openrouter
                covers: [routed]
                overage: { rule: prepaid, top_up: { percent: 5.5, minimum: 0.80 } }
                source: openrouter.ai/docs/faq
            """)
        let table = try workspace.tally("plans", "list", "--plans", "mine.yaml")
        #expect(table.contains("prepaid, 5.5 % fee") && table.contains("6 plans"), "\(table)")
        try workspace.write("tally.yaml", "plans: [mine.yaml]\n")
        #expect(try workspace.tally("plans", "list", "--config", "tally.yaml") == table)
    }

    @Test func namesWhatIsWrong() throws {
        let workspace = try Workspace(isFresh: true)
        try workspace.write("bad.yaml", "plans:\n  - { plan: p, biller: b, cover: [routed], source: s }\n")
        let result = try workspace.run(["plans", "list", "--plans", "bad.yaml"])
        #expect(result.ending == .exited(1))
        #expect(result.errors == "tally: bad.yaml:2: unknown key 'cover'; did you mean 'covers'?\n")
    }
}
