import FastJSON
import TallyCore
import Testing

@testable import TallyMetering

struct LogDecoderTests {
    private let row = #"{"request_id":"a","call_type":"x","startTime":"2026-10-30T12:00:00Z","prompt_tokens":3}"#

    @Test func listsAndPagesHoldRecords() throws {
        let other = row.replacing(#""a""#, with: #""b""#)
        for record in ["[\(row),7,\(other)]", #"{"data":[\#(row),7,\#(other)],"total":2}"#] {
            let items = try logItems(.litellm, [record])
            #expect(items.calls.map(\.event.id) == ["a", "b"])
            #expect(items.failures == ["the line is not a JSON object; write one record a line"])
        }
    }

    /// I3: a log read twice, or as a table, gives the same identities.
    @Test func identitiesAreThoseOfTheRecord() throws {
        let first = try onlyCall(.litellm, row)
        let second = try onlyCall(.litellm, row.replacing(":3}", with: ":4}"))
        #expect(first.draft.identity == second.draft.identity)
        let table = try logItems(
            .litellm, header: ["request_id", "call_type", "startTime", "prompt_tokens", "metadata"],
            rows: [["a", "x", "2026-10-30 12:00:00", "3", "{}"]])
        #expect(table.calls.map(\.draft.identity) == [first.draft.identity])
        #expect(table.calls.map(\.event) == [first.event])
    }

    @Test func timesWithoutAnOffsetAreOfTheZoneOfTheDefaults() throws {
        let bare = row.replacing("00:00Z", with: "00:00")
        let zone = try #require(ReportZone(name: "Europe/Berlin"))
        let call = try onlyCall(.litellm, bare, defaults: .with { $0.zone = zone })
        #expect(call.event.time.description == "2026-10-30T11:00:00Z")
    }

    @Test func aliasesAndDefaultsHoldForLogsToo() throws {
        let defaults = RecordDefaults.with {
            $0.aliases.add("fireworks-ai", for: "fireworks")
            $0.attribution = Attribution(project: "search", user: "nobody")
        }
        let call = try onlyCall(
            .helicone,
            #"{"request_id":"r","request_created_at":"2026-10-30","provider":"FIREWORKS-AI","user_id":"u","prompt_tokens":1}"#,
            defaults: defaults)
        #expect(call.offering.biller == "fireworks")
        #expect(call.event.attribution == Attribution(project: "search", user: "u"))
    }

    /// What only describes a call is left out when it is no good.
    @Test(arguments: [
        (LogFormat.litellm, #"{"request_id":"a","startTime":"2026-10-30","prompt_tokens":3,"request_tags":"{a,b}"}"#),
        (.litellm, #"{"request_id":"a","startTime":"2026-10-30","prompt_tokens":3,"spend":"much","end_user":[]}"#),
        (.langfuse, #"{"type":"GENERATION","startTime":"2026-10-30","usageDetails":{"input":3},"metadata":"notes"}"#),
        (.langfuse, #"{"type":"GENERATION","startTime":"2026-10-30","usageDetails":{"input":3},"costDetails":"{"}"#),
        (.helicone, #"{"request_created_at":"2026-10-30","prompt_tokens":3,"properties":"{","delay_ms":-1}"#),
        (.helicone, #"{"request_created_at":"2026-10-30","prompt_tokens":3,"properties":{"":"x","a\n":"y"}}"#),
    ])
    func noCallIsLostForADescription(_ format: LogFormat, _ record: String) throws {
        let call = try onlyCall(format, record)
        #expect(call.usage?[.input] == 3 && call.event.attribution == .none && call.estimatedCost == nil)
    }

    /// I9 and I7: whatever a value is, a record is read or refused with a short reason that does not repeat it.
    @Test func noValueCrashesAReaderOrStandsInAReason() throws {
        let hostile = [
            "null", "true", "[]", "{}", "-1", "1e400", "99999999999999999999", "0.5", #""""#, #""SECRET""#,
            #"["SECRET"]"#, #"{"SECRET":"SECRET"}"#, #""\u0000SECRET""#, #""{\"SECRET\":""#,
            "\"" + String(repeating: "SECRET", count: 10_000) + "\"", "[[[[[[[[]]]]]]]]",
        ]
        let seeds = Self.seeds
        for (format, seed) in seeds {
            let parser = try JSONParser()
            let names = try parser.withDocument(seed) { root in Self.paths(of: root) }
            #expect(names.count > 3, "\(format)")
            for name in names {
                for value in hostile {
                    let record = try parser.withDocument(seed) { Self.replacing(name, in: $0, with: value) }
                    for failure in try logItems(format, [record]).failures {
                        #expect(!failure.contains("SECRET"), "\(format) \(name): \(failure)")
                        #expect(failure.utf8.count < 250, "\(format) \(name): \(failure)")
                    }
                }
            }
        }
        #expect(Set(seeds.map(\.0)) == Set(LogFormat.allCases))
    }

    /// One record of each format, with a value at most places.
    private static let seeds: [(LogFormat, String)] = [
        (
            .litellm,
            #"""
            {"request_id":"a","call_type":"x","startTime":"2026-10-30","endTime":"2026-10-30","model":"m","spend":1,
            "prompt_tokens":9,"completion_tokens":1,"total_tokens":10,"api_base":"x","cache_hit":"False","status":"ok",
            "custom_llm_provider":"p","request_tags":["a"],"end_user":"u","metadata":{"user_api_key_alias":"k",
            "additional_usage_values":{"cache_read_input_tokens":1,"prompt_tokens_details":{"audio_tokens":1}}}}
            """#
        ),
        (
            .langfuse,
            #"""
            {"id":"o","traceId":"t","type":"GENERATION","startTime":"2026-10-30","model":"m","environment":"e",
            "level":"DEFAULT","metadata":{"ls_provider":"p"},"usageDetails":{"input":1,"output":2},
            "costDetails":{"total":1},"usage":{"input":1}}
            """#
        ),
        (
            .helicone,
            #"""
            {"request_id":"r","request_created_at":"2026-10-30","response_status":200,"response_model":"m",
            "provider":"P","target_url":"u","delay_ms":1,"prompt_tokens":1,"prompt_cache_read_tokens":1,
            "completion_tokens":1,"properties":{"a":"b"},"cache_reference_id":null,"costUSD":1,"user_id":"u"}
            """#
        ),
        (
            .claudeCode,
            #"""
            {"type":"assistant","sessionId":"s","timestamp":"2026-10-30","requestId":"r","isSidechain":false,
            "cwd":"/a","costUSD":1,"message":{"id":"msg_1","model":"m","usage":{"input_tokens":1,"output_tokens":2,
            "cache_creation_input_tokens":3,"cache_creation":{"ephemeral_5m_input_tokens":3},"speed":"fast"}}}
            """#
        ),
        (
            .codex,
            #"""
            {"timestamp":"2026-10-30","type":"event_msg","payload":{"type":"token_count","info":{
            "total_token_usage":{"input_tokens":1,"cached_input_tokens":1,"output_tokens":1},
            "last_token_usage":{"input_tokens":1,"reasoning_output_tokens":1}}}}
            """#
        ),
        (
            .otlp,
            #"""
            {"resourceSpans":[{"resource":{"attributes":[]},"scopeSpans":[{"spans":[{"traceId":"a","spanId":"b",
            "startTimeUnixNano":"1793522000000000000","status":{"code":0},"attributes":[
            {"key":"gen_ai.operation.name","value":{"stringValue":"chat"}},
            {"key":"gen_ai.request.model","value":{"stringValue":"m"}},
            {"key":"gen_ai.usage.input_tokens","value":{"intValue":"1"}}]}]}]}]}
            """#
        ),
        (
            .nginx,
            #"""
            {"time":"2026-10-30","status":"200","request_time":"1.5","uri":"/v1/messages","request_id":"a",
            "upstream_http_x_inference_provider":"groq","upstream_http_inference_id":"i","http_x_tally_project":"p"}
            """#
        ),
        (
            .openAIBatch,
            #"""
            {"id":"b","custom_id":"c","response":{"status_code":200,"request_id":"r","body":{"id":"x",
            "created":1793363400,"model":"m","usage":{"prompt_tokens":2,"prompt_tokens_details":{"cached_tokens":1}}}}}
            """#
        ),
        (
            .openRouterActivity,
            #"{"data":[{"date":"2026-10-30","model":"m","usage":1,"requests":1,"prompt_tokens":1,"provider_name":"P"}]}"#
        ),
        (
            .openAIUsage,
            #"""
            {"data":[{"start_time":1793491200,"end_time":1793577600,"results":[{"input_tokens":1,"output_tokens":1,
            "model":"m","batch":false,"num_model_requests":1}]}],"has_more":true,"next_page":"p"}
            """#
        ),
        (
            .openAICosts,
            #"""
            {"data":[{"start_time":1793491200,"end_time":1793577600,"results":[{"amount":{"value":1,"currency":"usd"},
            "line_item":"l","quantity":1,"quantity_unit":"tokens"}]}],"has_more":true,"next_page":"p"}
            """#
        ),
        (
            .anthropicUsage,
            #"""
            {"data":[{"starting_at":"2026-10-01","ending_at":"2026-10-02","results":[{"uncached_input_tokens":1,
            "cache_creation":{"ephemeral_5m_input_tokens":1},"model":"m"}]}],"has_more":true,"next_page":"p"}
            """#
        ),
        (
            .anthropicCosts,
            #"""
            {"data":[{"starting_at":"2026-10-01","ending_at":"2026-10-02","results":[{"amount":"1","currency":"USD",
            "model":"m"}]}],"has_more":true,"next_page":"p"}
            """#
        ),
        (
            .huggingFaceBilling,
            #"""
            {"usage":{"inferenceProviders":{"usedNanoUsd":1,"includedNanoUsd":1,"numRequests":1,
            "periodStart":"2026-10-01","periodEnd":"2026-10-31"},"jobs":{"usedMicroUsd":1},"Spaces":[{
            "product":"p","quantity":1,"totalCostMicroUSD":1,"unitLabel":"u"}]}}
            """#
        ),
    ]

    /// Where the values of a record are: members and elements, by their order.
    private static func paths(of value: JSONValue) -> [[Int]] {
        var paths: [[Int]] = []
        for (index, child) in children(of: value).enumerated() {
            paths.append([index])
            paths += Self.paths(of: child).map { [index] + $0 }
        }
        return paths
    }

    private static func children(of value: JSONValue) -> [JSONValue] {
        value.kind == .object ? value.members.map(\.value) : Array(value.elements)
    }

    private static func replacing(_ path: [Int], in value: JSONValue, with text: String) -> String {
        guard let first = path.first else { return text }
        let pieces = children(of: value).enumerated().map { index, child in
            if index == first { return replacing(Array(path.dropFirst()), in: child, with: text) }
            var writer = JSONWriter()
            writer.value(child)
            return writer.string
        }
        if value.kind == .array { return "[\(pieces.joined(separator: ","))]" }
        return "{" + zip(value.members, pieces).map { "\"\($0.0.key)\":\($0.1)" }.joined(separator: ",") + "}"
    }
}
