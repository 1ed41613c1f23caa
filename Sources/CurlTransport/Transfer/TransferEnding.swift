/// How a transfer ended.
package enum TransferEnding: Equatable, Sendable {
    /// The response came in whole.
    case complete
    /// It did not.
    case failed(TransferFailure)
}
