internal import Synchronization
internal import TallyCore

/// What a proxy counts of its calls, for Prometheus.
///
/// A call costs it three atomic additions: the counters of its upstream come with its target.
package final class ProxyCounters: Sendable {
    /// By upstream; the settings bound their number.
    private let calls: [String: CallCounters]
    /// Calls that were refused because the spool had no place for their record.
    let refused = Counter()
    /// Calls that passed, or were cut off, without a record.
    let gaps = Counter()
    private let underWay = Atomic<Int64>(0)

    /// Counters at zero for upstreams of these names.
    init(upstreams: [String]) {
        calls = Self.counters(of: upstreams)
    }

    private static func counters(of upstreams: [String]) -> [String: CallCounters] {
        Dictionary(upstreams.map { ($0, CallCounters()) }, uniquingKeysWith: { first, _ in first })
    }

    /// The counters of an upstream; of one that is not known they are shown nowhere.
    func calls(of upstream: String) -> CallCounters { calls[upstream] ?? CallCounters() }

    /// Notes that a call has begun.
    func beginCall() { underWay.add(1, ordering: .relaxed) }

    /// Notes that a call has ended.
    func endCall() { underWay.subtract(1, ordering: .relaxed) }

    /// Adds what was counted.
    func add(to metrics: inout MetricsText) {
        metrics.add(
            "tally_proxy_calls_total", .counter, help: "Recorded calls, by upstream and outcome.",
            calls.sorted { $0.key < $1.key }.flatMap { name, counters in
                Outcome.allCases.map {
                    ([("upstream", name), ("outcome", $0.rawValue)], counters[$0].count)
                }
            })
        metrics.add(
            "tally_proxy_calls_under_way", .gauge, help: "Requests that are being relayed.",
            underWay.load(ordering: .relaxed))
        metrics.add(
            "tally_proxy_calls_refused_total", .counter,
            help: "Calls that were refused because the spool had no place for their record.", refused.count)
        metrics.add(
            "tally_proxy_gaps_total", .counter, help: "Calls that went upstream and have no record.", gaps.count)
    }
}
