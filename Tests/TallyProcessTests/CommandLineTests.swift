import Foundation
import ProgramRunner
import Testing

/// Exit codes, help and the wording of failures.
struct CommandLineTests {
    private static let database = ["--config", "--database-url", "--data-dir"]

    @Test(arguments: [
        ("up", database.dropLast() + ["--data-dir", "--proxy-listen", "--api-listen"]),
        ("serve", database + ["--proxy-listen", "--api-listen"]),
        ("migrate", database + ["--status", "--format"]),
        (
            "import",
            database + [
                "--log-format", "--biller", "--provider", "--model", "--route", "--project", "--user", "--time-zone",
                "--map", "--dry-run", "--source", "--allow-rejects", "--format",
            ]
        ),
        (
            "price",
            [
                "--config", "--prices", "--biller", "--provider", "--model", "--route", "--service-tier", "--input",
                "--cache-read", "--output", "--at", "--format",
            ]
        ),
        (
            "report",
            database + ["--from", "--to", "--group-by", "--interval", "--filter", "--time-zone", "--format"]
        ),
        (
            "forecast",
            [
                "--month", "--as-of", "--project", "--jsonl", "--budget", "--backtest", "--time-zone", "--config",
                "--format",
            ]
        ),
        ("export", database + ["--format"]),
        ("keys", ["create", "list", "revoke"]),
        ("plans", ["list"]),
        ("explain", database + ["--format"]),
        ("reprice", database + ["--from", "--to", "--dry-run", "--filter", "--time-zone", "--note", "--format"]),
    ])
    func helpNamesEveryFlagOfTheInterface(_ command: String, _ flags: [String]) throws {
        let workspace = try Workspace(isFresh: true)
        let help = try workspace.tally(command, "--help")
        for flag in flags + ["--help"] { #expect(help.contains(flag), "tally \(command) --help lacks \(flag)") }
        let overview = try workspace.tally("--help")
        #expect(overview.contains("  \(command) "))
    }

    @Test(arguments: [
        ["report", "--nonsense"], ["nonsense"], ["import"], ["report", "--from", "yesterday"],
        ["report", "--group-by", "colour"], ["report", "--filter", "project"], ["import", "-", "--route", "scenic"],
        ["import", "-", "--time-zone", "Mars/Olympus"], ["price", "--model", "x"], ["price", "--provider", "openai"],
        ["serve"], ["up", "--database-url", "host=/nowhere"], ["up", "--api-listen", "here"],
        ["report", "--format", "xml"], ["supervise-postgres"], ["reprice"], ["explain"],
        ["reprice", "--from", "yesterday"], ["keys", "create"], ["keys", "revoke"],
    ])
    func wrongUsageIs64(_ arguments: [String]) throws {
        let finished = try Workspace(isFresh: true).run(arguments)
        #expect(finished.ending == .exited(64), "\(finished.errors)")
        #expect(finished.output.isEmpty)
        #expect(!finished.errors.isEmpty)
    }

    @Test(arguments: [
        ["report", "--from", "yesterday"], ["report", "--filter", "project"], ["import", "-", "--route", "scenic"],
        ["price", "--model", "x"], ["up", "--api-listen", "here"],
    ])
    func wrongUsageFoundAtWorkIsOneLine(_ arguments: [String]) throws {
        let finished = try Workspace(isFresh: true).run(arguments)
        #expect(finished.ending == .exited(64), "\(finished.errors)")
        #expect(finished.errors.hasPrefix("tally: "), "\(finished.errors)")
        #expect(finished.errors.split(separator: "\n").count == 1, "\(finished.errors)")
    }

    @Test(arguments: [
        (["--input", "-5"], "--input is '-5'; a count is never negative"),
        (["--input=-5"], "--input is '-5'; a count is never negative"),
        (["--input", "--output", "5"], "--input is 8 characters of text; write a number"),
        (["--input"], "Missing value"),
    ])
    func aCountThatIsNoneIsSaidToBe(_ quantities: [String], _ cause: String) throws {
        let finished = try Workspace(isFresh: true).run(["price", "--provider", "openai", "--model", "m"] + quantities)
        #expect(finished.ending == .exited(64) && finished.output.isEmpty)
        #expect(finished.errors.contains(cause), "\(finished.errors)")
    }

    @Test func aQuoteAsCSVEndsWithItsTotal() throws {
        let workspace = try Workspace(isFresh: true)
        try workspace.write("p.yaml", "prices: [{ biller: b, model: m, prices: { input: 3 }, source: s }]\n")
        func quote(_ quantities: String...) throws -> (output: String, errors: String) {
            let finished = try workspace.run(
                ["price", "--prices", "p.yaml", "--biller", "b", "--model", "m", "--format", "csv"] + quantities)
            try #require(finished.ending == .exited(0), "\(finished.errors)")
            return (finished.output, finished.errors)
        }
        let header = "class,quantity,unit_price,per,cost\r\n"
        let priced = try quote("--input", "1000000")
        #expect(priced == (header + "input,1000000,3.00,1000000,3.00\r\ntotal,,,,3.00\r\n", ""))
        let unpriced = try quote("--images", "2", "--output", "1")
        #expect(unpriced.output == header + "total,,,,\r\n")
        #expect(
            unpriced.errors
                == "tally: warning: class_not_priced: output\ntally: warning: class_not_priced: images\n")
    }

