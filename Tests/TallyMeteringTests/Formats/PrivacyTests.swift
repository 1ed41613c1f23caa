import TallyCore
import TallyMetering
import Testing

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

    private func dumped(_ draft: EventDraft) -> String {
        var text = ""
        dump(draft, to: &text)
        return text
    }
}
