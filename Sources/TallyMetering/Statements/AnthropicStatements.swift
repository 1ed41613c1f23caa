internal import FastJSON
internal import TallyCore

/// Anthropic's usage report of Messages (Anthropic, usage and cost API).
enum AnthropicUsage {
    static func read(_ root: JSONValue) throws(RecordFailure) -> StatementReading {
        try BucketPage.read(root, biller: "anthropic", start: "starting_at", end: "ending_at", line)
    }

    private static func line(
        _ result: JSONValue, in period: StatementPeriod
    ) throws(RecordFailure) -> StatementLine? {
        var line = StatementLine(kind: .usage, period: period)
        try AnthropicDimensions.read(result, into: &line.dimensions)
        line.add(
            .usage(.input), try StatementField.count(result["uncached_input_tokens"], "uncached_input_tokens"))
        line.add(
            .usage(.cacheRead), try StatementField.count(result["cache_read_input_tokens"], "cache_read_input_tokens"))
        let written = result["cache_creation"]?.object
        line.add(
            .usage(.cacheWrite5m),
            try StatementField.count(written?["ephemeral_5m_input_tokens"], "ephemeral_5m_input_tokens"))
        line.add(
            .usage(.cacheWrite1h),
            try StatementField.count(written?["ephemeral_1h_input_tokens"], "ephemeral_1h_input_tokens"))
        line.add(.usage(.output), try StatementField.count(result["output_tokens"], "output_tokens"))
        line.add(
            .usage(.webSearches),
            try StatementField.count(result["server_tool_use"]?["web_search_requests"], "web_search_requests"))
        return line
    }
}

/// Anthropic's cost report (Anthropic, usage and cost API), by day: the amount is a decimal string in cents.
///
/// What the priority tier costs is not in it.
enum AnthropicCosts {
    static func read(_ root: JSONValue) throws(RecordFailure) -> StatementReading {
        try BucketPage.read(root, biller: "anthropic", start: "starting_at", end: "ending_at", line)
    }

    private static func line(
        _ result: JSONValue, in period: StatementPeriod
    ) throws(RecordFailure) -> StatementLine? {
        var line = StatementLine(kind: .charge, period: period)
        line.amount = try StatementField.amount(result["amount"], "amount", places: 2)
        if line.amount == nil { throw RecordFailure("amount is missing; every result needs one") }
        line.currency = (try LogField.text(result["currency"], "currency") ?? "USD").uppercased()
        try AnthropicDimensions.read(result, into: &line.dimensions)
        return line
    }
}

private enum AnthropicDimensions {
    static func read(_ result: JSONValue, into dimensions: inout StatementDimensions) throws(RecordFailure) {
        dimensions.provider = "anthropic"
        dimensions.model = try LogField.text(result["model"], "model")
        dimensions.project = try LogField.text(result["workspace_id"], "workspace_id")
        dimensions.key = try LogField.text(result["api_key_id"], "api_key_id")
        dimensions.serviceTier = try LogField.text(result["service_tier"], "service_tier")
        dimensions.lineItem = try LogField.text(result["description"], "description")
    }
}
