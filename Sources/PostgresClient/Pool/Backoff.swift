/// The pauses between attempts: doubling up to a limit, each cut by a random part so that clients do not march in step.
package struct Backoff: Sendable {
    /// The longest first pause.
    package let initial: Duration
    /// The longest pause of all.
    package let maximum: Duration

    /// Sets both limits.
    package init(initial: Duration = .milliseconds(50), maximum: Duration = .seconds(2)) {
        precondition(initial > .zero && maximum >= initial, "pauses must be positive and in order")
        self.initial = initial
        self.maximum = maximum
    }

    /// The pause after the given count of failures, from half to all of the doubled value.
    package func pause(afterFailures failures: Int, using random: inout some RandomNumberGenerator) -> Duration {
        precondition(failures > 0, "no pause before a failure")
        var longest = initial
        for _ in 1..<min(failures, 64) where longest < maximum { longest *= 2 }
        longest = min(longest, maximum)
        return longest / 1_000 * Int.random(in: 500...1_000, using: &random)
    }
}
