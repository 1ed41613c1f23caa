/// One measured load.
struct Round {
    let count: Int
    let seconds: Duration
    let peakBytes: Int
    let split: ImportResult.Seconds?

    /// Events or rows a second.
    var rate: Double {
        let parts = seconds.components
        return Double(count) / (Double(parts.seconds) + Double(parts.attoseconds) / 1e18)
    }
}
