internal import FastJSON

/// The members of a body, or of one event of a stream, that say something of usage: found in one pass.
///
/// Nothing else of it is looked at: neither what was asked nor what was answered.
struct ResponseDocument {
    /// The document itself.
    let root: JSONValue
    /// `usage`, or the object that stands for it.
    var usage: JSONValue?
    /// Whether the document itself says `"usage": null`.
    private(set) var hasNullUsage = false
    /// Google's `usageMetadata`.
    var usageMetadata: JSONValue?
    /// Cohere's `meta`.
    var meta: JSONValue?
    /// Replicate's `metrics`.
    var metrics: JSONValue?
    /// fal's `timings`.
    var timings: JSONValue?
    /// Fireworks' `perf_metrics`.
    var perfMetrics: JSONValue?
    /// The text generation server's `details`.
    var details: JSONValue?
    /// A list of results: `data` of embeddings and images, `images` of fal.
    var data: JSONValue?
    var images: JSONValue?
    /// Replicate's `output`.
    var output: JSONValue?
    /// The choices or candidates, of which only the end is looked at.
    var choices: JSONValue?
    var candidates: JSONValue?
    var error: JSONValue?
    var id: JSONText?
    var model: JSONText?
    var provider: JSONText?
    var serviceTier: JSONText?
    /// What an event or an object says it is.
    var type: JSONText?
    var object: JSONText?
    /// What a prediction or a response says became of it.
    var status: JSONText?

    /// Looks through a document; the object of an event that holds a whole response (`response`, `message`) counts as
    /// the document.
    init(_ root: JSONValue) {
        self.root = root
        take(root)
        if let inner = nested {
            take(inner)
        }
        if usage == nil, usageMetadata == nil, choices == nil, candidates == nil { takeBareUsage() }
    }

    /// The members that are looked at, by their names.
    private enum Member: String, CaseIterable {
        case usage, id, responseID = "responseId", generationID = "generation_id", model, modelVersion, usageMetadata
        case serviceTier = "service_tier", type, object, choices, candidates, error, status, provider
        case xGroq = "x_groq", response, message, delta, data, images, output, meta, metrics, timings, details
        case perfMetrics = "perf_metrics"

        static let all = allCases
        static let names = ShortNames(all.map(\.rawValue))
    }

    private var nested: JSONValue?

    private mutating func take(_ object: JSONValue) {
        for (name, value) in object.members {
            guard let place = Member.names.place(of: name) else { continue }
            let member = Member.all[place]
            if value.isNull {
                if member == .usage, nested == nil { hasNullUsage = true }
                continue
            }
            switch member {
            case .usage: if value.kind == .object { usage = value }
            case .id, .responseID, .generationID: if id == nil { id = value.text }
            case .model, .modelVersion: model = value.text ?? model
            case .usageMetadata: if value.kind == .object { usageMetadata = value }
            case .serviceTier: serviceTier = value.text ?? serviceTier
            case .type: if type == nil { type = value.text }
            case .object: self.object = value.text ?? self.object
            case .choices: choices = value
            case .candidates: candidates = value
            case .error: error = value
            case .status: status = value.text ?? status
            case .provider: provider = value.text ?? provider
            case .xGroq: takeGroq(value)
            case .response, .message: if value.kind == .object, nested == nil { nested = value }
            case .delta: if usage == nil, let inner = value["usage"], inner.kind == .object { usage = inner }
            case .data: data = value
            case .images: images = value
            case .output: output = value
            case .meta: meta = value
            case .metrics: metrics = value
            case .timings: timings = value
            case .details: details = value
            case .perfMetrics: perfMetrics = value
            }
        }
    }

    /// Groq states the usage of a stream here, and once more in `usage` when that was asked for.
    private mutating func takeGroq(_ value: JSONValue) {
        if usage == nil, let inner = value["usage"], inner.kind == .object { usage = inner }
        if error == nil, let inner = value["error"], !inner.isNull { error = inner }
    }

    /// Takes the document itself for the usage object, which some callers hand over alone.
    private mutating func takeBareUsage() {
        for (name, _) in root.members {
            switch name {
            case "prompt_tokens", "completion_tokens", "input_tokens", "output_tokens", "inputTokens", "outputTokens",
                "billed_units":
                usage = root
            case "promptTokenCount", "candidatesTokenCount": usageMetadata = root
            default: continue
            }
        }
    }
}
