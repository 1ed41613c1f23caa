import Foundation
import ProgramRunner
import Testing

/// `tally price` for one call.
struct PriceCommandTests {
    /// Every class has a price of its own: its place in the list, in cents for one.
    private static let classes = [
        "input", "cache_read", "cache_write_5m", "cache_write_30m", "cache_write_1h", "cache_write_12h", "input_audio",
        "input_image", "input_video", "output", "reasoning", "output_audio", "output_image", "output_video", "images",
        "megapixels", "audio_seconds", "video_seconds", "compute_seconds", "characters", "requests", "web_searches",
        "search_units", "billable_units", "cache_read_audio", "cache_read_image",
    ]

    private static let prices =
        "prices:\n"
        + "  - { biller: acme, model: all, source: s, prices: { "
        + classes.enumerated().filter { $0.element != "requests" }
        .map { "\($0.element): 0.\($0.offset < 9 ? "0" : "")\($0.offset + 1)/1" }.joined(separator: ", ")
            + """
             } }
              - { biller: acme, model: asked, source: s, prices: { requests: 5/1000 } }
              - { biller: acme, model: m, effective_from: 2026-02-01, prices: { input: 3, output: 15 }, source: s }
              - { biller: acme, model: m, effective_from: 2026-06-01, prices: { input: 2, output: 10 }, source: s }
              - { biller: acme, model: m, effective_from: 2026-02-01, service_tier: batch, prices: { input: 1 }, source: s }
              - { biller: acme, model: writes, prices: { output: 15 }, source: s }
              - { biller: huggingface, provider: together, model: m, prices: { input: 0.9 }, source: s }

            """

    private func run(_ arguments: [String]) throws -> FinishedProgram {
        let workspace = try Workspace(isFresh: true)
        try workspace.write("p.yaml", Self.prices)
        return try workspace.run(["price", "--prices", "p.yaml"] + arguments)
    }

    private func quote(_ arguments: [String]) throws -> String {
        let finished = try run(arguments + ["--format", "json"])
        #expect(finished.ending == .exited(0) && finished.errors.isEmpty, "\(arguments): \(finished.errors)")
        return finished.output
    }

    @Test func everyClassHasAnOption() throws {
        // The model without a price for a request is charged none for it.
        for (place, name) in Self.classes.enumerated() where name != "requests" && name != "reasoning" {
            let option = "--" + name.replacing("_", with: "-")
            let quote = try quote(["--provider", "acme", "--model", "all", option, "2"])
            let cents = 2 * (place + 1)
            let cost = "0.\(cents < 10 ? "0" : "")\(cents)"
            #expect(quote.contains("\"usage\":{\"\(name)\":2},\"cost\":\"\(cost)\""), "\(quote)")
        }
        let asked = try quote(["--provider", "acme", "--model", "asked", "--requests", "3"])
        #expect(asked.contains(#""usage":{"requests":3},"cost":"0.015""#), "\(asked)")
        let thought = try quote(["--provider", "acme", "--model", "all", "--output", "5", "--reasoning", "2"])
        // Three at ten cents and two at eleven.
        #expect(thought.contains(#""usage":{"output":5,"reasoning":2},"cost":"0.52""#), "\(thought)")
        let half = try quote(["--provider", "acme", "--model", "all", "--audio-seconds", "1.5"])
        #expect(half.contains(#""usage":{"audio_seconds":1.5},"cost":"0.255""#), "\(half)")
    }

    @Test(
        arguments: [
            (["--provider", "acme", "--model", "m", "--at", "2026-03-01"], "3.00"),
            (["--provider", "acme", "--model", "m", "--at", "2026-05-31T23:59:59Z"], "3.00"),
            (["--provider", "acme", "--model", "m", "--at", "2026-06-01T02:00:00+02:00"], "2.00"),
            (["--provider", "acme", "--model", "m", "--at", "2026-03", "--service-tier", "batch"], "1.00"),
            (["--biller", "acme", "--model", "M", "--at", "2026-03", "--route", "direct"], "3.00"),
            (["--biller", "huggingface", "--provider", "together", "--model", "m", "--route", "routed"], "0.90"),
            (["--provider", "huggingface/together", "--model", "m"], "0.90"),
        ])
    func theRightPriceIsTaken(arguments: [String], cost: String) throws {
        let quote = try quote(arguments + ["--input", "1000000"])
        #expect(quote.contains("\"cost\":\"\(cost)\",") && quote.hasSuffix("\"warnings\":[]}\n"), "\(quote)")
    }

