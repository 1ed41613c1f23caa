package import Foundation

/// A log of another tool or a statement of a biller, as the facts have recorded it, with what an import makes of it.
package struct ToolLog: Sendable, CustomStringConvertible {
    /// The name of its form.
    package let form: String
    /// What a file of it may be called.
    package let fileName: String
    /// The file.
    package let text: String
    /// Events in it.
    package let events: Int
    /// Records in it that are about no call of their own.
    package var skipped = 0
    /// Lines of statements in it.
    package var statements = 0
    /// What its events cost by the shipped prices, in all; `nil` where none has a price.
    package var cost: String?
    /// What its statements charge in all; `nil` where they state no charge.
    package var charged: String?

    package var description: String { form }

    /// Logs of every form, made from the fixtures in a folder.
    ///
    /// - Parameter folder: Where the fixtures lie.
    /// - Returns: The logs.
    /// - Throws: `CocoaError` when a fixture is not as it was.
    package static func all(in folder: URL) throws -> [ToolLog] {
        let gateways = try Fixtures(folder, "19-gateway-exports")
        let traces = try Fixtures(folder, "20-trace-and-client-logs")
        let organization = try Fixtures(folder, "12-openai-admin-usage-costs")
        let hub = try Fixtures(folder, "06-hf-billing")
        let activity = try Fixtures(folder, "08-openrouter-byok-activity")
        return [
            ToolLog(
                form: "litellm", fileName: "spend.jsonl",
                text: try gateways.line("litellm_spend_log", "row") + gateways.line("litellm_own_cache_hit", "row"),
                events: 2, cost: "0.00435"),
            ToolLog(
                form: "langfuse", fileName: "observations.json",
                text: "[\n" + (try gateways.pretty("langfuse_observation", "row")) + "\n]\n", events: 1,
                cost: "0.0013846"),
            ToolLog(
                form: "helicone", fileName: "requests.jsonl", text: try gateways.line("helicone_request", "row"),
                events: 1, cost: "0.00039"),
            ToolLog(
                form: "otlp", fileName: "traces.json", text: try traces.pretty("otlp_genai_span", "body"), events: 1,
                cost: "0.017376"),
            ToolLog(
                form: "claude-code", fileName: "session.jsonl", text: try traces.lines("claude_code_jsonl"), events: 1,
                skipped: 4, cost: "0.005314"),
            ToolLog(
                form: "codex", fileName: "rollout.jsonl", text: try traces.lines("codex_cumulative"), events: 2,
                skipped: 1),
            ToolLog(form: "nginx", fileName: "access.log", text: try traces.lines("nginx_json_access"), events: 2),
            ToolLog(
                form: "openai-batch", fileName: "batch.jsonl",
                text: #"{"id":"batch_req_1","custom_id":"a","response":{"status_code":200,"request_id":"r","body":"#
                    + #"{"id":"chatcmpl-b","created":1793361600,"model":"gpt-4o-mini-2024-07-18","#
                    + #""usage":{"prompt_tokens":1000,"completion_tokens":400}}},"error":null}"# + "\n"
                    + #"{"id":"batch_req_2","custom_id":"b","response":null,"error":{"code":"batch_expired"}}"# + "\n",
                events: 1, skipped: 1, cost: "0.00039"),
            ToolLog(
                form: "openrouter-activity", fileName: "activity.json",
                text: try activity.pretty("activity_rows", "body"), events: 0, statements: 1, charged: "0.015"),
            ToolLog(
                form: "openai-usage", fileName: "usage.json",
                text: try organization.pretty("usage_completions", "body"),
                events: 0, statements: 1),
            ToolLog(
                form: "openai-costs", fileName: "costs.json", text: try organization.line("costs", "body"), events: 0,
                statements: 2, charged: "0.1021875"),
            ToolLog(
                form: "anthropic-usage", fileName: "report.json",
                text: #"{"data":[{"starting_at":"2026-10-01T00:00:00Z","ending_at":"2026-10-02T00:00:00Z","results":["#
                    + #"{"uncached_input_tokens":10,"output_tokens":2,"model":"claude-haiku-4-5"}]}]}"# + "\n",
                events: 0, statements: 1),
            ToolLog(
                form: "anthropic-costs", fileName: "cost-report.json",
                text: #"{"data":[{"starting_at":"2026-10-01T00:00:00Z","ending_at":"2026-10-02T00:00:00Z","results":["#
                    + #"{"currency":"USD","amount":"123.45","description":"Input"},"#
                    + #"{"currency":"USD","amount":"-0.005","description":"Refund"}]}]}"# + "\n",
                events: 0, statements: 2, charged: "1.23445"),
            ToolLog(
                form: "huggingface-billing", fileName: "billing.json",
                text: try hub.pretty("usage_v2", "response", "body"),
                events: 0, statements: 4, charged: "2.7345"),
            ToolLog(
                form: "huggingface-billing", fileName: "sessions.json",
                text: try hub.line("usage_by_session", "response", "body"), events: 0, statements: 2,
                charged: "1.3765"),
        ]
    }
}

/// The cases of one file of fixtures.
private struct Fixtures {
    private let cases: [String: [String: Any]]

    init(_ folder: URL, _ name: String) throws {
        let data = try Data(contentsOf: folder.appendingPathComponent("\(name).json"))
        guard let root = try JSONSerialization.jsonObject(with: data) as? [String: Any],
            let cases = root["cases"] as? [[String: Any]]
        else { throw CocoaError(.fileReadCorruptFile) }
        self.cases = Dictionary(cases.map { ($0["name"] as? String ?? "", $0) }) { first, _ in first }
    }

    private func value(_ name: String, _ path: [String]) throws -> Any {
        var value: Any = cases[name] ?? [:]
        for key in path {
            guard let next = (value as? [String: Any])?[key] else { throw CocoaError(.fileReadCorruptFile) }
            value = next
        }
        return value
    }

    private func text(_ value: Any, _ options: JSONSerialization.WritingOptions) throws -> String {
        String(
            decoding: try JSONSerialization.data(
                withJSONObject: value, options: options.union([.sortedKeys, .withoutEscapingSlashes])),
            as: UTF8.self)
    }

    /// A value as one line.
    func line(_ name: String, _ path: String...) throws -> String { try text(value(name, path), []) + "\n" }

    /// A value over many lines.
    func pretty(_ name: String, _ path: String...) throws -> String {
        try text(value(name, path), .prettyPrinted) + "\n"
    }

    /// The lines of a case.
    func lines(_ name: String) throws -> String {
        guard let lines = try value(name, ["lines"]) as? [String] else { throw CocoaError(.fileReadCorruptFile) }
        return lines.map { $0 + "\n" }.joined()
    }
}
