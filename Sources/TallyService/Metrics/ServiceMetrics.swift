internal import Foundation
package import TallyCore

/// What the daemon measures of itself, for Prometheus.
package struct ServiceMetrics: Sendable {
    /// What waits in the spool.
    package struct Spool: Sendable {
        /// Calls that wait.
        package var records: Int
        /// Their bytes.
        package var bytes: Int

        /// A spool's backlog.
        package init(records: Int, bytes: Int) {
            self.records = records
            self.bytes = bytes
        }
    }

    private let version: String
    private let startedAt: Instant
    private let readiness: any ReadinessSource
    private let ledger: any SourceLedger
    private let board: SourceBoard
    private let spool: @Sendable () -> Spool
    private let proxy: ProxyCounters
    private let loads: LoadCounters
    private let now: @Sendable () -> Instant

    /// Metrics of a daemon.
    ///
    /// - Parameters:
    ///   - version: The version of the program.
    ///   - readiness: Whether the database answers.
    ///   - ledger: How the sources are.
    ///   - board: Which sources are configured.
    ///   - spool: What waits in the spool.
    ///   - proxy: What the proxy counts.
    ///   - loads: What is counted where recorded calls are loaded.
    ///   - now: The clock.
    package init(
        version: String, readiness: any ReadinessSource, ledger: any SourceLedger, board: SourceBoard,
        spool: @escaping @Sendable () -> Spool, proxy: ProxyCounters, loads: LoadCounters,
        now: @escaping @Sendable () -> Instant
    ) {
        self.version = version
        self.readiness = readiness
        self.ledger = ledger
        self.board = board
        self.spool = spool
        self.proxy = proxy
        self.loads = loads
        self.now = now
        startedAt = now()
    }

    /// The metrics as text; those of the database are left out while it is away.
    ///
    /// - Parameter api: What the API has counted.
    /// - Returns: The text.
    func text(_ api: APICounters) async -> String {
        var metrics = MetricsText()
        metrics.add(
            "tally_build_info", .gauge, help: "The version of the program.", [([("version", version)], 1)])
        metrics.add(
            "process_start_time_seconds", .gauge, help: "When the process began, in seconds since 1970.",
            startedAt.microseconds / 1_000_000)
        if let bytes = Self.residentBytes() {
            metrics.add("process_resident_memory_bytes", .gauge, help: "Resident memory.", bytes)
        }
        let spool = spool()
        metrics.add(
            "tally_spool_records", .gauge, help: "Recorded calls that wait for the database.", Int64(spool.records))
        metrics.add("tally_spool_bytes", .gauge, help: "Bytes of the calls that wait.", Int64(spool.bytes))
        loads.add(to: &metrics)
        proxy.add(to: &metrics)
        api.add(to: &metrics)
        let isReady = await readiness.problems().isEmpty
        metrics.add("tally_database_ready", .gauge, help: "Whether the database answers.", isReady ? 1 : 0)
        if isReady, let statuses = try? await ledger.sourceStatuses() { add(statuses, to: &metrics) }
        return metrics.text
    }

    /// Only sources that are configured have metrics, so that their number is bounded by the settings.
    private func add(_ statuses: [SourceStatus], to metrics: inout MetricsText) {
        let names = Set(board.entries.map(\.name))
        let configured = statuses.filter { names.contains($0.name) }
        func samples(_ value: (SourceStatus) -> Int64?) -> [(labels: [(String, String)], value: Int64)] {
            configured.compactMap { status in
                value(status).map { ([("source", status.name), ("kind", status.kind)], $0) }
            }
        }
        let now = now()
        metrics.add(
            "tally_source_lag_seconds", .gauge, help: "Seconds since a run of the source ended well.",
            samples { $0.lastSuccessAt.map { max(0, now.microseconds - $0.microseconds) / 1_000_000 } })
        metrics.add(
            "tally_source_up", .gauge, help: "Whether the last run of the source was good.",
            samples { $0.lastError == nil ? 1 : 0 })
        metrics.add(
            "tally_source_pending_bytes", .gauge, help: "Bytes of the source that are known and not read yet.",
            samples(\.pendingBytes))
        metrics.add(
            "tally_source_runs_total", .counter, help: "Runs of the source.", samples { Int64($0.runs) })
        metrics.add(
            "tally_source_failed_runs_total", .counter, help: "Runs of the source that failed.",
            samples { Int64($0.failures) })
        let outcomes: [(name: String, count: any KeyPath<SourceCounts, Int> & Sendable)] = [
            ("stored", \.stored), ("duplicate", \.duplicate), ("rejected", \.rejected), ("statements", \.statements),
        ]
        metrics.add(
            "tally_source_records_total", .counter, help: "Records of the source, by what became of them.",
            configured.flatMap { status in
                outcomes.map { name, count in
                    (
                        [("source", status.name), ("kind", status.kind), ("outcome", name)],
                        Int64(status.counts[keyPath: count])
                    )
                }
            })
    }

    /// Resident memory, where the system tells it in a file.
    private static func residentBytes() -> Int64? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
        let fields = text.split(separator: " ")
        return fields.count > 1 ? Int64(fields[1]).map { $0 * Int64(sysconf(Int32(_SC_PAGESIZE))) } : nil
    }
}
