internal import FastJSON
package import TallyCore
internal import TallyMetering

/// Events as JSON: what the API lists, and what an export holds one a line.
package enum EventJSON {
    /// The answer of `GET /api/v1/events`.
    package static func list(_ events: [StoredEvent], nextCursor: String?) -> [UInt8] {
        var writer = JSONWriter(capacity: 4096)
        writer.beginObject()
        writer.key("rows")
        writer.beginArray()
        for event in events { append(event, to: &writer) }
        writer.endArray()
        writer.member("next_cursor", nextCursor)
        writer.endObject()
        return writer.bytes
    }

    /// One event, as a line without its end.
    package static func line(_ event: StoredEvent) -> [UInt8] {
        var writer = JSONWriter(capacity: 1024)
        append(event, to: &writer)
        return writer.bytes
    }

    /// Writes one event as a value.
    static func append(_ stored: StoredEvent, to writer: inout JSONWriter) {
        let event = stored.event
        writer.beginObject()
        EventRecordWriter.append(event, unknown: .null, to: &writer)
        writer.member("cost", stored.cost?.description)
        writer.member("cost_source", stored.costSource)
        writer.member("currency", PriceBook.currency)
        writer.member("computed_cost", stored.computedCost?.description)
        writer.member("reported_cost", event.reportedCost?.description)
        writer.member("billed_cost", event.billedCost?.description)
        writer.key("price_ids")
        writer.beginArray()
        for id in stored.priceIDs { writer.string(id) }
        writer.endArray()
        writer.member("unpriced_reason", stored.unpricedReason)
        writer.endObject()
    }
}
