internal import TallyCore

/// The recorded calls of one upstream, by what became of them.
final class CallCounters: Sendable {
    private let complete = Counter()
    private let interrupted = Counter()
    private let failed = Counter()

    /// The counter of an outcome.
    subscript(outcome: Outcome) -> Counter {
        switch outcome {
        case .complete: complete
        case .interrupted: interrupted
        case .failed: failed
        }
    }
}
