internal import FastJSON
package import TallyCore

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
        writer.member("event_id", event.identity.description)
        writer.member("id", event.id)
        writer.member("time", event.time.description)
        writer.member("biller", event.offering.biller)
        writer.member("provider", event.offering.provider)
        writer.member("model", event.offering.model)
        writer.member("route", event.offering.route?.rawValue)
        writer.member("account", event.offering.account)
        writer.member("project", event.attribution.project ?? Attribution.unattributed)
        writer.member("user", event.attribution.user)
        writer.member("key", event.attribution.key)
        writer.key("tags")
        writer.beginObject()
        for (key, value) in (event.attribution.tags ?? [:]).sorted(by: { $0.key < $1.key }) {
            writer.member(key, value)
        }
        writer.endObject()
        writer.key("usage")
        if let usage = event.usage {
            writer.beginObject()
            for (usageClass, quantity) in usage.entries {
                writer.key(usageClass.name)
                writer.numberText(UsageBuckets.text(Int128(quantity), of: usageClass))
            }
            writer.endObject()
        } else {
            writer.null()
        }
        writer.member("status", event.status)
        writer.member("duration_ms", event.durationMs)
        writer.member("ttfb_ms", event.ttfbMs)
        writer.member("service_tier", event.offering.serviceTier)
        writer.member("request_id", event.requestID)
        writer.member("stream", event.isStream)
        writer.member("outcome", event.outcome.rawValue)
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
