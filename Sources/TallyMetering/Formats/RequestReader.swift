internal import FastJSON
internal import TallyCore

/// Reads what a request of an OpenAI-shaped API says about a call, where the record and its response have not said it.
///
/// Its messages are never looked at.
enum RequestReader {
    static func read(
        _ request: JSONValue, into parts: inout EventParts, interner: inout StringInterner
    ) throws(RecordFailure) {
        let body = request["body"].flatMap { $0.kind == .object ? $0 : nil } ?? request
        for (name, value) in body.members {
            switch name {
            case "model":
                if parts.seller.model == nil, let text = value.text {
                    parts.seller.model = try interner.name(text, field: "request.model")
                }
            case "user":
                if parts.charged.user == nil, let text = value.text {
                    parts.charged.user = try interner.name(text, field: "request.user")
                }
            case "stream":
                if parts.event.isStream == nil { parts.event.isStream = value.bool }
            case "metadata":
                if parts.charged.tags == nil, value.kind == .object {
                    parts.charged.tags = try TagReader.tags(value, field: "request.metadata")
                }
            default: break
            }
        }
    }
}
