#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The standard normal distribution.
enum NormalDistribution {
    /// The probability of a value at most this large.
    static func probability(_ score: Double) -> Double { erfc(-score / 2.0.squareRoot()) / 2 }

    /// The value that is not exceeded with a probability, found by halving; probabilities from 10⁻⁹ to 1 - 10⁻⁹.
    static func score(_ probability: Double) -> Double {
        let wanted = min(max(probability, 1e-9), 1 - 1e-9)
        var low = -8.0
        var high = 8.0
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if Self.probability(middle) < wanted { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}
