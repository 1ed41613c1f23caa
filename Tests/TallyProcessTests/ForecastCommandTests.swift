import Foundation
import ProgramRunner
import Testing

/// `tally forecast -` and `tally forecast --jsonl`, which need no database.
struct ForecastCommandTests {
    private func run(_ input: String, _ arguments: String...) throws -> FinishedProgram {
        let workspace = try Workspace(isFresh: true)
        var program = workspace.program(["forecast"] + arguments)
        program.input = try workspace.write("input", input)
        return try program.run(within: Workspace.commandLimit)
    }

    private func forecast(_ input: String, _ arguments: String...) throws -> [String: Any] {
        let workspace = try Workspace(isFresh: true)
        var program = workspace.program(["forecast", "-", "--format", "json"] + arguments)
        program.input = try workspace.write("input", input)
        let finished = try program.run(within: Workspace.commandLimit)
        try #require(finished.ending == .exited(0), "\(finished.errors)")
        return try #require(try JSONSerialization.jsonObject(with: Data(finished.output.utf8)) as? [String: Any])
    }

    /// Ten dollars a day of each project, from April on to a day of June 2026.
    private func steady(_ projects: [String] = [], through day: Int = 10) -> String {
        var lines = [projects.isEmpty ? "date,amount" : "date,amount,project"]
        for (month, days) in [(4, 30), (5, 31), (6, day)] {
            for day in 1...days {
                let date = "2026-0\(month)-\(day < 10 ? "0" : "")\(day)"
                lines += projects.isEmpty ? ["\(date),10"] : projects.map { "\(date),10,\($0)" }
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    @Test func theMonthOfTheLastDayIsForecast() throws {
        let answer = try forecast(steady(), "--budget", "310")
        #expect(answer["month"] as? String == "2026-06" && answer["as_of"] as? String == "2026-06-10")
        let total = try #require(answer["total"] as? [String: Any])
        #expect(total["spent"] as? String == "100.00" && total["forecast"] as? String == "300.00")
        let bounds = try #require(total["p80"] as? [String])
        #expect(bounds.count == 2)
        #expect(total["method"] as? String == "sum-of-rows" && total["history_days"] as? Int == 71)
        #expect(total["passes_on"] is NSNull && total["budget"] as? String == "310.00")
        let rows = try #require(answer["rows"] as? [[String: Any]])
        #expect(rows.count == 1 && rows[0]["project"] is NSNull)
        let backtest = try #require(rows[0]["backtest"] as? [String: Any])
        #expect(backtest["months"] as? Int == 2 && backtest["error"] as? Double == 0)
    }

    @Test func projectsAddUp() throws {
        let answer = try forecast(steady(["search", "chat"]))
        let rows = try #require(answer["rows"] as? [[String: Any]])
        #expect(rows.compactMap { $0["project"] as? String } == ["chat", "search"])
        let total = try #require(answer["total"] as? [String: Any])
        #expect(total["forecast"] as? String == "600.00")
        let one = try forecast(steady(["search", "chat"]), "--project", "chat")
        #expect((one["total"] as? [String: Any])?["forecast"] as? String == "300.00")
    }

    @Test func anotherMonthAndDayCanBeAskedFor() throws {
        let july = try forecast(steady(), "--month", "2026-07")
        #expect((july["total"] as? [String: Any])?["forecast"] as? String == "310.00")
        let earlier = try forecast(steady(), "--as-of", "2026-05-20")
        #expect(earlier["month"] as? String == "2026-05")
        #expect((earlier["total"] as? [String: Any])?["spent"] as? String == "200.00")
        // At noon, half of the day has gone by.
        let noon = try forecast(steady(), "--as-of", "2026-06-10T12:00:00Z")
        #expect((noon["total"] as? [String: Any])?["forecast"] as? String == "305.00")
        let midnight = try forecast(steady(), "--as-of", "2026-06-10T00:00:00Z")
        #expect(midnight["as_of"] as? String == "2026-06-09")
    }

    @Test func daysAfterTheKnownOneAreLeftOutAndSaidSo() throws {
        let finished = try run(steady(), "-", "--as-of", "2026-06-05")
        #expect(finished.ending == .exited(0) && finished.errors == "tally: days after 2026-06-05 are left out\n")
    }

    @Test func tooLittleDataIsSaidWithWhatIsSpent() throws {
        let answer = try forecast("date,amount\n2026-06-01,1.10\n2026-06-02,2.20\n")
        let total = try #require(answer["total"] as? [String: Any])
        #expect(total["spent"] as? String == "3.30" && total["forecast"] is NSNull)
        #expect(total["reason"] as? String == "not enough data: 2 days of history, and 3 are needed")
        let table = try run("2026-06-01,1.10\n", "-")
        #expect(table.ending == .exited(0) && table.output.contains("not enough data"))
    }

    @Test func tableAndCSVShowTheSame() throws {
        let table = try run(steady(["chat", "search"]), "-", "--budget", "500").output
        #expect(table.hasPrefix("2026-06-01 to 2026-06-30, known through 2026-06-10, USD\n"))
        #expect(table.contains("600.00") && table.contains("budget 500.00: passed with a probability of "))
        #expect(table.contains("passed on 2026-06-26"))
        let csv = try run(steady(["chat", "search"]), "-", "--format", "csv").output.split(separator: "\r\n")
        #expect(csv.count == 4)
        #expect(csv[0].hasPrefix("month,as_of,project,spent,forecast,lo80,hi80,lo95,hi95,method,history_days,months,"))
        #expect(csv[3].hasPrefix("2026-06,2026-06-10,total,200.00,600.00,"))
    }

    @Test func theBacktestStandsBesideTheRunRate() throws {
        let table = try run(steady(), "-", "--backtest").output
        #expect(table.contains("run rate error") && table.contains("(all)         2          8  0.0 %"), "\(table)")
        let answer = try forecast(steady(), "--backtest")
        let backtest = try #require((answer["total"] as? [String: Any])?["backtest"] as? [String: Any])
        #expect(
            Set(backtest.keys) == [
                "months", "forecasts", "error", "bias", "coverage80", "coverage95", "run_rate_error", "run_rate_bias",
            ])
        let csv = try run(steady(), "-", "--backtest", "--format", "csv").output
        #expect(csv.hasPrefix("project,months,forecasts,error,bias,"))
    }

    @Test func requestsAreAnsweredOneByOne() throws {
        let request =
            #"{"id":"a","as_of":"2026-06-03","history":{"start_date":"2026-06-01","daily":[1,1,1]},"budget":20}"# + "\n"
        let finished = try run(request + "no request\n" + request, "--jsonl")
        #expect(finished.ending == .exited(0), "\(finished.errors)")
        let lines = finished.output.split(separator: "\n")
        try #require(lines.count == 3)
        #expect(lines[0] == lines[2] && lines[0].hasPrefix(#"{"id":"a","month_to_date":3.00,"total":30.00,"#))
        #expect(lines[1].hasSuffix(#""line":2}"#))
    }

    @Test func whatIsWrongIsNamed() throws {
        for (input, arguments, code, message) in [
            ("", ["forecast", "-"], 1, "no CSV header"),
            ("date,amount\n", ["forecast", "-"], 1, "no row of spend"),
            ("date,amount\n2026-06-01,x\n", ["forecast", "-"], 1, "line 2: amount is not a decimal number"),
            (steady(["a"]), ["forecast", "-", "--project", "b"], 1, "no row of the project \"b\""),
            ("", ["forecast"], 64, "write '-'"), ("", ["forecast", "x.csv"], 64, "x.csv: unknown"),
            ("", ["forecast", "-", "--month", "June"], 64, "--month: "),
            ("", ["forecast", "-", "--as-of", "2026-06"], 64, "--as-of: "),
            ("", ["forecast", "-", "--budget", "a lot"], 64, "--budget: "),
            ("", ["forecast", "-", "--time-zone", "Mars"], 64, "--time-zone: "),
            ("", ["forecast", "--jsonl", "--budget", "5"], 64, "--budget: not with --jsonl"),
            ("", ["forecast", "--jsonl", "--format", "csv"], 64, "--format: with --jsonl"),
        ] as [(String, [String], Int32, String)] {
            let workspace = try Workspace(isFresh: true)
            var program = workspace.program(arguments)
            program.input = try workspace.write("input", input)
            let finished = try program.run(within: Workspace.commandLimit)
            #expect(finished.ending == .exited(code), "\(arguments): \(finished.errors)")
            #expect(finished.errors.contains(message), "\(arguments): \(finished.errors)")
            #expect(finished.output.isEmpty)
        }
    }
}
