internal import FastJSON
package import TallyCore

/// Sources as JSON.
package enum SourceJSON {
    /// What became of the sources of a round.
    package static func results(_ results: [SourceRound.Result]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("rows")
        writer.beginArray()
        for result in results {
            writer.beginObject()
            writer.member("source", result.name)
            write(result.counts, to: &writer)
            writer.key("failures")
            writer.beginArray()
            for failure in result.failures { writer.string(failure) }
            writer.endArray()
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    /// How sources are: those that are configured, in the order of the settings, then those that once were.
    package static func list(
        _ configured: [SourceBoard.Entry], _ statuses: [SourceStatus], now: Instant
    ) -> [UInt8] {
        let byName = Dictionary(statuses.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let names = Set(configured.map(\.name))
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("rows")
        writer.beginArray()
        for entry in configured { write(entry.name, entry.kind, entry, byName[entry.name], now, to: &writer) }
        for status in statuses where !names.contains(status.name) {
            write(status.name, status.kind, nil, status, now, to: &writer)
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    private static func write(
        _ name: String, _ kind: String, _ entry: SourceBoard.Entry?, _ status: SourceStatus?, _ now: Instant,
        to writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.member("name", name)
        writer.member("kind", kind)
        writer.key("configured")
        writer.bool(entry != nil)
        number("every_seconds", entry.map { Int64($0.everySeconds) }, &writer)
        writer.member("last_attempt_at", status?.lastAttemptAt.description)
        writer.member("last_success_at", status?.lastSuccessAt?.description)
        writer.member("last_error", status?.lastError)
        writer.member("last_error_at", status?.lastErrorAt?.description)
        writer.member("next_run_at", entry == nil ? nil : status?.nextRunAt?.description)
        writer.member("covered_until", status?.coveredUntil?.description)
        let lag = status?.lastSuccessAt.map { max(0, now.microseconds - $0.microseconds) / 1_000_000 }
        number("lag_seconds", lag, &writer)
        number("pending_bytes", status?.pendingBytes, &writer)
        number("runs", status.map { Int64($0.runs) } ?? 0, &writer)
        number("failed_runs", status.map { Int64($0.failures) } ?? 0, &writer)
        write(status?.counts ?? SourceCounts(), to: &writer)
        writer.endObject()
    }

    private static func number(_ name: String, _ value: Int64?, _ writer: inout JSONWriter) {
        writer.key(name)
        if let value { writer.integer(value) } else { writer.null() }
    }

    private static func write(_ counts: SourceCounts, to writer: inout JSONWriter) {
        writer.member("read", counts.read)
        writer.member("stored", counts.stored)
        writer.member("duplicate", counts.duplicate)
        writer.member("unpriced", counts.unpriced)
        writer.member("rejected", counts.rejected)
        writer.member("statements", counts.statements)
    }
}