    /// What is not known is null with its reason, or is charged as the whole it is part of, with a warning.
    @Test(
        arguments: [
            (["--provider", "acme", "--model", "unheard-of", "--input", "1"], "null", "no_price"),
            (["--provider", "nobody", "--model", "m", "--input", "1"], "null", "no_price"),
            (["--biller", "huggingface", "--model", "m", "--input", "1"], "null", "no_price"),
            (
                ["--provider", "acme", "--model", "m", "--input", "1", "--at", "2026-01-01"], "null",
                "before_first_price"
            ),
            (["--provider", "acme", "--model", "m"], "null", "usage_unknown"),
            (["--provider", "acme", "--model", "writes", "--input", "1"], "null", "class_not_priced: input"),
            (
                ["--provider", "acme", "--model", "writes", "--input", "1", "--output", "1000000"], "\"15.00\"",
                "class_not_priced: input"
            ),
            (
                ["--provider", "acme", "--model", "m", "--cache-read", "1000000"], "\"2.00\"",
                "cache_read is priced as input"
            ),
            (
                ["--provider", "acme", "--model", "m", "--input", "1000000", "--service-tier", "flex"], "\"2.00\"",
                "service_tier_not_priced: flex"
            ),
        ])
    func whatIsNotKnownIsSaid(arguments: [String], cost: String, warning: String) throws {
        let quote = try quote(arguments)
        #expect(quote.contains("\"cost\":\(cost),\"currency\":\"USD\""), "\(quote)")
        #expect(quote.hasSuffix("\"warnings\":[\"\(warning)\"]}\n"), "\(quote)")
    }

    @Test(
        arguments: [
            (["--provider", "acme", "--model", "m", "--input=-5"], "--input is '-5'; a count is never negative"),
            (["--provider", "acme", "--model", "m", "--input", "1.5"], "--input is '1.5'; write a whole number"),
            (["--provider", "acme", "--model", "m", "--input", "1000000000001"], "one call has at most 1000000000000"),
            (["--provider", "acme", "--model", "m", "--cache-read", "some"], "--cache-read is 4 characters of text"),
            (
                ["--provider", "acme", "--model", "m", "--output", "1", "--reasoning", "2"],
                "reasoning is a part of output"
            ),
            (["--provider", "acme", "--model", "m", "--at", "noon"], "--at: \"noon\" is no time"),
            (
                ["--provider", "acme", "--model", "m", "--route", "x"],
                "--route: \"x\" is no route; write one of routed"
            ),
            (["--provider", "acme", "--model", "m", "--format", "xml"], "xml"),
            (["--provider", "acme", "--input", "1"], "--model is missing"),
            (["--model", "m", "--input", "1"], "--provider is missing"),
        ])
    func wrongUsageIsSaid(arguments: [String], reason: String) throws {
        let finished = try run(arguments)
        #expect(finished.ending == .exited(64) && finished.output.isEmpty)
        #expect(finished.errors.contains(reason), "\(finished.errors)")
    }

    @Test func aQuoteIsATableOrCSVToo() throws {
        let arguments = [
            "--provider", "acme", "--model", "m", "--at", "2026-03", "--input", "1000", "--cache-read", "7",
        ]
        let csv = try run(arguments + ["--format", "csv"]).output
        #expect(
            csv == "class,quantity,unit_price,per,cost\r\ninput,1000,3.00,1000000,0.003\r\n"
                + "cache_read,7,3.00,1000000,0.000021\r\ntotal,,,,0.003021\r\n")
        let table = try run(arguments).output
        #expect(table.contains("total") && table.contains("0.003021"))
        #expect(table.hasSuffix("warning: cache_read is priced as input\n"), "\(table)")
        let unknown = try run(["--provider", "acme", "--model", "x", "--input", "1"]).output
        #expect(unknown.contains("unpriced") && unknown.hasSuffix("warning: no_price\n"), "\(unknown)")
    }
}
