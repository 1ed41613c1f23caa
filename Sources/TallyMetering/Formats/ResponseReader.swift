internal import FastJSON
internal import TallyCore

/// Reads what a response body of an OpenAI-shaped API says about a call. Its choices are never looked at.
///
/// The body may stand alone or within `{"status_code": …, "body": {…}}`, as batch output has it.
enum ResponseReader {
    static func read(
        _ response: JSONValue, into event: inout UsageEvent, interner: inout StringInterner
    ) throws(RecordFailure) {
        var body = response
        if let inner = response["body"], inner.kind == .object {
            body = inner
            if event.status == nil, let status = (response["status_code"] ?? response["status"])?.int64 {
                event.status = try FieldReader.integer(
                    String(status), in: FieldReader.statuses, field: "response.status_code")
            }
        }
        for (name, value) in body.members {
            switch name {
            case "id":
                if event.requestID == nil, let text = value.text {
                    event.requestID = try FieldReader.text(text.string, field: "response.id")
                }
            case "model":
                if event.offering.model == nil, let text = value.text {
                    event.offering.model = try FieldReader.text(interner.string(text), field: "response.model")
                }
            case "service_tier":
                if event.offering.serviceTier == nil, let text = value.text {
                    event.offering.serviceTier = try FieldReader.text(
                        interner.string(text), field: "response.service_tier")
                }
            case "usage":
                if event.usage == nil, value.kind == .object { event.usage = try ChatUsage.read(value) }
            case "error":
                if value.kind == .object, event.status == nil { event.outcome = .failed }
            default: break
            }
        }
    }
}
