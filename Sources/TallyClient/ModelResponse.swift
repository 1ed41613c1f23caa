/// The response to a call that was read as a whole; whatever its status, its event is recorded.
public struct ModelResponse: Sendable {
    /// The HTTP status: a refusal is a response, too.
    public let status: Int
    /// The header fields in the order they came.
    public let headers: [(name: String, value: String)]
    /// The body as it was sent.
    public let body: [UInt8]
    /// The id of the event in Tally.
    public let eventID: String
}
