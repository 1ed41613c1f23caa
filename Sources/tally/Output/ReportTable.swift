internal import TallyCore
internal import TallyService

/// A report as a table for a terminal, with the shares that make up its total.
enum ReportTable {
    static func text(_ report: Report) -> String {
        let query = report.query
        var header = (query.interval == nil ? [] : ["time"]) + query.groupBy.map(\.name)
        let labels = header.count
        // Classes nobody used would only make the table wide.
        let classes = UsageClass.shown.filter {
            [.input, .output].contains($0) || report.totals.quantities[$0] ?? 0 != 0
        }
        let numbers = ["requests", "errors", "unpriced"] + classes.map(\.name) + ["cost \(PriceBook.currency)"]
        header += numbers
        var table = TextTable(header, numbers: Set(numbers))
        for row in report.rows {
            var cells = row.time.map { [label($0, query)] } ?? []
            for (dimension, value) in zip(query.groupBy, row.values) {
                cells.append(value ?? dimension.nameOfUnknown ?? "(unknown)")
            }
            table.append(cells + figures(row.measures, classes))
        }
        var total = figures(report.totals, classes)
        if labels > 0 { total = ["total"] + [String](repeating: "", count: labels - 1) + total }
        if labels > 0 || report.rows.isEmpty { table.appendFooter(total) }
        return "\(query.from) to \(query.to), days in \(query.zone.name)\n\n" + table.text + coverage(report)
    }

    private static func figures(_ measures: UsageMeasures, _ classes: [UsageClass]) -> [String] {
        [measures.requests, measures.errors, measures.unpricedRequests].map(String.init)
            + classes.map { usageClass in
                measures.quantities[usageClass].map { UsageBuckets.text($0, of: usageClass) } ?? "-"
            } + [measures.cost?.description ?? "unpriced"]
    }

    /// The start of a slice of time as a wall clock in the report's zone shows it.
    private static func label(_ time: Instant, _ query: ReportQuery) -> String {
        let date = query.zone.date(at: time).description
        return switch query.interval {
        case .month: String(date.prefix(7))
        case .day: date
        default: time.description
        }
    }

    private static func coverage(_ report: Report) -> String {
        let totals = report.totals
        var lines: [String] = []
        if totals.unpricedRequests > 0 {
            let isOne = totals.unpricedRequests == 1
            lines.append(
                "\(totals.unpricedRequests) of \(Counted(totals.requests, "request")) \(isOne ? "is" : "are") unpriced: "
                    + "\(isOne ? "its" : "their") cost is not in the total")
        }
        if totals.partlyPricedRequests > 0 {
            lines.append(
                stated(totals.partlyPricedRequests) + " priced in part: some of what was used has no price")
        }
        if totals.unattributedRequests > 0 {
            lines.append(stated(totals.unattributedRequests, totals.unattributedCost) + " of no project")
        }
        if totals.provisionalRequests > 0 {
            let cause = totals.provisionalRequests == 1 ? "it broke off" : "they broke off"
            lines.append(stated(totals.provisionalRequests, totals.provisionalCost) + " provisional: " + cause)
        }
        if report.nextOffset != nil { lines.append("more rows than asked for; the total is of all") }
        return lines.isEmpty ? "" : "\n" + lines.map { $0 + "\n" }.joined()
    }

    /// The beginning of a sentence on some requests: `1 request is`, `2 requests (0.50) are`.
    private static func stated(_ count: Int64, _ cost: Money? = nil) -> String {
        Counted(count, "request").description + (cost.map { " (\($0))" } ?? "") + (count == 1 ? " is" : " are")
    }
}
