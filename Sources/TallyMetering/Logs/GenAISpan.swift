internal import TallyCore

/// What the attributes of a span say about a call, by OpenTelemetry's GenAI conventions and the names they had before.
///
/// The input is the total with the cache in it, for Anthropic too, and the output holds the reasoning (OpenTelemetry,
/// GenAI attribute registry). Nothing here knows how the span was transported.
struct GenAISpan {
    typealias Value = TelemetryAttribute.Value

    private(set) var usage = InclusiveUsage()
    private(set) var seller = EventParts.Seller()
    private(set) var charged = EventParts.Charged()
    private(set) var requestID: String?
    private(set) var status: Int?
    private(set) var isStream: Bool?
    /// Whether it names an error.
    private(set) var isFailed = false
    private var operation: String?
    private var olderOperation: String?
    private var frameworkKind: String?
    private var provider: String?
    private var address: String?
    private var requestModel: String?
    private var tags: [String: String] = [:]

    /// The operations that are one call of a model; an agent's or a tool's span repeats what its children used.
    private static let inference: Set<String> = ["chat", "text_completion", "generate_content", "embeddings"]
    /// The kinds of call that instrumentations named before there were operations (OpenLLMetry, `llm.request.type`).
    private static let olderInference: Set<String> = ["chat", "completion", "embedding", "rerank"]

    /// Whether the span is a call of a model.
    var isInference: Bool {
        if let operation { return Self.inference.contains(operation) }
        if let olderOperation { return Self.olderInference.contains(olderOperation) }
        if frameworkKind != nil { return false }
        return provider != nil && (requestModel != nil || seller.model != nil)
            && isCounted
    }

    /// Whether it says how much was used.
    var isCounted: Bool { usage.input != nil || usage.output != nil }

    /// Takes an attribute of the resource: what is called, and where it runs.
    mutating func readResource(_ name: String, _ value: Value) {
        guard case .text(let text) = value else { return }
        switch name {
        case "service.name", "service.namespace", "deployment.environment.name": tag(name, text)
        case "deployment.environment": tag("deployment.environment.name", text)
        default: break
        }
    }

    /// Takes an attribute of the span.
    ///
    /// - Throws: ``RecordFailure`` when a count is none, or a name cannot be kept.
    mutating func read(_ name: String, _ value: Value) throws(RecordFailure) {
        switch value {
        case .text(let text): try read(name, text: text)
        case .integer(let number): try read(name, number: number)
        case .bool(let bool): if name == "gen_ai.request.stream" || name == "llm.is_streaming" { isStream = bool }
        case .other: break
        }
    }

    private mutating func read(_ name: String, text: String) throws(RecordFailure) {
        switch name {
        case "gen_ai.operation.name": operation = text
        case "llm.request.type": olderOperation = text
        case "traceloop.span.kind", "openinference.span.kind": frameworkKind = text
        case "gen_ai.provider.name": provider = text
        case "gen_ai.system": if provider == nil { provider = text }
        case "gen_ai.request.model": requestModel = try FieldReader.text(text, field: name)
        case "gen_ai.response.model": seller.model = try FieldReader.text(text, field: name)
        case "gen_ai.response.id": requestID = try FieldReader.text(text, field: name)
        case "openai.response.service_tier", "gen_ai.openai.response.service_tier":
            seller.serviceTier = try FieldReader.text(text, field: name)
        case "server.address", "url.full", "gen_ai.openai.api_base":
            if address == nil || name != "gen_ai.openai.api_base" { address = text }
        case "user.id", "enduser.id", "gen_ai.user":
            charged.user = (try? FieldReader.text(text, field: name)) ?? nil
        case "deployment.environment.name": tag(name, text)
        case "error.type", "http.response.status_code":
            if name == "error.type", !text.isEmpty { isFailed = true }
            status = status ?? (try? FieldReader.status(text, field: name)) ?? nil
        default:
            // Exporters that know no integers write them as text.
            if Self.isCount(name) { try readCount(name, FieldReader.quantity(text, of: .input, field: name)) }
        }
    }

    private mutating func read(_ name: String, number: Int64) throws(RecordFailure) {
        if name == "http.response.status_code" || name == "http.status_code" {
            status = (100...599).contains(number) ? Int(number) : nil
        } else if Self.isCount(name) {
            guard number >= 0, number <= UsageBuckets.maximumQuantity else {
                throw RecordFailure(
                    "\(name) is \(RecordFailure.quoted(String(number))); "
                        + "write a count from 0 to \(UsageBuckets.maximumQuantity)")
            }
            readCount(name, number)
        }
    }

    private static func isCount(_ name: String) -> Bool {
        name.hasPrefix("gen_ai.usage.") || name.hasPrefix("llm.usage.")
    }

    private mutating func readCount(_ name: String, _ count: Int64) {
        switch name {
        case "gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens": usage.input = max(usage.input ?? 0, count)
        case "gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens":
            usage.output = max(usage.output ?? 0, count)
        case "gen_ai.usage.total_tokens", "llm.usage.total_tokens": usage.total = count
        case "gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens",
            "gen_ai.usage.details.cache_read_tokens":
            usage.cacheRead = max(usage.cacheRead ?? 0, count)
        case "gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.cache_creation_input_tokens",
            "gen_ai.usage.details.cache_write_tokens":
            usage.cacheWrite = max(usage.cacheWrite ?? 0, count)
        case "gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.reasoning_tokens",
            "gen_ai.usage.details.reasoning_tokens":
            usage.reasoning = max(usage.reasoning ?? 0, count)
        default: break
        }
    }

    private mutating func tag(_ name: String, _ text: String) {
        guard let value = try? FieldReader.text(text, field: name) else { return }
        tags[name] = value
    }

    /// The call the span is about.
    ///
    /// The address it went to comes before the provider it names: an instrumentation of OpenAI's client says `openai`
    /// whatever host the client calls.
    ///
    /// - Parameter parts: Takes it; it has its times already.
    /// - Returns: Where the seller comes from.
    func fill(_ parts: inout EventParts) -> SellerBasis {
        parts.seller = seller
        parts.seller.model = seller.model ?? requestModel
        parts.charged = charged
        parts.charged.tags = tags.isEmpty ? nil : tags
        parts.event.requestID = requestID
        parts.event.isStream = isStream
        parts.event.status = status
        let named = provider.flatMap(Seller.named(byOpenTelemetry:))
        var basis = SellerBasis.stated
        if let address, let known = Seller.at(address: address) {
            parts.seller.biller = known.biller
            parts.seller.provider = known.provider
            basis = .address
        } else if let named {
            parts.seller.biller = named
        } else {
            parts.seller.biller = parts.seller.model.flatMap(Seller.maker(ofModel:))
            basis = .assumed
        }
        parts.event.usage = usage.buckets(writes: Seller.unsplitWrites(of: parts.seller))
        return basis
    }
}
