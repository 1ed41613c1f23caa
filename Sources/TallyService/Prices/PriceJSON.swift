internal import FastJSON
package import TallyCore

/// The price table as JSON.
package enum PriceJSON {
    /// The answer of `GET /api/v1/prices`.
    package static func list(_ prices: ArraySlice<Price>, nextCursor: String?) -> [UInt8] {
        var writer = JSONWriter(capacity: 4096)
        writer.beginObject()
        writer.member("currency", PriceBook.currency)
        writer.key("rows")
        writer.beginArray()
        for price in prices { append(price, to: &writer) }
        writer.endArray()
        writer.member("next_cursor", nextCursor)
        writer.endObject()
        return writer.bytes
    }

    private static func append(_ price: Price, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("price_id", price.id)
        writer.member("biller", price.biller)
        writer.member("provider", price.provider)
        writer.member("model", price.model.text)
        writer.member("class", price.usageClass.name)
        writer.member("unit_price", price.rate.amount.description)
        writer.member("per", price.rate.per)
        writer.member("effective_from", price.conditions.effectiveFrom?.description)
        writer.member("effective_to", price.conditions.effectiveTo?.description)
        writer.member("input_tokens_above", price.conditions.inputTokensAbove)
        writer.member("hours_utc", price.conditions.window?.text)
        writer.member("service_tier", price.conditions.serviceTier)
        writer.member("free", price.isFree)
        writer.member("source", price.source)
        writer.endObject()
    }
}
