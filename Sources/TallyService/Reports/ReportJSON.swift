internal import FastJSON
package import TallyCore

/// Answers as JSON, for the API and the command line alike.
package enum ReportJSON {
    /// The answer of `GET /api/v1/usage`.
    package static func usage(_ report: Report) -> [UInt8] {
        var writer = JSONWriter(capacity: 4096)
        writer.beginObject()
        writer.member("from", report.query.from.description)
        writer.member("to", report.query.to.description)
        writer.member("time_zone", report.query.zone.name)
        writer.key("group_by")
        writer.beginArray()
        for dimension in report.query.groupBy { writer.string(dimension.name) }
        writer.endArray()
        writer.member("interval", report.query.interval?.rawValue)
        writer.member("currency", PriceBook.currency)
        writer.key("rows")
        writer.beginArray()
        for row in report.rows {
            writer.beginObject()
            if let time = row.time { writer.member("time", time.description) }
            for (dimension, value) in zip(report.query.groupBy, row.values) {
                writer.member(dimension.name, value ?? dimension.nameOfUnknown)
            }
            append(row.measures, to: &writer)
            writer.endObject()
        }
        writer.endArray()
        writer.key("totals")
        writer.beginObject()
        append(report.totals, to: &writer)
        appendCoverage(report.totals, to: &writer)
        writer.endObject()
        writer.key("unpriced")
        writer.beginObject()
        writer.member("requests", report.totals.unpricedRequests)
        writer.endObject()
        writer.member("next_cursor", report.nextOffset.map { Cursor.mark(offset: $0, of: report.query) })
        writer.endObject()
        return writer.bytes
    }

    /// The answer of `GET /api/v1/projects`.
    package static func projects(_ projects: [ProjectSummary], nextCursor: String?) -> [UInt8] {
        var writer = JSONWriter(capacity: 4096)
        writer.beginObject()
        writer.member("currency", PriceBook.currency)
        writer.key("rows")
        writer.beginArray()
        for project in projects {
            writer.beginObject()
            writer.member("project", project.name)
            writer.member("first_seen", project.firstSeen?.description)
            writer.member("last_seen", project.lastSeen?.description)
            append(project.measures, to: &writer)
            writer.endObject()
        }
        writer.endArray()
        writer.member("next_cursor", nextCursor)
        writer.endObject()
        return writer.bytes
    }

    /// What was used and spent, as members of an object that is open.
    private static func append(_ measures: UsageMeasures, to writer: inout JSONWriter) {
        writer.member("requests", measures.requests)
        writer.member("errors", measures.errors)
        writer.member("unpriced_requests", measures.unpricedRequests)
        for (name, isToken) in [("tokens", true), ("units", false)] {
            writer.key(name)
            writer.beginObject()
            for usageClass in UsageClass.shown where usageClass.isToken == isToken {
                guard let quantity = measures.quantities[usageClass] else { continue }
                writer.key(usageClass.name)
                writer.numberText(UsageBuckets.text(quantity, of: usageClass))
            }
            writer.endObject()
        }
        writer.member("cost", measures.cost?.description)
        // Plans decide about credits; without one in force there is nothing to say.
        writer.member("credits_applied", String?.none)
        writer.member("net_cost", String?.none)
    }

    /// The shares a total is made of (I2): each pair adds up to it.
    private static func appendCoverage(_ totals: UsageMeasures, to writer: inout JSONWriter) {
        let cost = totals.billedCost + totals.reportedCost + totals.computedCost
        writer.key("coverage")
        writer.beginObject()
        writer.key("requests")
        writer.beginObject()
        writer.member("attributed", totals.requests - totals.unattributedRequests)
        writer.member("unattributed", totals.unattributedRequests)
        writer.member("priced", totals.requests - totals.unpricedRequests)
        writer.member("unpriced", totals.unpricedRequests)
        writer.member("partly_priced", totals.partlyPricedRequests)
        writer.member("final", totals.requests - totals.provisionalRequests)
        writer.member("provisional", totals.provisionalRequests)
        writer.endObject()
        writer.key("cost")
        writer.beginObject()
        writer.member("attributed", (cost - totals.unattributedCost).description)
        writer.member("unattributed", totals.unattributedCost.description)
        writer.member("final", (cost - totals.provisionalCost).description)
        writer.member("provisional", totals.provisionalCost.description)
        writer.member("billed", totals.billedCost.description)
        writer.member("reported", totals.reportedCost.description)
        writer.member("computed", totals.computedCost.description)
        writer.endObject()
        writer.endObject()
    }
}

extension ReportDimension {
    /// What stands for a value that is not known: calls of no project have a name, everything else is null.
    package var nameOfUnknown: String? { self == .project ? Attribution.unattributed : nil }
}
