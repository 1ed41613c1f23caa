internal import Logging
internal import TallyConfig
package import TallyCore

/// One round of sources: each is run once, at the same time as the others.
package struct SourceRound: Sendable {
    /// What became of one source.
    package struct Result: Sendable {
        /// Its name.
        package let name: String
        /// What was read and stored.
        package let counts: SourceCounts
        /// Why it failed, with the mend; none when it did not.
        package let failures: [String]
    }

    private let turns: SourceTurns

    /// How often it is asked whether another process is done with a source, and how long between.
    private static let busyAttempts = 120
    private static let busyPause = Duration.milliseconds(500)

    /// A round.
    package init(_ turns: SourceTurns) { self.turns = turns }

    /// Runs sources.
    ///
    /// - Parameter entries: The sources.
    /// - Returns: What became of each, in their order.
    /// - Throws: The fault of the store; `CancellationError`.
    package func run(_ entries: [SourcePlan.Entry]) async throws -> [Result] {
        try await withThrowingTaskGroup(of: (Int, Result).self) { group in
            for (index, entry) in entries.enumerated() { group.addTask { (index, try await run(entry)) } }
            var results: [Int: Result] = [:]
            for try await (index, result) in group { results[index] = result }
            return entries.indices.compactMap { results[$0] }
        }
    }

    private func run(_ entry: SourcePlan.Entry) async throws -> Result {
        let name = entry.settings.name
        var reader: (any SourceReading)?
        for _ in 0..<Self.busyAttempts {
            await turns.gate.enter()
            let turn: SourceTurns.Turn
            do {
                turn = try await turns.turn(entry, &reader, failures: 0)
            } catch {
                await turns.gate.leave()
                throw error
            }
            await turns.gate.leave()
            if case .run(_, let outcome, _) = turn {
                return Result(name: name, counts: outcome.counts, failures: outcome.failures)
            }
            try await turns.parts.surroundings.pause(Self.busyPause)
        }
        return Result(
            name: name, counts: SourceCounts(),
            failures: ["another Tally is pulling it; it goes on there, or stop that one and run this again"])
    }
}
