internal import TallyCore

/// Events that were sent in, by where to and what became of them.
final class IngestCounters: Sendable {
    /// Where events are sent to.
    enum Door: String, CaseIterable {
        case events
        case spans
        case logRecords = "log_records"
    }

    /// What becomes of an event.
    private enum Result: String, CaseIterable {
        case stored
        case duplicate
        case merged
        case rejected
    }

    private let counters = Door.allCases.map { _ in Result.allCases.map { _ in Counter() } }

    /// Counts what became of the events of one request.
    ///
    /// - Parameters:
    ///   - door: Where they were sent to.
    ///   - counts: The counts of those that are durable.
    ///   - repeated: How many were in the request before.
    ///   - rejected: How many were not taken.
    func note(_ door: Door, _ counts: StoredCounts, repeated: Int, rejected: Int) {
        add(counts.stored, door, .stored)
        add(counts.duplicate + repeated, door, .duplicate)
        add(counts.merged, door, .merged)
        add(rejected, door, .rejected)
    }

    private func add(_ count: Int, _ door: Door, _ result: Result) {
        counter(door, result)?.add(count)
    }

    private func counter(_ door: Door, _ result: Result) -> Counter? {
        guard let row = Door.allCases.firstIndex(of: door), let column = Result.allCases.firstIndex(of: result)
        else { return nil }
        return counters[row][column]
    }

    /// Adds what was counted.
    func add(to metrics: inout MetricsText) {
        metrics.add(
            "tally_ingest_events_total", .counter, help: "Events that were sent in, by what became of them.",
            Door.allCases.flatMap { door in
                Result.allCases.map { result in
                    ([("kind", door.rawValue), ("result", result.rawValue)], counter(door, result)?.count ?? 0)
                }
            })
    }
}
