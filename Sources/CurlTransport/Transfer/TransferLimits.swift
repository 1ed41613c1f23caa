/// The longest one transfer may take, as a whole and in its parts.
package struct TransferLimits: Sendable {
    /// The longest until the server is connected, TLS included.
    package var connect: Duration
    /// The longest from the start until the head of the response is there.
    package var firstByte: Duration
    /// The longest without a byte once the head is there.
    ///
    /// It does not count while the receiver has paused the transfer, nor while the rest of a streamed body is waited for.
    package var idle: Duration
    /// The longest in all.
    package var total: Duration

    /// Limits for a call of a language model.
    ///
    /// - Parameters:
    ///   - connect: The longest until the server is connected.
    ///   - firstByte: The longest until the head of the response is there.
    ///   - idle: The longest without a byte.
    ///   - total: The longest in all.
    package init(
        connect: Duration = .seconds(10), firstByte: Duration = .seconds(600), idle: Duration = .seconds(300),
        total: Duration = .seconds(3_600)
    ) {
        self.connect = connect
        self.firstByte = firstByte
        self.idle = idle
        self.total = total
    }
}
