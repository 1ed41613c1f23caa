/// The requests of an API, by path and class of status.
///
/// Paths that it does not have are one: whoever asks must not be able to make series.
final class APICounters: Sendable {
    private static let classes = ["1xx", "2xx", "3xx", "4xx", "5xx"]
    private static let other = "other"

    /// A counter for each class of status, by path.
    private let counters: [String: [Counter]]
    /// Events that were sent in.
    let ingest = IngestCounters()

    /// Counters at zero for these paths.
    init(paths: some Sequence<String>) {
        counters = Dictionary(
            (Array(paths) + [Self.other]).map { ($0, Self.classes.map { _ in Counter() }) },
            uniquingKeysWith: { first, _ in first })
    }

    /// Counts a request that was answered.
    func note(path: String, status: Int) {
        let row = counters[path] ?? counters[Self.other]
        row?[min(max(status / 100, 1), Self.classes.count) - 1].add()
    }

    /// Adds what was counted; what was never answered is left out.
    func add(to metrics: inout MetricsText) {
        metrics.add(
            "tally_api_requests_total", .counter, help: "Requests that the API has answered, by path and status.",
            counters.sorted { $0.key < $1.key }.flatMap { path, row in
                zip(Self.classes, row).filter { $1.count > 0 }.map { name, counter in
                    ([("path", path), ("status", name)], counter.count)
                }
            })
        ingest.add(to: &metrics)
    }
}
