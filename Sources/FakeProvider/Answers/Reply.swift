internal import NIOCore

/// The answer of one API to a call that succeeds.
struct Reply {
    var contentType = "application/json"
    /// The further header fields.
    var fields: [RequestHead.Field] = []
    var body: any BodySource
    var isStream = false
    /// The id in the body; `nil` for a body without one.
    var bodyID: String?
    /// Whether the response tells what was used.
    var tellsUsage = false

    /// A JSON body.
    init(json: String, bodyID: String? = nil, tellsUsage: Bool = false) {
        body = WholeBody(ByteBuffer(string: json))
        self.bodyID = bodyID
        self.tellsUsage = tellsUsage
    }

    /// A stream of events.
    init(events: EventStream, bodyID: String, tellsUsage: Bool) {
        contentType = "text/event-stream; charset=utf-8"
        fields = [("cache-control", "no-cache")]
        body = events
        isStream = true
        self.bodyID = bodyID
        self.tellsUsage = tellsUsage
    }

    /// Bytes of another kind.
    init(contentType: String, body: any BodySource) {
        self.contentType = contentType
        self.body = body
    }

    /// The answer of an API.
    static func of(_ route: Route, _ call: Call) -> Reply {
        switch route {
        case .chat: call.facts.isStream ? chatStream(call) : chat(call)
        case .completions: call.facts.isStream ? completionStream(call) : completion(call)
        case .responses: call.facts.isStream ? responseStream(call) : response(call)
        case .messages: call.facts.isStream ? messageStream(call) : message(call)
        case .embeddings: embeddings(call)
        case .images: images(call)
        case .speech: speech(call)
        case .transcription: transcription(call)
        case .models: models(call)
        case .task(_, let task): Reply.task(task, call)
        case .fal: fal(call)
        }
    }
}
