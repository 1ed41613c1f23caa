/// Why a transfer did not come to its end.
///
/// No text of it holds a header's value, a path, a query or a credential: details are libcurl's words for the fault, and
/// name hosts, ports and certificates at most.
package enum TransferFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The host is not known, or nobody answers there.
    case unreachable(detail: String)
    /// TLS could not be agreed on, or the certificate is not to be trusted.
    case untrusted(detail: String)
    /// A time limit was reached.
    case timedOut(TransferPhase)
    /// The connection, or the stream on it, ended after the head of the response and before the end of the body.
    case cutOff(detail: String)
    /// The server sent something that is no HTTP, or a head above the limits.
    case malformed(detail: String)
    /// The request cannot be sent as it is.
    case badRequest(detail: String)
    /// ``Transfer/cancel()`` or ``TransferEngine/shutDown()`` was called.
    case cancelled
    /// Anything else, such as a connection lost before the head of the response; with libcurl's number of the fault.
    case failed(code: UInt32, detail: String)

    package var description: String {
        switch self {
        case .unreachable(let detail):
            "no connection (\(detail)); check the address, the network and the proxy settings"
        case .untrusted(let detail):
            "no secure connection (\(detail)); check the address and the certificates of this machine"
        case .timedOut(let phase):
            "too slow: the time limit for \(phase.rawValue) was reached; try again later or raise the limit"
        case .cutOff(let detail):
            "the response was cut off (\(detail)); try again"
        case .malformed(let detail):
            "the response cannot be read (\(detail)); check that the address is that of an HTTP server"
        case .badRequest(let detail):
            "the request cannot be sent: \(detail)"
        case .cancelled:
            "cancelled"
        case .failed(let code, let detail):
            "the transfer failed (\(detail), libcurl error \(code)); try again"
        }
    }
}
