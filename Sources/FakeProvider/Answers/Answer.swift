/// How a request is answered: all that is needed to send it.
struct Answer {
    var status: Int
    var fields: [RequestHead.Field]
    var body: any BodySource
    var isStream = false
    var script = FakeScript()
    var ticket: CallTicket?
    /// Whether the connection ends with the response.
    var closes = false
    /// Whether the client knows chunks.
    var mayBeChunked = true

    /// Whether responses of this status have a body.
    var hasBody: Bool { status != 204 && status != 304 }
}
