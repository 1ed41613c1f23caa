import Foundation
import ProgramRunner
import TallyTestSupport
import Testing

/// `tally prices`: a table from elsewhere becomes a price file, and can be looked at, compared and checked.
struct PricesCommandTests {
    private static let table = #"""
        [{"id": "acme", "models": [
          {"id": "m", "match": {"starts_with": "m"}, "prices": {"input_mtok": 3, "output_mtok": 15, "cache_video_read_mtok": 1}},
          {"id": "free", "match": {"equals": "free"}, "prices": {}}]}]
        """#

    private func imported() throws -> Workspace {
        let workspace = try Workspace(isFresh: true)
        try workspace.write("table.json", Self.table)
        let output = try workspace.tally(
            "prices", "import", "--from", "genai-prices", "table.json", "--out", "p.yaml", "--source", "a test")
        #expect(
            output == """
                2 models, 4 prices and 1 other name written to p.yaml
                1 part left out, listed in p.yaml.skipped.csv

                """)
        return workspace
    }

    @Test func importsAndQuotes() throws {
        let workspace = try imported()
        let skipped = try String(contentsOfFile: workspace.path + "/p.yaml.skipped.csv", encoding: .utf8)
        #expect(skipped.split(separator: "\r\n").last?.hasPrefix("acme,m,cache_video_read_mtok,") == true)
        let quote = try workspace.tally(
            "price", "--prices", "p.yaml", "--provider", "acme", "--model", "M-2026", "--input", "1000000", "--format",
            "json")
        #expect(quote.contains(#""cost":"3.00""#), "\(quote)")
        let free = try workspace.tally(
            "price", "--prices", "p.yaml", "--provider", "acme", "--model", "free", "--input", "10", "--format", "json")
        #expect(free.contains(#""cost":"0.00""#) && free.contains(#""warnings":["free"]"#), "\(free)")
    }

    @Test func importsWhatAnAddressHolds() throws {
        let models = """
            {"data": [{"id": "acme/m", "providers": [
              {"provider": "groq", "status": "live", "pricing": {"input": 0.1, "output": 0.3}}]}]}
            """
        let server = try LoopbackServer { head in
            head.first == "GET /v1/models HTTP/1.1" && head.contains { $0.hasPrefix("User-Agent: tally/") }
                ? .reply(200, headers: ["Content-Type: application/json"], body: Array(models.utf8)) : .reply(404)
        }
        let workspace = try Workspace(isFresh: true)
        let fetched = try workspace.tally(
            "prices", "import", "--from", "huggingface", server.address("/v1/models"), "--out", "fetched.yaml")
        #expect(fetched.hasPrefix("1 model, 2 prices and "), "\(fetched)")
        try workspace.write("models.json", models)
        try workspace.tally("prices", "import", "--from", "huggingface", "models.json", "--out", "saved.yaml")
        let files = try ["fetched.yaml", "saved.yaml"].map {
            try String(contentsOfFile: workspace.path + "/" + $0, encoding: .utf8)
        }
        #expect(files[0] == files[1])

        let missing = try workspace.run(
            ["prices", "import", "--from", "huggingface", server.address("/v2"), "--out", "missing.yaml"])
        #expect(missing.ending == .exited(1))
        #expect(missing.errors.hasPrefix("tally: \(server.address("/v2")): the server answers with status 404;"))
        #expect(!FileManager.default.fileExists(atPath: workspace.path + "/missing.yaml"))
    }

    @Test func whatAnEarlierImportLeftOutIsNotListedAnyMore() throws {
        let workspace = try imported()
        try workspace.write("table.json", Self.table.replacing(#", "cache_video_read_mtok": 1"#, with: ""))
        let output = try workspace.tally("prices", "import", "--from", "genai-prices", "table.json", "--out", "p.yaml")
        #expect(!output.contains("left out"))
        #expect(!FileManager.default.fileExists(atPath: workspace.path + "/p.yaml.skipped.csv"))
    }

    @Test func listsAndShows() throws {
        let workspace = try imported()
        let list = try workspace.tally("prices", "list", "--prices", "p.yaml", "--format", "csv", "--model", "m-9")
        let rows = list.split(separator: "\r\n")
        #expect(rows.count == 3)
        #expect(rows.last?.hasPrefix("acme,acme,m,output,15.00,1000000,,,,,,false,price_") == true, "\(list)")
        let shown = try workspace.tally("prices", "show", "m-9", "--prices", "p.yaml")
        #expect(shown.hasPrefix("m, billed by acme, served by acme\nalso called m*\n"), "\(shown)")
        let json = try workspace.tally("prices", "show", "m", "--prices", "p.yaml", "--format", "json")
        #expect(json.contains(#""aliases":["m*"]"#), "\(json)")
        let shipped = try workspace.tally("prices", "list", "--biller", "openai", "--at", "2026-11-01")
        #expect(shipped.contains("gpt-4o-mini"))
    }

    @Test func tellsFilesAndDatesApart() throws {
        let workspace = try imported()
        let text = try String(contentsOfFile: workspace.path + "/p.yaml", encoding: .utf8)
        try workspace.write("q.yaml", text.replacing("output: 15", with: "output: 16"))
        let changed = try workspace.tally("prices", "diff", "p.yaml", "q.yaml", "--format", "csv").split(
            separator: "\r\n")
        #expect(changed.dropFirst() == ["changed,acme,acme,m,output,,15.00/1000000,16.00/1000000"])
        let same = try workspace.tally("prices", "diff", "p.yaml", "p.yaml", "--format", "json")
        #expect(same.contains(#""differences":[],"names":[]"#))
        try workspace.write("n.yaml", text.replacing("m*", with: "mm-*"))
        let names = try workspace.tally("prices", "diff", "p.yaml", "n.yaml", "--format", "csv")
        #expect(
            names.split(separator: "\r\n").dropFirst() == [
                "added,acme,acme,m,name,,,mm-*", "removed,acme,acme,m,name,,m*,",
            ])
        let counts = try workspace.tally("prices", "diff", "p.yaml", "n.yaml")
        #expect(counts.hasSuffix("\nprices: 0 added, 0 removed, 0 changed; names: 1 added, 1 removed\n"), "\(counts)")
        let json = try workspace.tally("prices", "diff", "p.yaml", "n.yaml", "--format", "json")
        #expect(
            json.contains(
                #""names":[{"change":"added","biller":"acme","provider":"acme","model":"m","name":"mm-*"},"#), "\(json)"
        )
        let dates = try workspace.tally(
            "prices", "diff", "--from", "2025-06-09", "--to", "2025-06-11", "--format", "csv")
        #expect(dates.contains("changed,openai,openai,o3,input,from 2025-06-10T00:00:00Z,10.00/1000000,2.00/1000000"))
    }

    @Test func checkEndsWithOneWhenSomethingIsWrong() throws {
        let workspace = try imported()
        #expect(try workspace.tally("prices", "check").hasSuffix(" prices, 0 problems\n"))
        try workspace.write(
            "bad.yaml", "prices: [{ biller: b, model: m, prices: { cache_read: 1 }, source: s }]\n")
        let finished = try workspace.run(["prices", "check", "--prices", "bad.yaml", "--format", "csv"])
        #expect(finished.ending == .exited(1) && finished.errors.isEmpty)
        #expect(finished.output.contains("parent_not_priced,b,b,m,"), "\(finished.output)")
    }

    @Test(
        arguments: [
            (
                ["import", "--from", "litellm", "http://u:secret@127.0.0.1:1/t.json?key=secret", "--out", "x"], 1,
                "tally: http://127.0.0.1:1/t.json: no connection ("
            ),
            (["import", "--from", "litellm", "none.json", "--out", "x"], 1, "none.json: the file cannot be read"),
            (
                ["import", "--from", "litellm", "table.json", "--out", "x"], 1,
                "table.json: the file does not have the form"
            ),
            (
                ["import", "--from", "genai-prices", "table.json", "--out", "/nowhere/x"], 1,
                "/nowhere/x: the file cannot be"
            ),
            (["import", "--from", "elsewhere", "table.json", "--out", "x"], 64, "elsewhere"),
            (
                ["import", "--from", "genai-prices", "table.json", "--out", "x", "--skipped", "./x"], 64,
                "--skipped: the price file is written there"
            ),
            (
                ["import", "--from", "genai-prices", "table.json", "--out", "./table.json"], 64,
                "--out: the table is read from there"
            ),
            (
                ["import", "--from", "genai-prices", "table.json", "--out", "x", "--skipped", "table.json"], 64,
                "--skipped: the table is read from there"
            ),
            (["show", "unheard-of"], 1, "unheard-of: no such model in the price table"),
            (["show", "gpt-4o", "--biller", "acme"], 1, "gpt-4o: no price of it is meant by --biller"),
            (["diff", "table.json"], 64, "name two price files"),
            (["diff", "--from", "2026-01-01"], 64, "belong together"),
            (["diff", "a.yaml", "b.yaml", "--prices", "c.yaml"], 64, "--prices and --config go with --from and --to"),
            (["list", "--at", "noon"], 64, "--at: \"noon\" is no time"),
            (["list", "--prices", "none.yaml"], 1, "none.yaml: the file cannot be read"),
        ] as [([String], Int32, String)])
    func failuresNameCauseAndMend(arguments: [String], code: Int32, cause: String) throws {
        let workspace = try Workspace(isFresh: true)
        try workspace.write("table.json", Self.table)
        let finished = try workspace.run(["prices"] + arguments)
        #expect(finished.ending == .exited(code), "\(finished.errors)")
        #expect(finished.errors.contains(cause), "\(finished.errors)")
        #expect(finished.output.isEmpty)
    }

    @Test(arguments: [
        ("list", ["--biller", "--provider", "--model", "--at", "--prices", "--format"]),
        ("show", ["--biller", "--provider", "--at", "--prices", "--format"]),
        ("diff", ["--from", "--to", "--prices", "--format"]),
        ("import", ["--from", "--out", "--source", "--skipped", "--format"]), ("check", ["--prices", "--format"]),
    ])
    func helpNamesEveryFlag(command: String, flags: [String]) throws {
        let workspace = try Workspace(isFresh: true)
        let help = try workspace.tally("prices", command, "--help")
        for flag in flags + ["--help"] { #expect(help.contains(flag), "tally prices \(command) --help lacks \(flag)") }
        #expect(try workspace.tally("prices", "--help").contains("  \(command) "))
    }
}
