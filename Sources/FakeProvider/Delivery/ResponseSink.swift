internal import NIOCore

/// Where a response goes: a connection of HTTP/1, or a stream of HTTP/2.
///
/// Used on its event loop only.
protocol ResponseSink: AnyObject {
    var eventLoop: any EventLoop { get }
    /// Whether more can be sent without keeping much of it in memory.
    var isWritable: Bool { get }

    /// Sends a head that is not the real one yet.
    func sendInterim(_ status: Int)
    func send(_ head: ResponseHead)
    /// Adds to the body; what is small waits for a `flush`.
    func send(_ body: ByteBuffer)
    func flush()
    /// Ends the response; the ticket is told whether all of it was written.
    func finish(_ ticket: CallTicket?)
    /// Ends the connection or stream after what was sent, without ending the response.
    func breakOff(_ kind: FakeScript.Break)
    /// Sends bytes that are no HTTP, and closes the connection.
    func sendGarbage()
}
