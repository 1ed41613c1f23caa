/// What a request says before its body, whichever version of HTTP it came by.
struct RequestHead {
    /// One header line.
    typealias Field = (name: String, value: String)

    var method = ""
    /// The path with its query.
    var target = ""
    /// All header fields in order, names in lower case; empty unless someone wants to read them.
    var fields: [Field] = []
    /// The fields that script the answer, without their common prefix.
    var script: [Field] = []
    var contentLength: Int?
    var isChunked = false
    var expectsContinue = false
    /// Whether the connection ends with the response.
    var closes = false
    /// Whether the client knows chunked bodies, and 100 (Continue).
    var knowsChunks = true
    var isHTTP2 = false

    /// How the names of the fields and query items begin that script an answer.
    static let scriptPrefix = "x-fake-"
}
