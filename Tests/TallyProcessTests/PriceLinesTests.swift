import Foundation
import ProgramRunner
import Testing

/// `tally price -`: one priced line for each line of standard input.
struct PriceLinesTests {
    private static let prices = """
        prices:
          - { biller: acme, model: m, aliases: ["m-*"], prices: { input: 3, cache_read: 0.3, output: 15 }, source: s }
          - { biller: acme, model: helper, prices: { input: 5, output: 25 }, source: s }
          - { biller: acme, model: m, service_tier: batch, prices: { input: 1.5, output: 7.5 }, source: s }
          - { biller: huggingface, provider: together, model: m, prices: { input: 0.9, output: 0.9 }, source: s }
          - { biller: openrouter, provider: acme, model: m, prices: { input: 4, output: 4 }, source: s }

        """

    private func run(_ input: [UInt8], _ arguments: String...) throws -> FinishedProgram {
        let workspace = try Workspace(isFresh: true)
        try workspace.write("p.yaml", Self.prices)
        var program = workspace.program(["price", "-", "--prices", "p.yaml"] + arguments)
        program.input = try workspace.write("lines.jsonl", bytes: input)
        return try program.run(within: Workspace.commandLimit)
    }

    private func price(_ lines: String, _ arguments: String...) throws -> [String] {
        let workspace = try Workspace(isFresh: true)
        try workspace.write("p.yaml", Self.prices)
        var program = workspace.program(["price", "-", "--prices", "p.yaml"] + arguments)
        program.input = try workspace.write("lines.jsonl", lines)
        let finished = try program.run(within: Workspace.commandLimit)
        #expect(finished.ending == .exited(0), "\(finished.errors)")
        #expect(finished.errors.isEmpty)
        return finished.output.split(separator: "\n").map(String.init)
    }

