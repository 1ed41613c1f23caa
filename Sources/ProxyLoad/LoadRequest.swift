internal import NIOCore
internal import NIOHTTP1

/// The request of a call: all that the call is, it is by its number.
enum LoadRequest {
    /// The header by which the provider knows the number; those of Tally's own do not reach it.
    static let numberHeader = "x-load-call"

    private static let path = "/v1/chat/completions"
    private static let model = "gpt-4o-mini"

    /// Writes the parts of a request, but for its end.
    static func parts(_ call: LoadCall, project: String, host: String) -> [HTTPClientRequestPart] {
        let number = call.number
        let words = Array(repeating: "word", count: 1 + number % 13).joined(separator: " ")
        let options = call.kind == .streamWithUsage ? #","stream_options":{"include_usage":true}"# : ""
        let stream = call.kind.isStream ? #","stream":true"# + options : ""
        let body = ByteBuffer(
            string: #"{"model":"\#(model)","max_tokens":\#(1 + number % 97),"#
                + #""messages":[{"role":"user","content":"\#(words)"}]\#(stream)}"#)
        var headers = HTTPHeaders([
            ("host", host), ("content-type", "application/json"), ("content-length", "\(body.readableBytes)"),
            ("authorization", "Bearer load"), ("x-tally-project", project), ("x-tally-tags", "call=\(number)"),
            (numberHeader, "\(number)"), ("x-fake-cached-tokens", "\(number % 5)"),
        ])
        for (name, value) in call.kind.script { headers.add(name: name, value: value) }
        return [
            .head(HTTPRequestHead(version: .http1_1, method: .POST, uri: path, headers: headers)),
            .body(.byteBuffer(body)),
        ]
    }
}
