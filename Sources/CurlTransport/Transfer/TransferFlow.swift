/// What a receiver says to bytes it has taken.
package enum TransferFlow: Sendable {
    /// More may come.
    case proceed
    /// No more bytes until ``Transfer/resume()``.
    case pause
}
