/// The part of a transfer whose time limit was reached.
package enum TransferPhase: String, Equatable, Sendable {
    /// Connecting, TLS included.
    case connect = "connecting"
    /// From the start to the head of the response.
    case firstByte = "waiting for the response"
    /// Between two bytes of the response.
    case idle = "waiting for more of the response"
    /// All of it.
    case total = "the whole transfer"
}
