package import TallyCore

/// Reports as CSV (RFC 4180): one row a group, the same columns for the same question whatever was used.
package enum ReportCSV {
    /// The header and the rows of a report.
    package static func text(_ report: Report) -> String {
        var lines = [header(report.query).map(field).joined(separator: ",")]
        for row in report.rows {
            var fields: [String] = []
            if report.query.interval != nil { fields.append(row.time?.description ?? "") }
            for (dimension, value) in zip(report.query.groupBy, row.values) {
                fields.append(value ?? dimension.nameOfUnknown ?? "")
            }
            let measures = row.measures
            fields += [measures.requests, measures.errors, measures.unpricedRequests].map(String.init)
            for usageClass in UsageClass.shown {
                fields.append(measures.quantities[usageClass].map { UsageBuckets.text($0, of: usageClass) } ?? "")
            }
            fields += [measures.cost?.description ?? "", PriceBook.currency]
            lines.append(fields.map(field).joined(separator: ","))
        }
        return lines.joined(separator: "\r\n") + "\r\n"
    }

    /// The column of a class: its name, but for the one that a count of calls has already.
    private static func column(_ usageClass: UsageClass) -> String {
        usageClass == .requests ? "request_units" : usageClass.name
    }

    private static func header(_ query: ReportQuery) -> [String] {
        (query.interval == nil ? [] : ["time"]) + query.groupBy.map(\.name)
            + ["requests", "errors", "unpriced_requests"] + UsageClass.shown.map(column) + ["cost", "currency"]
    }

    /// A field, in quotes where its text asks for them.
    package static func field(_ text: String) -> String {
        let needsQuotes = text.utf8.contains { [UInt8(ascii: ","), UInt8(ascii: "\""), 10, 13].contains($0) }
        return needsQuotes
            ? "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
            : text
    }
}
