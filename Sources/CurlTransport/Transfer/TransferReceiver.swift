/// Who is told what becomes of a transfer.
///
/// All calls are made on the transfer's engine thread, one after the other, and none may block: other transfers wait
/// meanwhile. The first may come before ``TransferEngine/start(_:receiver:)`` has returned.
package protocol TransferReceiver: AnyObject, Sendable {
    /// Takes the head of the response: once, and before its body; interim heads (1xx) are left out.
    func receive(_ head: TransferHead)

    /// Takes the next bytes of the body, as sent by the server except for chunk marks: never decoded.
    ///
    /// - Parameter bytes: At least one byte, lent for the length of the call.
    /// - Returns: Whether more may come; these bytes count as taken in both cases.
    func receive(_ bytes: UnsafeRawBufferPointer) -> TransferFlow

    /// A streamed body has run low: more may be sent.
    ///
    /// Comes at the start, and after each send as soon as less than ``TransferEngine/lowWater`` bytes are left.
    func wantsBody()

    /// The transfer is over: exactly once, and the last call; also when the receiver has paused it.
    func finish(_ ending: TransferEnding)
}
