internal import FastJSON
internal import TallyCore

/// JSON access logs as nginx writes them: every value is text, `-` is none, and an attempt at each upstream stands behind
/// a comma (nginx, `log_format`).
///
/// They say who called what, how it ended and how long it took; usage is unknown. An event is made for what is asked of
/// a model's API and for nothing else. The vendor's id of the generation, where its header is logged, is the match key.
struct NginxLog: LogReader {
    /// What clients that left are logged with (nginx, `ngx_http_request.h`).
    private static let clientClosed = 499

    mutating func read(_ record: JSONValue, at position: Int, into sink: inout LogSink) throws(RecordFailure) {
        guard Self.isInference(record) else {
            sink.pass(.noInference)
            return
        }
        var parts = EventParts()
        parts.event.time = try Self.time(record, zone: sink.zone)
        if let status = Self.value(record, "status") {
            parts.event.status = try FieldReader.status(status, field: "status")
        }
        if parts.event.status == Self.clientClosed { parts.event.outcome = .interrupted }
        if parts.event.status == nil, record["status"] != nil { parts.event.outcome = .failed }
        parts.event.durationMs = Self.milliseconds(record["request_time"])
        parts.event.ttfbMs = Self.milliseconds(record["upstream_header_time"])
        parts.event.id = Self.value(record, "request_id")
        parts.event.requestID = Self.header(record, ["x_generation_id", "inference_id", "x_inference_id"])
        parts.eventID = Self.header(record, ["x_tally_event_id"]).flatMap { EventIdentity(text: $0) }
        // Request headers, where they are logged.
        parts.seller.account = Self.value(record, "http_x_hf_bill_to")
        parts.charged.project = Self.value(record, "http_x_tally_project")
        parts.charged.user = Self.value(record, "http_x_tally_user")
        let basis = Self.readSeller(record, into: &parts.seller)
        sink.add(parts, seller: basis, transportID: Self.header(record, ["x_request_id", "request_id"]))
    }

    /// The text of a variable; `-` is none.
    private static func value(_ record: JSONValue, _ name: String) -> String? {
        guard let text = LogField.description(record[name]), text != "-" else { return nil }
        return text
    }

    private static func time(_ record: JSONValue, zone: ReportZone) throws(RecordFailure) -> Instant {
        guard let value = record.first("time", "time_iso8601", "timestamp", "@timestamp", "msec", "time_local") else {
            throw RecordFailure("time is missing; log $time_iso8601 as \"time\"")
        }
        if let text = value.text, let time = localTime(text.string) { return time }
        return try LogField.requiredTime(value, "time", zone: zone)
    }

    /// `$time_local`: `30/Oct/2026:12:30:00 +0000`.
    private static func localTime(_ text: String) -> Instant? {
        let pieces = text.split(separator: "/", maxSplits: 2)
        guard pieces.count == 3, let month = months.firstIndex(of: String(pieces[1])) else { return nil }
        let rest = pieces[2].split(separator: ":", maxSplits: 1)
        guard rest.count == 2 else { return nil }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        guard case .instant(let time)? = TimeText("\(rest[0])-\(number)-\(pieces[0])T\(rest[1])"),
            time >= .earliestEvent, time < .latestEvent
        else { return nil }
        return time
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Seconds with three decimals; of several attempts the last.
    private static func milliseconds(_ value: JSONValue?) -> Int? {
        guard let text = value?.scalarText?.split(whereSeparator: { $0 == "," || $0 == ":" || $0 == " " }).last,
            let seconds = DecimalText(utf8: text.utf8), case .success(let milliseconds) = seconds.truncated(to: 3)
        else { return nil }
        return Int(exactly: milliseconds).flatMap { FieldReader.durations.contains($0) ? $0 : nil }
    }

    /// A header of the vendor's answer, by the first of its names that was logged.
    private static func header(_ record: JSONValue, _ names: [String]) -> String? {
        for name in names {
            for prefix in ["upstream_http_", "sent_http_"] {
                guard let text = value(record, prefix + name) else { continue }
                // Every attempt at an upstream has its value; the last one answered.
                return text.split(separator: ",").last.map { $0.trimmingPrefix(" ").description }
            }
        }
        return nil
    }

    private static func readSeller(_ record: JSONValue, into seller: inout EventParts.Seller) -> SellerBasis {
        if let served = header(record, ["x_inference_provider"]) {
            seller.biller = "huggingface"
            seller.provider = served
            return .address
        }
        for name in ["proxy_host", "upstream_host", "host", "http_host", "server_name"] {
            guard let address = value(record, name), let known = Seller.at(address: address) else {
                continue
            }
            seller.biller = known.biller
            seller.provider = known.provider
            return .address
        }
        for (name, biller) in vendorHeaders where header(record, [name]) != nil {
            seller.biller = biller
            return .address
        }
        return .assumed
    }

    /// Headers only one biller sends.
    private static let vendorHeaders: [(name: String, biller: String)] = [
        ("openai_processing_ms", "openai"), ("anthropic_organization_id", "anthropic"),
        ("x_fal_billable_units", "fal"), ("x_fal_request_id", "fal"), ("fireworks_prompt_tokens", "fireworks"),
        ("x_groq_region", "groq"),
    ]

    private static func isInference(_ record: JSONValue) -> Bool {
        guard var path = path(of: record) else { return header(record, ["x_inference_provider"]) != nil }
        if let method = record["request_method"]?.text, !(method == "POST") { return false }
        path = path.prefix { $0 != "?" }
        while path.last == "/" { path = path.dropLast() }
        return operations.contains { path.hasSuffix($0) } || path.contains("/hf-inference/models/")
            || path.hasPrefix("/fal/") || header(record, ["x_inference_provider"]) != nil
    }

    private static func path(of record: JSONValue) -> Substring? {
        if let uri = record.first("request_uri", "uri", "path")?.text { return Substring(uri.string) }
        guard let line = record["request"]?.text else { return nil }
        // `POST /v1/chat/completions HTTP/1.1`
        let pieces = line.string.split(separator: " ")
        return pieces.count >= 2 ? (pieces[0] == "POST" ? pieces[1] : "") : nil
    }

    /// How the paths of inference end at the hosts of the facts (1.1, 2, 4).
    private static let operations = [
        "/completions", "/responses", "/messages", "/embeddings", "/images/generations", "/images/edits",
        "/images/variations", "/audio/speech", "/audio/transcriptions", "/audio/translations", "/rerank",
        ":generateContent", ":streamGenerateContent", ":embedContent", ":batchEmbedContents", "/converse",
        "/converse-stream", "/invoke", "/invoke-with-response-stream", "/predictions", "/videos", "/chat",
    ]
}
