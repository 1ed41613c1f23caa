internal import Synchronization
internal import TallyCore

/// What was counted of recorded calls on their way from the spool into PostgreSQL.
package final class LoadCounters: Sendable {
    /// Records that are in the database by now.
    let loaded = Counter()
    /// Records that could not be stored and were kept aside.
    let keptAside = Counter()
    /// In microseconds since 1970; 0 before the first.
    private let lastLoad = Atomic<Int64>(0)

    /// Notes that records were loaded.
    func load(_ count: Int, at time: Instant) {
        loaded.add(count)
        lastLoad.store(time.microseconds, ordering: .relaxed)
    }

    /// Adds what was counted; the time is left out before the first load.
    func add(to metrics: inout MetricsText) {
        metrics.add(
            "tally_spool_loaded_records_total", .counter, help: "Records of calls that were loaded into PostgreSQL.",
            loaded.count)
        metrics.add(
            "tally_spool_kept_aside_records_total", .counter,
            help: "Records of calls that cannot be stored and are in the file of rejected ones.", keptAside.count)
        let time = lastLoad.load(ordering: .relaxed)
        if time == 0 { return }
        metrics.add(
            "tally_spool_last_load_timestamp_seconds", .gauge,
            help: "When records were last loaded, in seconds since 1970.", time / 1_000_000)
    }
}
