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

    /// The answer of `tally prices show`.
    package static func history(_ models: [PricedModel]) -> [UInt8] {
        var writer = JSONWriter(capacity: 4096)
        writer.beginObject()
        writer.member("currency", PriceBook.currency)
        writer.key("models")
        writer.beginArray()
        for model in models {
            writer.beginObject()
            writer.member("biller", model.biller)
            writer.member("provider", model.provider)
            writer.member("model", model.model.text)
            writer.key("aliases")
            writer.beginArray()
            for alias in model.aliases { writer.string(alias) }
            writer.endArray()
            writer.key("prices")
            writer.beginArray()
            for price in model.prices { append(price, to: &writer) }
            writer.endArray()
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    /// The answer of `tally prices diff`.
    ///
    /// - Parameters:
    ///   - differences: What differs between the prices.
    ///   - names: What differs between the names of models.
    /// - Returns: The JSON text.
    package static func differences(_ differences: [PriceDifference], names: [ModelAliasDifference]) -> [UInt8] {
        var writer = JSONWriter(capacity: 4096)
        writer.beginObject()
        writer.member("currency", PriceBook.currency)
        writer.key("differences")
        writer.beginArray()
        for difference in differences {
            writer.beginObject()
            writer.member("change", difference.kind.rawValue)
            for (name, price) in [("old", difference.old), ("new", difference.new)] {
                writer.key(name)
                if let price { append(price, to: &writer) } else { writer.null() }
            }
            writer.endObject()
        }
        writer.endArray()
        writer.key("names")
        writer.beginArray()
        for name in names {
            writer.beginObject()
            writer.member("change", name.kind.rawValue)
            writer.member("biller", name.alias.biller)
            writer.member("provider", name.alias.provider)
            writer.member("model", name.alias.model)
            writer.member("name", name.alias.name)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    /// The answer of `tally prices check`.
    package static func problems(_ problems: [PriceProblem]) -> [UInt8] {
        var writer = JSONWriter(capacity: 1024)
        writer.beginObject()
        writer.key("problems")
        writer.beginArray()
        for problem in problems {
            writer.beginObject()
            writer.member("kind", problem.kind.rawValue)
            writer.member("biller", problem.biller)
            writer.member("provider", problem.provider)
            writer.member("model", problem.model)
            writer.member("detail", problem.detail)
            writer.endObject()
        }
        writer.endArray()
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
