internal import FastJSON
internal import TallyCore

/// OpenAI's organization usage (OpenAI, openapi.yaml, `/organization/usage/*`).
///
/// `input_tokens` holds what was read from and written to a cache; `input_uncached_tokens` holds neither, and the audio
/// and image counts are parts of that. The cached counts by kind are parts of `input_cached_tokens`.
enum OpenAIUsage {
    static func read(_ root: JSONValue) throws(RecordFailure) -> StatementReading {
        try BucketPage.read(root, biller: "openai", start: "start_time", end: "end_time", line)
    }

    private static func line(
        _ result: JSONValue, in period: StatementPeriod
    ) throws(RecordFailure) -> StatementLine? {
        var line = StatementLine(kind: .usage, period: period)
        line.dimensions.provider = "openai"
        line.dimensions.model = try LogField.text(result["model"], "model")
        line.dimensions.project = try LogField.text(result["project_id"], "project_id")
        line.dimensions.user = try LogField.text(result["user_id"], "user_id")
        line.dimensions.key = try LogField.text(result["api_key_id"], "api_key_id")
        line.dimensions.serviceTier = try LogField.text(result["service_tier"], "service_tier")
        line.dimensions.lineItem = try LogField.text(result["object"], "object")
        if let batch = result["batch"], !batch.isNull { line.dimensions.isBatch = LogField.isTrue(batch) }
        line.requests = try StatementField.count(result.first("num_model_requests", "num_requests"), "requests")
        try addInput(result, to: &line)
        try addOutput(result, to: &line)
        line.add(.usage(.images), try StatementField.number(result["images"], "images"))
        line.add(.usage(.characters), try StatementField.number(result["characters"], "characters"))
        line.add(.usage(.audioSeconds), try StatementField.number(result["seconds"], "seconds"))
        line.add(.unit("bytes"), try StatementField.number(result["usage_bytes"], "usage_bytes"))
        line.add(.unit("sessions"), try StatementField.number(result["num_sessions"], "num_sessions"))
        return line
    }

    private static func addInput(_ result: JSONValue, to line: inout StatementLine) throws(RecordFailure) {
        let total = try StatementField.count(result["input_tokens"], "input_tokens")
        let cached = try StatementField.count(result["input_cached_tokens"], "input_cached_tokens")
        let written = try StatementField.count(result["input_cache_write_tokens"], "input_cache_write_tokens")
        let stated = try StatementField.count(result["input_uncached_tokens"], "input_uncached_tokens")
        let audio = try StatementField.count(result["input_audio_tokens"], "input_audio_tokens")
        let image = try StatementField.count(result["input_image_tokens"], "input_image_tokens")
        let cachedAudio = try StatementField.count(result["input_cached_audio_tokens"], "input_cached_audio_tokens")
        let cachedImage = try StatementField.count(result["input_cached_image_tokens"], "input_cached_image_tokens")
        guard let uncached = stated ?? total.map({ $0 - (cached ?? 0) - (written ?? 0) }) else { return }
        let rest = uncached - (audio ?? 0) - (image ?? 0)
        if rest < 0 { throw RecordFailure("input_tokens is less than its parts; the row contradicts itself") }
        let plainCached = cached.map { $0 - (cachedAudio ?? 0) - (cachedImage ?? 0) }
        if plainCached ?? 0 < 0 {
            throw RecordFailure("input_cached_tokens is less than its parts; the row contradicts itself")
        }
        line.add(.usage(.input), rest)
        line.add(.usage(.cacheRead), plainCached)
        line.add(.usage(.cacheReadAudio), cachedAudio)
        line.add(.usage(.cacheReadImage), cachedImage)
        line.add(.cacheWrites, written)
        line.add(.usage(.inputAudio), audio)
        line.add(.usage(.inputImage), image)
    }

    private static func addOutput(_ result: JSONValue, to line: inout StatementLine) throws(RecordFailure) {
        guard let total = try StatementField.count(result["output_tokens"], "output_tokens") else { return }
        let audio = try StatementField.count(result["output_audio_tokens"], "output_audio_tokens")
        let image = try StatementField.count(result["output_image_tokens"], "output_image_tokens")
        let rest = total - (audio ?? 0) - (image ?? 0)
        if rest < 0 { throw RecordFailure("output_tokens is less than its parts; the row contradicts itself") }
        line.add(.usage(.output), rest)
        line.add(.usage(.outputAudio), audio)
        line.add(.usage(.outputImage), image)
    }
}

/// OpenAI's organization costs (OpenAI, openapi.yaml, `/organization/costs`), by day.
enum OpenAICosts {
    static func read(_ root: JSONValue) throws(RecordFailure) -> StatementReading {
        try BucketPage.read(root, biller: "openai", start: "start_time", end: "end_time", line)
    }

    private static func line(
        _ result: JSONValue, in period: StatementPeriod
    ) throws(RecordFailure) -> StatementLine? {
        var line = StatementLine(kind: .charge, period: period)
        let amount = result["amount"]?.object
        // The rows of an export have the object's members as columns.
        line.amount = try StatementField.amount(amount?["value"] ?? result["amount_value"], "amount.value")
        if line.amount == nil { throw RecordFailure("amount is missing; every result needs one") }
        let currency = try LogField.text(amount?["currency"] ?? result["amount_currency"], "amount.currency")
        line.currency = (currency ?? "usd").uppercased()
        line.dimensions.provider = "openai"
        line.dimensions.lineItem = try LogField.text(result["line_item"], "line_item")
        line.dimensions.project = try LogField.text(result["project_id"], "project_id")
        line.dimensions.key = try LogField.text(result["api_key_id"], "api_key_id")
        line.dimensions.user = try LogField.text(result["user_id"], "user_id")
        if let unit = try LogField.text(result["quantity_unit"], "quantity_unit") {
            line.add(.unit(unit), try StatementField.number(result["quantity"], "quantity"))
        }
        return line
    }
}
