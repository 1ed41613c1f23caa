internal import Foundation
internal import ProgramRunner

extension BenchServer {
    /// Imports a log into a database that is made for it and dropped afterwards.
    func importLog(_ log: EventLog) throws -> Round {
        try psql("CREATE DATABASE bench_import", in: "tally")
        let address = ["--database-url", conninfo("bench_import")]
        _ = try tally(["migrate"] + address)
        // As the daemon does when it starts.
        _ = try tally(["prices", "apply"] + address)
        try psql("CHECKPOINT", in: "tally")
        let (finished, seconds) = try timed {
            try tally(["import", "--format", "json"] + address + [log.events.path])
        }
        let result = try JSONDecoder().decode(ImportResult.self, from: Data(finished.output.utf8))
        try psql("DROP DATABASE bench_import", in: "tally")
        return Round(
            count: result.stored, seconds: seconds, peakBytes: finished.peakResidentBytes, split: result.seconds)
    }

    /// Copies the same rows into a plain table with a unique index, in a database made for it and dropped afterwards.
    func copyRows(_ log: EventLog) throws -> Round {
        try psql("CREATE DATABASE bench_copy", in: "tally")
        try psql("CREATE TABLE calls (\(EventLog.columns))", in: "bench_copy")
        try psql("CREATE UNIQUE INDEX ON calls (time, id)", in: "bench_copy")
        try psql("CHECKPOINT", in: "tally")
        let (finished, seconds) = try timed { try psql("\\copy calls FROM '\(log.rows.path)'", in: "bench_copy") }
        try psql("DROP DATABASE bench_copy", in: "tally")
        guard let count = finished.output.split(separator: " ").last.flatMap({ Int($0.filter(\.isNumber)) }) else {
            throw BenchFailure("psql does not say how many rows it copied: \(finished.output)")
        }
        return Round(count: count, seconds: seconds, peakBytes: finished.peakResidentBytes, split: nil)
    }

    private func timed(_ work: () throws -> FinishedProgram) throws -> (FinishedProgram, Duration) {
        let clock = ContinuousClock()
        let start = clock.now
        let finished = try work()
        return (finished, clock.now - start)
    }
}
