internal import FastJSON
package import TallyCore

/// What a reprice found, as JSON and as CSV.
package enum RepriceJSON {
    /// The form of `tally reprice --format json`.
    ///
    /// - Parameters:
    ///   - summary: What was found and changed.
    ///   - query: Which events were looked at.
    /// - Returns: The text.
    package static func text(_ summary: RepriceSummary, of query: ReportQuery) -> [UInt8] {
        var writer = JSONWriter(capacity: 2048)
        writer.beginObject()
        writer.member("from", query.from.description)
        writer.member("to", query.to.description)
        writer.member("dry_run", summary.runID == nil)
        writer.member("run_id", summary.runID)
        writer.member("resumed", summary.isResumed)
        writer.member("currency", PriceBook.currency)
        writer.key("rows")
        writer.beginArray()
        for row in summary.rows {
            writer.beginObject()
            writer.member("model", row.model)
            append(row.sums, to: &writer)
            writer.endObject()
        }
        writer.endArray()
        writer.key("totals")
        writer.beginObject()
        append(summary.totals, to: &writer)
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }

    /// The rows as CSV, without a total.
    package static func csv(_ summary: RepriceSummary) -> String {
        let header = [
            "model", "events", "changed", "old_cost", "new_cost", "difference", "newly_priced", "newly_unpriced",
            "unpriced",
        ]
        let rows = summary.rows.map { row in
            [row.model ?? ""] + cells(row.sums).map { $0 ?? "" }
        }
        return ([header] + rows).map { $0.map(ReportCSV.field).joined(separator: ",") + "\r\n" }.joined()
    }

    /// The figures of a row as text, in the order of the columns behind the model; an unknown one is `nil`.
    package static func cells(_ sums: RepriceSums) -> [String?] {
        [
            String(sums.events), String(sums.changed), sums.knownOldCost?.description, sums.knownNewCost?.description,
            sums.difference?.description, String(sums.newlyPriced), String(sums.newlyUnpriced),
            String(sums.events - sums.newPriced),
        ]
    }

    private static func append(_ sums: RepriceSums, to writer: inout JSONWriter) {
        writer.member("events", sums.events)
        writer.member("changed", sums.changed)
        writer.member("old_cost", sums.knownOldCost?.description)
        writer.member("new_cost", sums.knownNewCost?.description)
        writer.member("difference", sums.difference?.description)
        writer.member("newly_priced", sums.newlyPriced)
        writer.member("newly_unpriced", sums.newlyUnpriced)
        writer.member("unpriced", sums.events - sums.newPriced)
    }
}
