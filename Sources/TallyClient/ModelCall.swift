/// A call of a model, as it is sent: any HTTP request in the shape of OpenAI's APIs or of another that Tally reads.
public struct ModelCall: Sendable {
    /// The whole address, such as `https://api.openai.com/v1/chat/completions`.
    public var url: String
    /// The method.
    public var method = "POST"
    /// The header fields, the provider's credential among them; none of it is recorded.
    public var headers: [(name: String, value: String)]
    /// The body; nothing of it is recorded but the model, the user and plain `metadata`.
    public var body: [UInt8]
    /// Who sends the bill, such as `openai` or `huggingface`.
    public var biller: String
    /// Who serves, where it is known beforehand and the response does not say it.
    public var provider: String?
    /// The project that is charged.
    public var project: String?
    /// The user; the request's own `user` where it is `nil`.
    public var user: String?
    /// Free labels; the request's own `metadata` where it is `nil`.
    public var tags: [String: String]?
    /// Whether a streamed completion that does not say so itself is asked for its usage, which is otherwise unknown; the
    /// chunk with it is then taken out again.
    public var asksForUsage = true

    /// A call with a JSON body.
    ///
    /// - Parameters:
    ///   - url: The whole address.
    ///   - json: The body.
    ///   - biller: Who sends the bill.
    ///   - credential: What stands behind `Bearer` in the `Authorization` header.
    public init(url: String, json: String, biller: String, credential: String? = nil) {
        self.url = url
        self.biller = biller
        body = Array(json.utf8)
        headers = [("Content-Type", "application/json"), ("Accept-Encoding", "identity")]
        if let credential { headers.append(("Authorization", "Bearer " + credential)) }
    }
}
