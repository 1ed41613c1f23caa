import FakeProvider
import TallyTestSupport

/// A request to the proxy, and how the fake provider is to answer it.
struct TestCall: Sendable {
    var method = "POST"
    var path: String
    var version = "HTTP/1.1"
    /// The header fields beside those of the connection and of the body.
    var fields: [String] = ["content-type: application/json"]
    var body: String?

    /// A call with a JSON body.
    init(_ path: String, _ body: String?, method: String = "POST") {
        (self.method, self.path, self.body) = (method, path, body)
    }

    /// A question of five words.
    private static let members =
        #""messages":[{"role":"user","content":"one two three four five"}]"#

    static let chat = TestCall("/openai/v1/chat/completions", #"{"model":"m-1",\#(members)}"#)
    static let chatStream = TestCall("/openai/v1/chat/completions", #"{"model":"m-1","stream":true,\#(members)}"#)
    static let chatStreamWithUsage = TestCall(
        "/openai/v1/chat/completions",
        #"{"model":"m-1","stream":true,"stream_options":{"include_usage":true},\#(members)}"#)
    static let messagesStream = TestCall(
        "/anthropic/v1/messages", #"{"model":"m-1","max_tokens":20,"stream":true,\#(members)}"#)
    static let messages = TestCall("/anthropic/v1/messages", #"{"model":"m-1","max_tokens":20,\#(members)}"#)
    static let responsesStream = TestCall("/openai/v1/responses", #"{"model":"m-1","stream":true,"input":"one two"}"#)
    static let responses = TestCall("/openai/v1/responses", #"{"model":"m-1","input":"one two"}"#)
    static let completionsStream = TestCall("/openai/v1/completions", #"{"model":"m-1","stream":true,"prompt":"one"}"#)
    static let embeddings = TestCall("/openai/v1/embeddings", #"{"model":"m-1","input":["one two","three"]}"#)
    static let models = TestCall("/openai/v1/models", nil, method: "GET")

    /// The same, with an answer as the items say.
    func scripted(_ items: [(ScriptItem, String)]) -> TestCall {
        adding(items.map { "x-fake-\($0.0.rawValue): \($0.1)" })
    }

    func scripted(_ items: (ScriptItem, String)...) -> TestCall { scripted(items) }

    /// The same, with further header fields.
    func adding(_ fields: [String]) -> TestCall {
        var call = self
        call.fields += fields
        return call
    }

    func adding(_ field: String...) -> TestCall { adding(field) }

    /// The same to another path.
    func to(_ path: String) -> TestCall {
        var call = self
        call.path = path
        return call
    }

    /// The request as it is sent.
    var bytes: [UInt8] { Array(head.utf8) + Array((body ?? "").utf8) }

    /// Its head, with the empty line.
    var head: String {
        var lines = ["\(method) \(path) \(version)", "host: proxy.test"] + fields
        if let body { lines.append("content-length: \(body.utf8.count)") }
        return lines.joined(separator: "\r\n") + "\r\n\r\n"
    }
}

extension TestClient {
    /// Sends a request.
    func send(_ call: TestCall) async throws { try await send(call.bytes) }
}
