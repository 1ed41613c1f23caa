/// How long to wait before something that failed is tried again: twice as long each time, up to a limit.
struct RetryDelay {
    private static let first = Duration.milliseconds(250)
    private static let longest = Duration.seconds(15)

    private var current = first

    /// Whether nothing has failed since the last success.
    var isFirst: Bool { current == Self.first }

    /// The next delay.
    mutating func next() -> Duration {
        defer { current = min(current * 2, Self.longest) }
        return current
    }

    /// The next delay, or up to a half less, so that those who failed together do not try again together.
    mutating func nextWithJitter() -> Duration {
        let whole = next()
        return whole - whole * Int.random(in: 0...500) / 1_000
    }

    /// Notes a success.
    mutating func reset() {
        current = Self.first
    }
}
