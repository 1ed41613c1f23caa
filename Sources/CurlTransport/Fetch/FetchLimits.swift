/// What one fetch may take at most.
package struct FetchLimits: Sendable {
    /// The longest until the server is connected, TLS included.
    package var connect: Duration
    /// The longest without a byte, in whole seconds: the rest of a second counts as one.
    package var idle: Duration
    /// The longest in all, redirects included.
    package var total: Duration
    /// The most bytes of an answer, counted once they are uncompressed.
    package var bytes: Int
    /// The most redirects that are followed.
    package var redirects: Int

    /// Limits for a file of some megabytes.
    ///
    /// - Parameters:
    ///   - connect: The longest until the server is connected.
    ///   - idle: The longest without a byte.
    ///   - total: The longest in all.
    ///   - bytes: The most bytes of an answer.
    ///   - redirects: The most redirects that are followed.
    package init(
        connect: Duration = .seconds(10), idle: Duration = .seconds(30), total: Duration = .seconds(120),
        bytes: Int = 64 << 20, redirects: Int = 5
    ) {
        precondition(
            [connect, idle, total].allSatisfy { $0 > .zero && $0 <= .seconds(86_400) }, "a limit lasts a day at most")
        precondition(bytes >= 0 && redirects >= 0, "a limit is not negative")
        self.connect = connect
        self.idle = idle
        self.total = total
        self.bytes = bytes
        self.redirects = redirects
    }
}
