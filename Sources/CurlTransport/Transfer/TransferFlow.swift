/// What a receiver says to bytes it has taken.
package enum TransferFlow: Sendable {
    /// More may come.
    case proceed
    /// No more bytes until ``Transfer/resume()``.
    ///
    /// libcurl keeps what it has read by then, and over HTTP/2 what the server may still send, which can hold up the other
    /// transfers on the same connection: a pause is for a client that is slow now, not for parking a transfer.
    case pause
}
