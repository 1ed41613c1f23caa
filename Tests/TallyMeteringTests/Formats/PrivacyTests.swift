import TallyCore
import Testing

@testable import TallyMetering

/// I7: what was asked and what was answered ends up in no field and in no reason.
struct PrivacyTests {
    private static let secret = "SECRET-PROMPT"

    private static let request = #"""
        {"model":"m","prompt":"SECRET-PROMPT","input":["SECRET-PROMPT"],"instructions":"SECRET-PROMPT",
        "messages":[{"role":"user","content":"SECRET-PROMPT"},{"role":"user","content":[{"text":"SECRET-PROMPT"}]}],
        "tools":[{"function":{"description":"SECRET-PROMPT"}}],"stop":"SECRET-PROMPT"}
        """#

    private static let response = #"""
        {"id":"gen","model":"m","choices":[{"text":"SECRET-PROMPT","message":{"content":"SECRET-PROMPT",
        "reasoning_content":"SECRET-PROMPT","tool_calls":[{"function":{"arguments":"SECRET-PROMPT"}}]}}],
        "output_text":"SECRET-PROMPT","error":{"message":"SECRET-PROMPT"},"data":[{"b64_json":"SECRET-PROMPT"}],
        "usage":{"prompt_tokens":3,"completion_tokens":1,"note":"SECRET-PROMPT"}}
        """#

    @Test func noFieldHoldsAPrompt() throws {
        let records = [
            #""request":\#(Self.request),"response":\#(Self.response)"#,
            #""request":{"body":\#(Self.request)},"response":{"status_code":200,"body":\#(Self.response)}"#,
            #""prompt":"SECRET-PROMPT","messages":[{"content":"SECRET-PROMPT"}],"completion":"SECRET-PROMPT""#,
        ]
        for record in records {
            let draft = try decode(with: record)
            #expect(!String(reflecting: draft).contains(Self.secret))
            #expect(!dumped(draft).contains(Self.secret))
        }
    }

    @Test(arguments: [
        #""request":"SECRET-PROMPT""#, #""response":"SECRET-PROMPT""#, #""response":["SECRET-PROMPT"]"#,
        #""request":\#(request),"response":\#(response),"status":7"#,
        #""response":{"choices":[{"text":"SECRET-PROMPT"}],"usage":{"prompt_tokens":-1}}"#,
        #""response":{"output":"SECRET-PROMPT","usage":{"prompt_tokens":"SECRET-PROMPT"}}"#,
        #""request":{"messages":["SECRET-PROMPT"],"metadata":{"a":["SECRET-PROMPT"]}}"#,
    ])
    func noReasonHoldsAPrompt(_ record: String) throws {
        let reason = try #require(try refusal(with: record))
        #expect(!reason.contains(Self.secret))
    }

    /// A prompt may stand where any value should: a reason tells its length at most.
    @Test func noReasonHoldsWhatStandsInAField() throws {
        let scalars = FieldMap.Field.named.map(\.name) + ["timestamp", "usage", "tags", "request", "response"]
        let secrets = [#""SECRET-PROMPT""#, #""SECRET-PROMPT\u0001""#, #"["SECRET-PROMPT"]"#, #"{"SECRET-PROMPT":[]}"#]
        for name in scalars {
            for secret in secrets {
                let reason = try refusal(#"{"time":"2026-06-01","usage":null,"\#(name)":\#(secret)}"#)
                #expect(reason?.contains("SECRET") != true, "\(name): \(secret)")
            }
        }
        for name in UsageClass.names {
            let reason = try #require(try refusal(#"{"time":"2026-06-01","usage":{"\#(name)":"SECRET-PROMPT"}}"#))
            #expect(!reason.contains("SECRET"))
        }
        for members in [
            #""usage":{"SECRET-PROMPT":1}"#, #""tags":{"SECRET-PROMPT":[]}"#, #""tags":{"SECRET-PROMPT\u0001":1}"#,
            #""tags":{"SECRET-PROMPT":"SECRET-PROMPT\u0001"}"#, #""request":{"model":"SECRET-PROMPT\u0001"}"#,
            #""request":{"metadata":{"SECRET-PROMPT":[]}}"#, #""response":{"id":"SECRET-PROMPT\u0001"}"#,
        ] {
            let reason = try #require(try refusal(with: members), "\(members)")
            #expect(!reason.contains("SECRET"))
        }
    }

    @Test func noReasonHoldsWhatStandsInACell() throws {
        let names = FieldMap.Field.named.map(\.name) + UsageClass.names + ["tag:team"]
        for (column, name) in names.enumerated() {
            for secret in ["SECRET-PROMPT", "SECRET-PROMPT\u{1}", "1 SECRET"] {
                var decoder = try ColumnRecordDecoder(header: names, map: FieldMap(), defaults: RecordDefaults())
                let reason = outcome { () throws(RecordFailure) in
                    _ = try decoder.decode { $0 == column ? secret : $0 == 0 ? "2026-06-01" : "" }
                    return "read"
                }
                #expect(!reason.contains("SECRET"), "\(name)")
            }
        }
    }

    private func dumped(_ draft: EventDraft) -> String {
        var text = ""
        dump(draft, to: &text)
        return text
    }
}