    @Test func aLineOfTheInterfaceGivesItsAnswer() throws {
        let workspace = try Workspace(isFresh: true)
        var program = workspace.program(["price", "-"])
        program.input = try workspace.write(
            "lines.jsonl",
            #"{"provider":"openai","model":"gpt-4o-mini","at":"2026-11-01T00:00:00Z","#
                + #""usage":{"input":1000,"cache_read":200,"output":100}}"#)
        let finished = try program.run(within: Workspace.commandLimit)
        #expect(finished.ending == .exited(0), "\(finished.errors)")
        let ids = finished.output.split(separator: "\"").filter { $0.hasPrefix("price_") && $0 != "price_ids" }
        try #require(ids.count == 3)
        #expect(
            finished.output
                == #"{"biller":"openai","provider":"openai","model":"gpt-4o-mini","price_ids":[""#
                + ids.joined(separator: #"",""#)
                + #""],"usage":{"input":1000,"cache_read":200,"output":100},"cost":"0.000225","currency":"USD","#
                + #""breakdown":[{"class":"input","quantity":1000,"unit_price":"0.15","per":1000000,"cost":"0.00015"},"#
                + #"{"class":"cache_read","quantity":200,"unit_price":"0.075","per":1000000,"cost":"0.000015"},"#
                + #"{"class":"output","quantity":100,"unit_price":"0.60","per":1000000,"cost":"0.00006"}],"warnings":[]}"#
                + "\n")
    }

    /// Each line is answered where it stands; what is wrong with it is said without quoting it.
    @Test(
        arguments: [
            (#"{"provider":"acme","model":"m","usage":{"input":-1}}"#, "usage.input is '-1'; a count is never"),
            (#"{"provider":"acme","model":"m","usage":{"tokens":1}}"#, "usage has an unknown class"),
            (#"{"provider":"acme","model":"m","usage":{"input":1,"output":1,"reasoning":2}}"#, "reasoning is a part"),
            (#"{"provider":"acme","model":"m","usage":{"input":1},"response":{}}"#, "usage and response are both"),
            (#"{"provider":"acme","model":"m"}"#, "usage is missing"),
            (#"{"provider":"acme","model":"m","flavor":"x","response":{}}"#, "flavor is 'x'; write one of chat, "),
            (#"{"provider":"acme","model":"m","route":"x","usage":{"input":1}}"#, "route is 1 character of text"),
            (#"{"provider":"acme","model":"m","at":"noon","usage":{"input":1}}"#, "at is 4 characters of text"),
            (#"{"provider":"acme","model":"m","headers":[],"response":{}}"#, "headers is not an object"),
            (#"{"provider":"acme","model":"m","response":{"usage":{"prompt_tokens":-5}}}"#, "is '-5'; a count is"),
            (#"{"provider":"acme","model":"m","response":3}"#, "response is not an object"),
            (#"{"provider":["acme"],"model":"m","usage":{"input":1}}"#, "provider is not text"),
            (#"["provider"]"#, "the line is not a JSON object"), (#"{"provider":"#, "cut short"),
        ])
    func aLineThatIsNotValidIsAnErrorWithItsNumber(line: String, reason: String) throws {
        let good = #"{"provider":"acme","model":"m","usage":{"input":1000000}}"#
        let answers = try price("\(good)\n\n\(line)\r\n  \n\(good)\n")
        try #require(answers.count == 3, "\(answers)")
        #expect(answers[0] == answers[2] && answers[0].contains(#""cost":"3.00""#))
        #expect(answers[1].hasPrefix(#"{"error":""#) && answers[1].hasSuffix(#"","line":3}"#), "\(answers[1])")
        #expect(answers[1].contains(reason), "\(answers[1])")
    }

    @Test func bytesThatAreNoTextAndLinesTooLongAreErrorsToo() throws {
        var input = Array(#"{"provider":"acme","model":""#.utf8)
        input += [0xFF, 0xFE] + Array(#"","usage":{"input":1}}"#.utf8) + [10]
        input += Array(#"{"model":""#.utf8) + [UInt8](repeating: UInt8(ascii: "m"), count: (16 << 20) + 1) + [10]
        input += Array(#"{"provider":"acme","model":"m","usage":{"input":1}}"#.utf8)
        let finished = try run(input)
        #expect(finished.ending == .exited(0))
        let answers = finished.output.split(separator: "\n")
        try #require(answers.count == 3)
        #expect(answers[0].contains("not UTF-8") && answers[0].hasSuffix(#""line":1}"#))
        #expect(answers[1].contains("bytes long; at most 16777216 are read") && answers[1].hasSuffix(#""line":2}"#))
        #expect(answers[2].contains(#""cost":"0.000003""#))
    }

    /// What is not known is null, with the reason, and never free.
    @Test(
        arguments: [
            (#"{"provider":"acme","model":"unheard-of","usage":{"input":1}}"#, #"["no_price"]"#),
            (#"{"provider":"nobody","model":"m","usage":{"input":1}}"#, #"["no_price"]"#),
            (#"{"model":"m","usage":{"input":1}}"#, #"["no_price"]"#),
            (#"{"provider":"acme","usage":{"input":1}}"#, #"["model_unknown"]"#),
            (#"{"provider":"acme","model":"m","usage":null}"#, #"["usage_unknown"]"#),
            (#"{"provider":"acme","model":"m","usage":{}}"#, #"["usage_unknown"]"#),
            (#"{"provider":"acme","model":"m","usage":{"images":1}}"#, #"["class_not_priced: images"]"#),
            (
                #"{"provider":"acme","model":"m","response":{"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":9}}}"#,
                #"["totals_contradict","usage_unknown"]"#
            ),
            (#"{"biller":"huggingface","model":"m:together","usage":{"input":1}}"#, #"["no_price","provider_unknown"#),
        ])
    func whatIsNotKnownIsNull(line: String, warnings: String) throws {
        let answer = try #require(try price(line).first)
        #expect(answer.contains(#""price_ids":[]"#) && answer.contains(#""cost":null,"currency":"USD","breakdown":[]"#))
        #expect(answer.contains(#""warnings":"# + warnings), "\(answer)")
    }

    @Test(
        arguments: [
            // The model and the tier are the response's unless the line names them.
            (#"{"provider":"acme","response":{"model":"m-2026","usage":{"prompt_tokens":1000000}}}"#, "3.00"),
            (
                #"{"provider":"acme","model":"m","response":{"model":"helper","usage":{"prompt_tokens":1000000}}}"#,
                "3.00"
            ),
            (
                #"{"provider":"acme","model":"m","response":{"service_tier":"batch","usage":{"prompt_tokens":1000000}}}"#,
                "1.50"
            ),
            (
                #"{"provider":"acme","model":"m","service_tier":"default","#
                    + #""response":{"service_tier":"batch","usage":{"prompt_tokens":1000000}}}"#, "3.00"
            ),
            // Who served is in a header.
            (
                #"{"biller":"huggingface","model":"m","headers":{"X-Inference-Provider":"together"},"#
                    + #""response":{"usage":{"prompt_tokens":1000000}}}"#, "0.90"
            ),
            // The flavor is obeyed, whatever the body looks like.
            (
                #"{"provider":"acme","model":"m","flavor":"anthropic","#
                    + #""response":{"usage":{"prompt_tokens":7,"input_tokens":1000000}}}"#, "3.00"
            ),
            // A transcript, and a list.
            (
                #"{"provider":"acme","model":"m","response":"data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1000000}}\n\n"#
                    + #"data: [DONE]\n\n"}"#, "3.00"
            ),
            (
                #"{"provider":"acme","model":"m","response":[{"usageMetadata":{"promptTokenCount":1000000}}]}"#, "3.00"
            ),
            // Batch output wraps the body.
            (
                #"{"provider":"acme","response":{"status_code":200,"body":{"model":"m","usage":{"prompt_tokens":1000000}}}}"#,
                "3.00"
            ),
        ])
    func responsesAreRead(line: String, cost: String) throws {
        let answer = try #require(try price(line).first)
        #expect(answer.contains("\"cost\":\"\(cost)\",\"currency\""), "\(answer)")
    }

    @Test func anotherModelsPartHasItsOwnPrices() throws {
        let line = #"""
            {"provider":"acme","flavor":"anthropic","model":"m","response":{"usage":{"input_tokens":1000,"output_tokens":10,
            "iterations":[{"type":"message","input_tokens":1000,"output_tokens":10},
            {"type":"advisor_message","model":"helper","input_tokens":100,"output_tokens":1}]}}}
            """#.replacing("\n", with: "")
        let detected = line.replacing(#""flavor":"anthropic","#, with: "")
        let answers = try price(detected + "\n" + line.replacing("helper", with: "x"))
        // 1000 × 3 + 10 × 15 + 100 × 5 + 1 × 25 millionths.
        try #require(answers.count == 2)
        #expect(answers[0].contains(#""usage":{"input":1100,"output":11},"cost":"0.003675""#), "\(answers)")
        #expect(answers[0].contains(#""cost":"0.003","model":"m"}"#))
        #expect(answers[0].contains(#""unit_price":"25.00","per":1000000,"cost":"0.000025","model":"helper"}"#))
        #expect(answers[1].contains(#""cost":null"#))
        #expect(answers[1].contains("no_price (a part served by x)"), "\(answers)")
    }

    @Test func whatTheResponseSaysItCostStandsApart() throws {
        let answers = try price(
            #"{"biller":"openrouter","provider":"acme","model":"m","response":{"usage":{"prompt_tokens":1000000,"cost":9.5}}}"#
                + "\n"
                + #"{"provider":"acme","model":"m","response":{"usage":{"prompt_tokens":1000000,"estimated_cost":2}}}"#)
        try #require(answers.count == 2)
        #expect(answers[0].contains(#""cost":"4.00","currency":"USD","reported_cost":"9.50""#), "\(answers)")
        #expect(answers[1].contains(#""cost":"3.00","currency":"USD","estimated_cost":"2.00""#), "\(answers)")
    }

    @Test func optionsStandInForWhatALineDoesNotSay() throws {
        let lines = """
            {"usage":{"input":1000000}}
            {"model":"helper","service_tier":"default","usage":{"input":1000000}}
            {"biller":"huggingface","provider":"together","usage":{"input":1000000}}
            {"response":{"model":"helper","service_tier":"default","usage":{"prompt_tokens":1000000}}}
            {"response":{"usage":{"prompt_tokens":1000000}}}
            """
        let answers = try price(lines, "--provider", "acme", "--model", "m", "--service-tier", "batch")
        let costs = answers.map { $0.split(separator: "\"cost\":\"").dropFirst().first?.prefix { $0 != "\"" } }
        #expect(costs == ["1.50", "5.00", "0.90", "5.00", "1.50"], "\(answers)")
    }

    @Test(arguments: [
        (["-", "--format", "csv"], "--format: with '-' every quote is a line of JSON"),
        (["lines.jsonl"], "lines.jsonl: unknown; write '-'"),
        (["-", "--input", "1"], "quantities are given in the lines"),
    ])
    func wrongUsageIsSaid(arguments: [String], reason: String) throws {
        let workspace = try Workspace(isFresh: true)
        let finished = try workspace.run(["price"] + arguments)
        #expect(finished.ending == .exited(64) && finished.errors.contains(reason), "\(finished.errors)")
    }

    /// The order is that of the lines though several threads price them, and a closed pipe ends it quietly.
    @Test func manyLinesKeepTheirOrder() throws {
        let count = 40_000
        var lines = ""
        for number in 1...count { lines += #"{"provider":"acme","model":"m","usage":{"input":\#(number)}}"# + "\n" }
        let workspace = try Workspace(isFresh: true)
        try workspace.write("p.yaml", Self.prices)
        try workspace.write("lines.jsonl", lines)
        let shell = """
            gzip -c lines.jsonl | "$0" price - --prices p.yaml | sed 's/.*"usage":{"input":\\([0-9]*\\)}.*/\\1/' > got
            seq \(count) | cmp - got && "$0" price - --prices p.yaml < lines.jsonl | head -n 1 | wc -l
            """
        var program = workspace.program([])
        program.command = ["/bin/sh", "-c", shell, Workspace.tally]
        let finished = try program.run(within: Workspace.commandLimit)
        #expect(finished.ending == .exited(0) && finished.errors.isEmpty, "\(finished.errors)\(finished.output)")
        #expect(finished.output.split(separator: "\n").last?.contains("1") == true)
    }

    /// A quote comes before the next line does: the reader answers each line before it writes another.
    @Test func quotesDoNotWaitForTheEndOfTheInput() throws {
        let workspace = try Workspace(isFresh: true)
        try workspace.write("p.yaml", Self.prices)
        let shell = """
            mkfifo in out; "$0" price - --prices p.yaml < in > out &
            exec 3> in 4< out
            for count in 1 2 3; do
                echo '{"provider":"acme","model":"m","usage":{"input":'$count'}}' >&3
                read -r answer <&4
                echo "$answer"
            done
            exec 3>&-
            wait
            """
        var program = workspace.program([])
        program.command = ["/bin/sh", "-c", shell, Workspace.tally]
        let finished = try program.run(within: Workspace.commandLimit)
        #expect(finished.ending == .exited(0) && finished.errors.isEmpty, "\(finished.errors)")
        let answers = finished.output.split(separator: "\n")
        #expect(answers.count == 3 && answers[2].contains(#""cost":"0.000009""#), "\(finished.output)")
    }

    @Test func aDamagedInputIsAFailureBehindTheLinesBeforeIt() throws {
        let workspace = try Workspace(isFresh: true)
        try workspace.write("p.yaml", Self.prices)
        let line = #"{"provider":"acme","model":"m","usage":{"input":1}}"# + "\n"
        try workspace.write("lines.jsonl", String(repeating: line, count: 1000))
        var program = workspace.program([])
        let shell = #"gzip -c lines.jsonl | head -c 60 | "$0" price - --prices p.yaml"#
        program.command = ["/bin/sh", "-c", shell, Workspace.tally]
        let finished = try program.run(within: Workspace.commandLimit)
        #expect(finished.ending == .exited(1))
        #expect(finished.errors.contains("the gzip stream is cut short"), "\(finished.errors)")
    }
}
