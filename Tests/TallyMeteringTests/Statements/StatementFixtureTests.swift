import FastJSON
import TallyCore
import Testing

@testable import TallyMetering

/// Every recorded answer gives the sums the facts expect of it.
struct StatementFixtureTests {
    @Test func openRouterActivity() throws {
        try LogFixture.withCases("08-openrouter-byok-activity") { name, fixture in
            guard name == "activity_rows" else { return }
            let body = try #require(fixture["body"])
            let statement = try OpenRouterActivity.read(body)
            let rows = Array(try #require(fixture["expected_rows"]).elements)
            try #require(statement.lines.count == rows.count && statement.rejected.isEmpty)
            #expect(statement.biller == "openrouter")
            for (line, expected) in zip(statement.lines, rows) {
                #expect(line.kind == .charge && line.currency == "USD")
                #expect(line.dimensions.model == expected["model"]?.string)
                #expect(line.dimensions.provider == "openai")
                #expect(line.period?.from.utcDate.description == expected["date"]?.string)
                #expect(line.period.map { $0.to.microseconds - $0.from.microseconds } == Instant.microsecondsPerDay)
                #expect(line.requests == expected["requests"]?.int64)
                #expect(line[.inputTotal]?.text == expected["input_total"]?.numberText?.string)
                #expect(line[.usage(.input)] == nil && line[.usage(.cacheRead)] == nil)
                #expect(line[.usage(.output)]?.text == expected["output"]?.numberText?.string)
                #expect(line[.usage(.reasoning)]?.text == expected["reasoning"]?.numberText?.string)
                #expect(try line.amount == money(expected["provider_cost_usd"]))
                #expect(try line.upstreamAmount == money(expected["upstream_cost_usd"]))
            }
        }
    }

    @Test func openAIUsage() throws {
        try LogFixture.withCases("12-openai-admin-usage-costs") { name, fixture in
            guard name == "usage_completions" else { return }
            let body = try #require(fixture["body"])
            let statement = try OpenAIUsage.read(body)
            let rows = Array(try #require(fixture["expected_rows"]).elements)
            try #require(statement.lines.count == rows.count && statement.rejected.isEmpty)
            #expect(statement.biller == "openai")
            #expect(statement.nextPage == fixture["expected_next_page"]?.string)
            for (line, expected) in zip(statement.lines, rows) {
                #expect(line.kind == .usage && line.amount == nil)
                #expect(line.dimensions.provider == expected["provider"]?.string)
                #expect(line.dimensions.model == expected["model"]?.string)
                #expect(line.dimensions.project == expected["project"]?.string)
                #expect(line.dimensions.isBatch == expected["batch"]?.bool)
                #expect(line.dimensions.serviceTier == "default")
                #expect(line.period?.from.microseconds == expected["from"]?.int64.map { $0 * 1_000_000 })
                #expect(line.period?.to.microseconds == expected["to"]?.int64.map { $0 * 1_000_000 })
                #expect(line.requests == expected["requests"]?.int64)
                for usageClass in [UsageClass.input, .cacheRead, .output, .inputAudio, .outputAudio] {
                    #expect(line[.usage(usageClass)]?.text == expected[usageClass.name]?.numberText?.string)
                }
                #expect(line[.cacheWrites]?.text == expected["cache_write_unsplit"]?.numberText?.string)
            }
        }
    }

    @Test func openAICosts() throws {
        try LogFixture.withCases("12-openai-admin-usage-costs") { name, fixture in
            guard name == "costs" else { return }
            let body = try #require(fixture["body"])
            let statement = try OpenAICosts.read(body)
            let rows = Array(try #require(fixture["expected_rows"]).elements)
            try #require(statement.lines.count == rows.count && statement.rejected.isEmpty)
            #expect(statement.nextPage == nil && fixture["expected_next_page"]?.isNull == true)
            for (line, expected) in zip(statement.lines, rows) {
                #expect(line.kind == .charge && line.currency == "USD")
                #expect(line.dimensions.provider == expected["provider"]?.string)
                #expect(line.dimensions.lineItem == expected["line_item"]?.string)
                #expect(line.dimensions.project == "proj_ex")
                #expect(try line.amount == money(expected["cost_usd"]))
                if let unit = expected["unit"]?.string {
                    #expect(line[.unit(unit)]?.text == expected["quantity"]?.numberText?.string)
                } else {
                    #expect(line.quantities.isEmpty)
                }
            }
        }
    }

    @Test func huggingFaceAccount() throws {
        var cases = 0
        try LogFixture.withCases("06-hf-billing") { name, fixture in
            guard name != "usage_by_session" else { return }
            let statement = try statement(of: try #require(fixture["response"]))
            let expected = try #require(fixture["expected_account"])
            let used = try #require(statement.line(.charge, HuggingFaceBilling.inferenceItem))
            let included = try #require(statement.line(.includedCredits, HuggingFaceBilling.inferenceItem))
            let limit = try #require(statement.line(.limit, HuggingFaceBilling.inferenceItem))
            #expect(try used.amount == money(expected["used_usd"]))
            #expect(try included.amount == money(expected["included_usd"]))
            #expect(try limit.amount == money(expected["limit_usd"]))
            let (spent, free) = (try #require(used.amount), try #require(included.amount))
            #expect(try max(.zero, spent - free) == money(expected["pay_as_you_go_usd"]))
            #expect(used.requests == expected["requests"]?.int64)
            #expect(used.period?.from.description == expected["period_start"]?.string)
            // The Hub names the last millisecond; periods here end with the instant after it.
            let last = used.period.map { Instant(microseconds: $0.to.microseconds - 1_000) }
            #expect(last?.description == expected["period_end"]?.string)
            #expect(included.period == used.period && limit.period == used.period)
            cases += 1
        }
        #expect(cases == 2)
    }

    /// The last complete snapshot counts; partial ones and other events have no sums in them.
    private func statement(of response: JSONValue) throws -> StatementReading {
        guard let stream = response["sse"]?.string else {
            return try HuggingFaceBilling.read(try #require(response["body"]))
        }
        var last: StatementReading?
        for line in stream.split(separator: "\n") where line.hasPrefix("data: ") {
            let read = try JSONParser().withDocument(String(line.dropFirst(6))) { try HuggingFaceBilling.read($0) }
            if !read.lines.isEmpty { last = read }
        }
        let statement = try #require(last)
        #expect(statement.asOf?.description == "2026-11-14T09:12:00Z")
        return statement
    }

    @Test func huggingFaceSessions() throws {
        try LogFixture.withCases("06-hf-billing") { name, fixture in
            guard name == "usage_by_session" else { return }
            let body = try #require(fixture["response"]?["body"])
            let expected = try #require(fixture["expected_account"])
            let statement = try HuggingFaceBilling.read(body)
            #expect(statement.rejected.isEmpty)
            #expect(statement.lines.map(\.dimensions.session) == ["nightly-eval", "chat-ui"])
            let total = statement.lines.reduce(Money.zero) { $0 + ($1.amount ?? .zero) }
            #expect(try total == money(expected["total_usd"]))
            #expect(statement.lines.compactMap(\.requests).reduce(0, +) == expected["requests"]?.int64)
            #expect(statement.lines.allSatisfy { $0.period?.from.description == "2026-10-01T00:00:00Z" })
            #expect(statement.lines.allSatisfy { $0.period?.to.description == "2026-11-01T00:00:00Z" })
        }
    }

    private func money(_ value: JSONValue?) throws -> Money? {
        try value?.string.map { try Money(parsing: $0) }
    }
}

extension StatementReading {
    func line(_ kind: StatementLine.Kind, _ item: String) -> StatementLine? {
        statement.lines.first { $0.kind == kind && $0.dimensions.lineItem == item }
    }
}

extension DecimalText {
    /// The number as a whole one is written.
    var text: String? {
        guard case .success(let value) = rescaled(to: 0) else { return nil }
        return String(value)
    }
}
