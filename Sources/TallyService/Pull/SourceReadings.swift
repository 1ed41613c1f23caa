internal import TallyCore

/// Several readings of one source, one after the other; each notes by itself how far it is.
struct SourceReadings: SourceReading {
    /// The readings; their checkpoints have different items.
    let readings: [any SourceReading]

    func run(_ task: PullTask) async throws -> PullOutcome {
        var outcome = PullOutcome()
        for reading in readings {
            let part = try await reading.run(task)
            outcome.counts += part.counts
            outcome.failures += part.failures
            outcome.firstRejects += part.firstRejects.prefix(
                PullOutcome.maximumReasons - outcome.firstRejects.count)
            outcome.coveredUntil = [outcome.coveredUntil, part.coveredUntil].compactMap(\.self).min()
            if let wait = part.retryAfter { outcome.retryAfter = max(outcome.retryAfter ?? .zero, wait) }
        }
        return outcome
    }
}
