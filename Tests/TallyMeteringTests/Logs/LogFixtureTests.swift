import FastJSON
import TallyCore
import Testing

@testable import TallyMetering

/// Every recorded case gives what the facts expect of it, whether its format is named or found out.
struct LogFixtureTests {
    private static let formats: [String: LogFormat] = [
        "litellm_spend_logs": .litellm, "langfuse_observation": .langfuse, "helicone_request": .helicone,
        "otlp_json": .otlp, "claude_code_jsonl": .claudeCode, "codex_jsonl": .codex, "nginx_json": .nginx,
    ]

    @Test(arguments: ["19-gateway-exports", "20-trace-and-client-logs"])
    func casesGiveWhatIsExpected(_ file: String) throws {
        var cases = 0
        try LogFixture.withCases(file) { name, fixture in
            let logFormat = try #require(fixture["log_format"]?.string)
            let format = try #require(Self.formats[logFormat])
            let items = try Self.items(of: fixture, format)
            #expect(items.failures.isEmpty, "\(name)")
            if let expected = fixture["expected"] {
                try Self.check(items.calls, expected, "\(name)")
            } else {
                let rows = Array(try #require(fixture["expected_rows"]).elements)
                try #require(items.calls.count == rows.count)
                for (call, expected) in zip(items.calls, rows) { try Self.check([call], expected, "\(name)") }
            }
            cases += 1
        }
        #expect(cases == 4)
    }

    private static func items(of fixture: JSONValue, _ format: LogFormat) throws -> [LogItem] {
        var decoder = try LogDecoder(format, defaults: RecordDefaults())
        var items: [LogItem] = []
        if let lines = fixture["lines"] {
            let parser = try JSONParser()
            for line in lines.elements {
                items += try parser.withDocument(try #require(line.string)) { record in
                    // Every line looks like its format, save what stands before the first of a conversation.
                    #expect(LogFormat.detect(record) == format)
                    return decoder.decode(record)
                }
            }
        } else {
            let record = try #require(fixture["row"] ?? fixture["body"])
            #expect(LogFormat.detect(record) == format)
            items = decoder.decode(record)
        }
        return items + decoder.finish()
    }

    private static let classes = [
        "input", "cache_read", "cache_write_5m", "cache_write_1h", "output", "reasoning", "input_audio",
        "output_audio", "images", "compute_seconds",
    ]

    private static func check(_ calls: [LoggedCall], _ expected: JSONValue, _ name: Comment) throws {
        #expect(Int64(calls.count) == expected["requests"]?.int64, name)
        let seller = ProviderAliases().resolve(biller: nil, provider: expected["provider"]?.string)
        for call in calls {
            #expect(call.offering.biller == seller.biller, name)
            #expect(call.offering.provider == seller.provider, name)
            #expect(call.offering.model == expected["model"]?.string, name)
            #expect(call.event.reportedCost == nil && call.event.billedCost == nil, name)
            if let status = expected["status"] { #expect(call.event.status.map(Int64.init) == status.int64, name) }
            let isAborted = expected["finish"]?.string == "aborted"
            #expect(call.event.outcome == (isAborted ? .interrupted : .complete), name)
            if let seconds = expected["duration_seconds"]?.numberText?.string {
                let milliseconds = DecimalText(seconds)?.rescaled(to: 3)
                let duration = try #require(call.event.durationMs)
                #expect(milliseconds == .success(Int128(duration)), name)
            }
        }
        for className in classes {
            let usageClass = try #require(UsageClass(name: className))
            if let count = expected[className]?.int64 {
                #expect(
                    calls.reduce(0) { $0 + ($1.usage?.quantity(usageClass) ?? -1) } == count, "\(name) \(className)")
            } else {
                #expect(calls.allSatisfy { $0.usage?[usageClass] == nil }, "\(name) \(className)")
            }
        }
        // What no provider was asked for is not billed: nothing is unknown about it, and it is nothing.
        if expected["billable"]?.bool == false { #expect(calls.allSatisfy { $0.usage?.statesNothing == true }, name) }
        let cost = try expected["provider_cost_usd"]?.string.map { try Money(parsing: $0) }
        #expect(calls.first?.estimatedCost == cost, name)
    }

    /// `list_cost_usd` of the Claude Code case, by the rates of Claude Haiku 4.5: 1, 0.10, 1.25, 2 and 5 dollars a
    /// million.
    @Test func theSessionCostsWhatTheListSays() throws {
        try LogFixture.withCases("20-trace-and-client-logs") { name, fixture in
            guard name == "claude_code_jsonl" else { return }
            let usage = try #require(try Self.items(of: fixture, .claudeCode).calls.first?.usage)
            let cents =
                usage.quantity(.input) * 100 + usage.quantity(.cacheRead) * 10 + usage.quantity(.cacheWrite5m) * 125
                + usage.quantity(.cacheWrite1h) * 200 + usage.quantity(.output) * 500
            let expected = try #require(fixture["expected"]?["list_cost_usd"]?.string)
            #expect(Money(picodollars: Int128(cents) * 10_000).description == expected)
        }
    }
}
