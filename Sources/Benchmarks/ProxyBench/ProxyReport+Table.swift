/// The report as people read it.
extension ProxyReport {
    private static let head =
        "             calls/s  of nginx   p50 ms   p99 ms  added p50  added p99  resident MB  CPU us/call"

    /// The lines of the report.
    var table: [String] {
        var lines = [
            "\(rounds) rounds of \(seconds) s each, the ways in turn, medians; \(cores) cores for everything.",
            "The upstream nginx costs next to nothing, so that its figures are those to compare proxies by. The fake provider",
            "takes part of the same cores, which brings the ratios closer to 1. nginx and Tally keep no access log.",
            "Tally records each call on disk before its end is released and loads the events into PostgreSQL meanwhile;",
            "its CPU is that of the daemon and of PostgreSQL until all is loaded, its memory that of the daemon.",
        ]
        if rows.contains(where: { $0.way == .litellm }) {
            lines.append("The latency of litellm is that at half of its own calls a second, where that is less.")
        }
        var setting: Setting?
        for row in rows {
            let own = Setting(workload: row.workload, connections: row.connections)
            if own != setting {
                let rate = Output.number(row.pacedCallsPerSecond, 0)
                let latency = row.connections == 1 ? "one call at a time" : "latency at \(rate) calls/s"
                lines += ["", "\(row.workload.title), \(row.connections) connections; \(latency)", Self.head]
                setting = own
            }
            lines.append(Self.line(row))
        }
        lines.append("")
        lines += openStreams.map {
            "\($0.streams) open streams through \($0.way.rawValue): "
                + ($0.residentMb.map { "\(Output.number($0, 1)) MB resident" } ?? "not all open at once")
        }
        lines += aims
        if let events {
            lines.append(
                "events: \(events.recorded) recorded of \(events.answered) answered calls and at most "
                    + "\(events.mayBeCut) that were cut off with their connections")
        }
        return lines
    }

    private static func line(_ row: Row) -> String {
        func cell(_ value: Double?, _ places: Int, _ width: Int) -> String {
            padded(value.map { Output.number($0, places) } ?? "", width)
        }
        let name = row.way.rawValue + String(repeating: " ", count: max(10 - row.way.rawValue.count, 0))
        return name + cell(row.callsPerSecond, 0, 10) + cell(row.ratioToNginx, 2, 10) + cell(row.p50Ms, 3, 9)
            + cell(row.p99Ms, 3, 9) + cell(row.p50AddedMs, 3, 11) + cell(row.p99AddedMs, 3, 11)
            + cell(row.residentMb, 1, 13) + cell(row.cpuUsPerCall, 0, 13)
            + (row.errors == 0 ? "" : "  \(row.errors) errors")
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(width - text.count, 0)) + text
    }

    /// What is aimed at, beside what came out.
    private var aims: [String] {
        let reference = ProxyMeasurement.reference
        let own = rows.filter { $0.way == .tally && $0.connections == reference }
        return own.map { row in
            let ratio = row.ratioToNginx.map { Output.number($0, 2) } ?? "unknown"
            let added = row.p99AddedMs.map { Output.number($0, 2) } ?? "unknown"
            return "\(row.workload.title), \(reference) connections: \(ratio) of nginx (aim 0.50), "
                + "p99 added \(added) ms (aim 2.00)"
        }
    }
}
