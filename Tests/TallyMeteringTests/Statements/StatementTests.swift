import FastJSON
import TallyCore
import Testing

@testable import TallyMetering

struct StatementTests {
    private typealias Reader = (JSONValue) throws(RecordFailure) -> StatementReading

    private func read(_ reader: Reader, _ json: String) throws -> StatementReading {
        try JSONParser().withDocument(json) { try reader($0) }
    }

    private func reason(_ reader: Reader, _ json: String) throws -> String? {
        do {
            let statement = try read(reader, json)
            return statement.rejected.first?.description
        } catch let failure as RecordFailure {
            return failure.description
        }
    }

    /// I1: the amounts are those of the text, in the unit of each member, never those of a binary float.
    @Test(arguments: [
        (#"{"inference":{"usedNanoUsd":1}}"#, "0.000000001"),
        (#"{"inference":{"usedNanoUsd":123456789012345678901}}"#, "123456789012.345678901"),
        (#"{"inference":{"usedNanoUsd":2.5e9}}"#, "2.50"),
        (#"{"inference":{"usedNanoUsd":"2734500000"}}"#, "2.7345"),
        (#"{"usage":{"jobs":{"usedMicroUsd":1}}}"#, "0.000001"),
        (#"{"periods":[{"period":"2026-10","sessions":[{"id":"a","costCents":0.1}]}]}"#, "0.001"),
        (#"{"periods":[{"period":"2026-10-01","sessions":[{"id":"a","costCents":1e-3}]}]}"#, "0.00001"),
        (#"{"usage":{"Spaces":[{"product":"p","totalCostMicroUSD":70}]},"period":{}}"#, "0.00007"),
    ])
    func huggingFacesUnitsAreExact(_ json: String, _ amount: String) throws {
        let statement = try read(HuggingFaceBilling.read, json)
        #expect(statement.lines.first?.amount?.description == amount)
        #expect(statement.rejected.isEmpty)
    }

    @Test func anthropicsCostsAreInCents() throws {
        let statement = try read(
            AnthropicCosts.read,
            #"""
            {"data":[{"starting_at":"2026-10-01T00:00:00Z","ending_at":"2026-10-02T00:00:00Z","results":[
            {"currency":"USD","amount":"123.45","workspace_id":"wrkspc_1","description":"Claude Usage - Input",
            "model":"claude-haiku-4-5","service_tier":"standard"},
            {"currency":"USD","amount":"-0.005","workspace_id":null}]}],"has_more":true,"next_page":"p2"}
            """#)
        #expect(statement.lines.compactMap(\.amount?.description) == ["1.2345", "-0.00005"])
        #expect(statement.nextPage == "p2" && statement.biller == "anthropic")
        let first = try #require(statement.lines.first)
        #expect(first.dimensions.project == "wrkspc_1" && first.dimensions.lineItem == "Claude Usage - Input")
        #expect(first.dimensions.model == "claude-haiku-4-5" && first.dimensions.serviceTier == "standard")
        #expect(first.period?.to.description == "2026-10-02T00:00:00Z")
    }

    @Test func anthropicsUsageIsDisjointAsItIs() throws {
        let statement = try read(
            AnthropicUsage.read,
            #"""
            {"data":[{"starting_at":"2026-10-01T00:00:00Z","ending_at":"2026-10-02T00:00:00Z","results":[
            {"uncached_input_tokens":1500,"cache_creation":{"ephemeral_1h_input_tokens":1000,
            "ephemeral_5m_input_tokens":500},"cache_read_input_tokens":200,"output_tokens":70,
            "server_tool_use":{"web_search_requests":10},"api_key_id":"k","workspace_id":"w","model":"m"}]}],
            "has_more":false,"next_page":"ignored"}
            """#)
        let line = try #require(statement.lines.first)
        #expect(line.kind == .usage && line.amount == nil && statement.nextPage == nil)
        #expect(line[.usage(.input)]?.text == "1500" && line[.usage(.cacheRead)]?.text == "200")
        #expect(line[.usage(.cacheWrite5m)]?.text == "500" && line[.usage(.cacheWrite1h)]?.text == "1000")
        #expect(line[.usage(.output)]?.text == "70" && line[.usage(.webSearches)]?.text == "10")
        #expect(line.dimensions.key == "k" && line.dimensions.project == "w")
    }

    @Test func openAIsPartsAreTakenOutOfTheirTotals() throws {
        let statement = try read(
            OpenAIUsage.read,
            #"""
            {"data":[{"start_time":1793491200,"end_time":1793577600,"results":[
            {"input_tokens":1000,"input_cached_tokens":300,"input_cache_write_tokens":100,"input_audio_tokens":50,
            "input_cached_text_tokens":200,"input_cached_audio_tokens":70,"input_cached_image_tokens":30,
            "output_tokens":500,"output_audio_tokens":20,"output_image_tokens":30},
            {"object":"organization.usage.images.result","images":7,"num_model_requests":5},
            {"characters":900},{"seconds":61},{"usage_bytes":5},{"num_sessions":2}]}]}
            """#)
        let first = try #require(statement.lines.first)
        #expect(first[.usage(.input)]?.text == "550" && first[.usage(.inputAudio)]?.text == "50")
        #expect(first[.usage(.cacheRead)]?.text == "200" && first[.usage(.cacheReadAudio)]?.text == "70")
        #expect(first[.usage(.cacheReadImage)]?.text == "30")
        #expect(first[.usage(.output)]?.text == "450" && first[.usage(.outputImage)]?.text == "30")
        #expect(statement.lines[1][.usage(.images)]?.text == "7" && statement.lines[1].requests == 5)
        #expect(statement.lines[2][.usage(.characters)]?.text == "900")
        #expect(statement.lines[3][.usage(.audioSeconds)]?.text == "61")
        #expect(statement.lines[4][.unit("bytes")]?.text == "5")
        #expect(statement.lines[5][.unit("sessions")]?.text == "2")
    }

    /// An account's day may hold more than one call may.
    @Test func sumsMayBeLarge() throws {
        let statement = try read(
            OpenRouterActivity.read,
            #"[{"date":"2026-10-30","usage":90000000,"prompt_tokens":90000000000000000,"requests":4e12}]"#)
        let line = try #require(statement.lines.first)
        #expect(line[.inputTotal]?.text == "90000000000000000" && line.requests == 4_000_000_000_000)
        #expect(line.amount?.description == "90000000.00" && line.upstreamAmount == nil)
    }

    @Test func floatDebrisIsRoundedOnce() throws {
        let json = #"[{"date":"2026-10-30","usage":0.014999999999999999,"byok_usage_inference":1e-13}]"#
        let line = try #require(try read(OpenRouterActivity.read, json).lines.first)
        #expect(line.amount?.description == "0.015" && line.upstreamAmount == .zero)
    }

    @Test func resourceGroupsHaveInferenceAndCompute() throws {
        let statement = try read(
            HuggingFaceBilling.read,
            #"""
            {"periods":[{"period":"2026-02-01T00:00:00.000Z","resourceGroups":[{"id":"g1","name":"Group",
            "storage":{"privateGB":1},"inference":{"requestCount":3,"costCents":12.5},
            "compute":{"spaces":{"uptimeSec":60,"costCents":1},"jobs":{"uptimeSec":0,"costCents":0}}}]}]}
            """#)
        #expect(statement.lines.map(\.dimensions.group) == ["g1", "g1", "g1"])
        #expect(statement.lines.map(\.dimensions.lineItem) == ["inferenceProviders", "spaces", "jobs"])
        #expect(statement.lines.compactMap(\.amount?.description) == ["0.125", "0.01", "0.00"])
        #expect(statement.lines[1][.unit("seconds")]?.text == "60")
        #expect(statement.lines[0].period?.to.description == "2026-03-01T00:00:00Z")
    }

    @Test func productsOfTheHubKeepTheirUnits() throws {
        let statement = try read(
            HuggingFaceBilling.read,
            #"""
            {"usage":{"Spaces":[{"entityId":"e","label":"l","product":"spaces/t4-small","quantity":90,
            "unitLabel":"minutes","totalCostMicroUSD":600000,"unitCostMicroUSD":6666,"active":false}]},
            "period":{"periodStart":"2026-10-01T00:00:00.000Z","periodEnd":"2026-10-31T23:59:59.999Z"}}
            """#)
        let line = try #require(statement.lines.first)
        #expect(line.amount?.description == "0.60" && line[.unit("minutes")]?.text == "90")
        #expect(line.dimensions.lineItem == "spaces/t4-small" && line.dimensions.group == "Spaces")
        #expect(line.period?.to.description == "2026-11-01T00:00:00Z")
    }

    @Test func whoAmI() throws {
        let statement = try read(
            HuggingFaceBilling.read,
            #"""
            {"type":"user","name":"ada","isPro":true,"canPay":false,"billingMode":"prepaid",
            "periodEnd":1793577600,"orgs":[{"name":"acme"},{"name":"umbrella"}]}
            """#)
        let account = try #require(statement.account)
        #expect(account.name == "ada" && account.isPro == true && account.canPay == false)
        #expect(account.billingMode == "prepaid" && account.organizations == ["acme", "umbrella"])
        #expect(account.periodEnd == Instant(microseconds: 1_793_577_600_000_000))
        #expect(statement.lines.isEmpty)
    }

    @Test(arguments: [#"{"storage":{"used":0}}"#, #"{"api":{"current":3}}"#])
    func partialSnapshotsHaveNoLines(_ json: String) throws {
        let statement = try read(HuggingFaceBilling.read, json)
        #expect(statement.lines.isEmpty && statement.account == nil)
    }

    /// A bad row is named, and its neighbours are read.
    @Test func aBadRowHindersNoOther() throws {
        let rows = #"{"date":"2026-10-30","usage":1},{"date":"x","usage":1},{"usage":1},{"date":"2026-10-30"},7"#
        let statement = try read(OpenRouterActivity.read, "[\(rows),{\"date\":\"2026-10-31\",\"usage\":2}]")
        #expect(statement.lines.count == 2)
        #expect(
            statement.rejected.map(\.description) == [
                "date is 1 character of text; write a time like 2026-06-01T12:00:00Z or seconds since 1970",
                "date is missing; every row needs its day", "usage is missing; every row needs its amount",
                "date is missing; every row needs its day",
            ])
    }

    @Test(arguments: [
        (#"{"data":[{"start_time":1,"results":[{}]}]}"#, "start"),
        (#"{"data":[{"start_time":1793577600,"end_time":1793491200,"results":[{}]}]}"#, "ends before it begins"),
        (#"{"data":7}"#, "data is missing"), (#"{}"#, "data is missing"), ("[]", "data is missing"),
        (
            #"{"data":[{"start_time":1793491200,"end_time":1793577600,"results":[{"input_tokens":1,"input_cached_tokens":2}]}]}"#,
            "less than its parts"
        ),
        (
            #"{"data":[{"start_time":1793491200,"end_time":1793577600,"results":[{"input_tokens":-1}]}]}"#,
            "never negative"
        ),
        (
            #"{"data":[{"start_time":1793491200,"end_time":1793577600,"results":[{"output_tokens":1e30}]}]}"#,
            "below 10^18"
        ),
        (
            #"{"data":[{"start_time":1793491200,"end_time":1793577600,"results":[{"output_tokens":"SECRET"}]}]}"#,
            "6 characters of text"
        ),
    ])
    func malformedPagesAreRefusedWithAReason(_ json: String, _ part: String) throws {
        let reason = try #require(try reason(OpenAIUsage.read, json))
        #expect(reason.contains(part), "\(reason)")
        #expect(!reason.contains("SECRET"))
    }

    @Test(arguments: [
        (#"{"inference":{"usedNanoUsd":"much"}}"#, "not a decimal number"),
        (#"{"inference":{"usedNanoUsd":1e60}}"#, "larger than any amount"),
        (#"{"inference":{"numRequests":3}}"#, "usedNanoUsd is missing"),
        (#"{"inference":{"usedNanoUsd":[]}}"#, "no number"),
        (#"{"periods":[{"sessions":[]}]}"#, "period is missing"),
        (#"{"periods":[{"period":"2026-10","sessions":[{"id":"a"}]}]}"#, "costCents is missing"),
        ("[]", "not a JSON object"),
    ])
    func malformedBillsAreRefusedWithAReason(_ json: String, _ part: String) throws {
        let reason = try #require(try reason(HuggingFaceBilling.read, json))
        #expect(reason.contains(part), "\(reason)")
    }
}