    @Test func emptyDataDirectoryCountsAsNotGiven() throws {
        let workspace = try Workspace()
        try workspace.tally("migrate", "--status", "--data-dir", "")
        #expect(!FileManager.default.fileExists(atPath: workspace.path + "/pgdata"))
        #expect(FileManager.default.fileExists(atPath: workspace.data + "/pgdata"))
    }

    @Test(arguments: [
        (["report", "--config", "hasty.yaml", "--database-url", "host=/nowhere"], "/nowhere"),
        (["report", "--config", "/nowhere/tally.yaml"], "/nowhere/tally.yaml"),
        (["price", "--prices", "/nowhere.yaml", "--provider", "a", "--model", "b"], "/nowhere.yaml"),
        (["up", "--api-listen", "0.0.0.0:0"], "0.0.0.0:0 is not a loopback address"),
    ])
    func failureIsOneLineThatNamesTheCause(_ arguments: [String], _ cause: String) throws {
        let workspace = try Workspace(isFresh: true)
        try workspace.write("hasty.yaml", "database: { acquire_timeout_seconds: 1 }\n")
        let finished = try workspace.run(arguments)
        #expect(finished.ending == .exited(1))
        #expect(finished.output.isEmpty)
        #expect(finished.errors.hasPrefix("tally: "))
        #expect(finished.errors.split(separator: "\n").count == 1, "\(finished.errors)")
        #expect(finished.errors.contains(cause), "\(finished.errors)")
    }

    @Test func unknownConfigurationKeyNamesTheNearest() throws {
        let workspace = try Workspace(isFresh: true)
        let config = try workspace.write("tally.yaml", "api: { lisen: 127.0.0.1:0 }\n")
        let finished = try workspace.run(["up", "--config", config])
        #expect(finished.ending == .exited(1))
        #expect(finished.errors.contains("lisen"))
        #expect(finished.errors.contains("did you mean 'listen'?"))
        #expect(try Machine.processes(mentioning: workspace.data).isEmpty)
    }

    @Test func migrationsAreListedAndAppliedOnce() throws {
        let workspace = try Workspace(isFresh: true)
        let before = try workspace.tally("migrate", "--status", "--format", "csv").split(separator: "\r\n").dropFirst()
        #expect(!before.isEmpty)
        #expect(before.allSatisfy { $0.hasSuffix(",pending,") })
        let applied = try workspace.tally("migrate", "--format", "csv").split(separator: "\r\n").dropFirst()
        #expect(applied.count == before.count)
        #expect(applied.allSatisfy { $0.contains(",applied now,") })
        let after = try workspace.tally("migrate", "--status", "--format", "csv").split(separator: "\r\n").dropFirst()
        #expect(after.count == before.count)
        #expect(after.allSatisfy { $0.contains(",applied,20") })
    }
}
