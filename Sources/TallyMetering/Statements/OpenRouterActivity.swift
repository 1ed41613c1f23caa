internal import FastJSON
internal import TallyCore

/// OpenRouter's activity: one row for each completed UTC day, model and endpoint (OpenRouter, OpenAPI `/activity`).
///
/// `usage` is OpenRouter's charge. With a key of one's own that is its fee alone, and `byok_usage_inference` what the
/// provider charges besides. The input is not divided into cached and other.
enum OpenRouterActivity {
    static func read(_ root: JSONValue) throws(RecordFailure) -> StatementReading {
        var statement = StatementReading(biller: "openrouter")
        for row in try rows(root) {
            statement.collect { () throws(RecordFailure) in [try line(row)] }
        }
        return statement
    }

    private static func rows(_ root: JSONValue) throws(RecordFailure) -> [JSONValue] {
        if root.kind == .array { return Array(root.elements) }
        if let data = root["data"], data.kind == .array { return Array(data.elements) }
        guard root["date"] != nil else {
            throw RecordFailure("there is neither data nor a date; write an answer of /activity or its rows")
        }
        return [root]
    }

    private static func line(_ row: JSONValue) throws(RecordFailure) -> StatementLine {
        guard let day = try StatementField.day(row["date"], "date") else {
            throw RecordFailure("date is missing; every row needs its day")
        }
        guard let amount = try StatementField.amount(row["usage"], "usage") else {
            throw RecordFailure("usage is missing; every row needs its amount")
        }
        var line = StatementLine(kind: .charge, period: day)
        line.amount = amount
        line.upstreamAmount = try StatementField.amount(row["byok_usage_inference"], "byok_usage_inference")
        line.requests = try StatementField.count(row["requests"], "requests")
        line.dimensions.model = try LogField.text(row["model"], "model")
        line.dimensions.provider = try LogField.text(row["provider_name"], "provider_name")?.lowercased()
        line.dimensions.endpoint = try LogField.text(row["endpoint_id"], "endpoint_id")
        line.dimensions.lineItem = try LogField.text(row["model_permaslug"], "model_permaslug")
        line.add(.inputTotal, try StatementField.count(row["prompt_tokens"], "prompt_tokens"))
        line.add(.usage(.output), try StatementField.count(row["completion_tokens"], "completion_tokens"))
        line.add(.usage(.reasoning), try StatementField.count(row["reasoning_tokens"], "reasoning_tokens"))
        return line
    }
}
