internal import FastJSON
internal import TallyCore

/// Reads what a response body of an OpenAI-shaped API says about a call.
///
/// Its choices are never looked at.
///
/// The body may stand alone or within `{"status_code": …, "body": {…}}`, as batch output has it.
enum ResponseReader {
    static func read(
        _ response: JSONValue, into parts: inout EventParts, interner: inout StringInterner
    ) throws(RecordFailure) {
        var body = response
        if let inner = response["body"], inner.kind == .object {
            body = inner
            if parts.event.status == nil, let status = (response["status_code"] ?? response["status"])?.int64 {
                parts.event.status = try FieldReader.status(String(status), field: "response.status_code")
                if parts.event.status == nil { parts.event.outcome = .failed }
            }
        }
        for (name, value) in body.members {
            switch name {
            case "id":
                if parts.event.requestID == nil, let text = value.text {
                    parts.event.requestID = try FieldReader.text(text.string, field: "response.id")
                }
            case "model":
                if parts.seller.model == nil, let text = value.text {
                    parts.seller.model = try interner.name(text, field: "response.model")
                }
            case "service_tier":
                if parts.seller.serviceTier == nil, let text = value.text {
                    parts.seller.serviceTier = try interner.name(text, field: "response.service_tier")
                }
            case "usage":
                if parts.event.usage == nil, value.kind == .object { parts.event.usage = try ChatUsage.read(value) }
                if parts.event.reportedCost == nil { parts.event.reportedCost = ReportedCost.read(usage: value) }
            case "error":
                if value.kind == .object, parts.event.status == nil { parts.event.outcome = .failed }
            default: break
            }
        }
    }
}
