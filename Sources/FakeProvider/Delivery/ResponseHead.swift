/// What a response says before its body.
struct ResponseHead {
    /// How the end of the body is told.
    enum Framing: Equatable {
        /// There is no body, by the status.
        case none
        case length(Int)
        case chunked
        case untilClose
    }

    var status: Int
    var fields: [RequestHead.Field]
    var framing: Framing
    /// Whether the connection ends with the response.
    var closes: Bool
}
