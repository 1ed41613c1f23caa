internal import TallyCore

/// The spans of time that a run asks for, by our own clock: what is new, and what may have changed since.
enum WebSpans {
    /// The spans, in order.
    ///
    /// - Parameters:
    ///   - span: How time is divided.
    ///   - until: Up to when all was read.
    ///   - now: The time here.
    ///   - since: How far back the first run reaches, in seconds.
    ///   - lookBack: How far back later runs reach, in seconds.
    /// - Returns: Spans that end now; at least one.
    static func spans(
        _ span: WebRead.Span, until: Instant?, now: Instant, since: Int, lookBack: Int
    ) -> [WebPage] {
        let back = until.map { min($0.microseconds, now.microseconds) - Int64(lookBack) * 1_000_000 }
        let from = Instant(microseconds: back ?? now.microseconds - Int64(since) * 1_000_000)
        switch span {
        case .now: return [WebPage(from: from, to: now)]
        case .months: return months(from: from, to: now)
        case .pieces(let seconds): return pieces(from: from, to: now, seconds: seconds)
        }
    }

    private static func months(from: Instant, to: Instant) -> [WebPage] {
        var pages: [WebPage] = []
        var month = from.utcDate.startOfMonth
        while month <= to.utcDate {
            pages.append(WebPage(from: start(of: month), to: start(of: month.startOfNextMonth)))
            month = month.startOfNextMonth
        }
        return pages
    }

    /// Pieces on a grid: equal records of one span are told apart by their count within it.
    private static func pieces(from: Instant, to: Instant, seconds: Int) -> [WebPage] {
        // Buckets of days are only whole when asked for from their beginning.
        let grid = Int64(min(seconds, 86_400)) * 1_000_000
        let width = Int64(seconds) * 1_000_000
        var pages: [WebPage] = []
        var start = from.microseconds - from.microseconds.remainder(by: grid)
        while start < to.microseconds {
            let end = min(start + width, to.microseconds)
            pages.append(WebPage(from: Instant(microseconds: start), to: Instant(microseconds: end)))
            start = end
        }
        return pages.isEmpty ? [WebPage(from: from, to: to)] : pages
    }

    private static func start(of date: CivilDate) -> Instant {
        Instant(microseconds: Int64(date.daysSinceEpoch) * Instant.microsecondsPerDay)
    }
}

extension Int64 {
    /// The rest of a division that is never negative.
    fileprivate func remainder(by divisor: Int64) -> Int64 {
        let rest = self % divisor
        return rest < 0 ? rest + divisor : rest
    }
}
