internal import FastJSON
internal import TallyCore

/// Reads what a request of an OpenAI-shaped API says about a call, where the record and its response have not said it.
/// Its messages are never looked at.
enum RequestReader {
    static func read(
        _ request: JSONValue, into event: inout UsageEvent, interner: inout StringInterner
    ) throws(RecordFailure) {
        let body = request["body"].flatMap { $0.kind == .object ? $0 : nil } ?? request
        for (name, value) in body.members {
            switch name {
            case "model":
                if event.offering.model == nil, let text = value.text {
                    event.offering.model = try FieldReader.text(interner.string(text), field: "request.model")
                }
            case "user":
                if event.attribution.user == nil, let text = value.text {
                    event.attribution.user = try FieldReader.text(interner.string(text), field: "request.user")
                }
            case "stream":
                if event.isStream == nil { event.isStream = value.bool }
            case "metadata":
                if event.attribution.tags == nil, value.kind == .object {
                    event.attribution.tags = try TagReader.tags(value, field: "request.metadata")
                }
            default: break
            }
        }
    }
}
