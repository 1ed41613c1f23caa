internal import FastJSON
internal import TallyCore

extension Explanation {
    /// The form of `tally explain --format json`.
    package var json: [UInt8] {
        var writer = JSONWriter(capacity: 4096)
        writer.beginObject()
        writer.key("event")
        EventJSON.append(source.stored, to: &writer)
        writer.key("identities")
        writer.beginArray()
        for identity in source.identities { writer.string(identity.description) }
        writer.endArray()
        writer.member("currency", PriceBook.currency)
        writer.member("cost", source.stored.cost?.description)
        writer.member("cost_source", source.stored.costSource)
        writer.member("reason", reason)
        writer.key("computed")
        appendComputed(to: &writer)
        writer.member("reported_cost", source.stored.event.reportedCost?.description)
        writer.member("billed_cost", source.stored.event.billedCost?.description)
        // No plan is modelled yet.
        writer.member("credits_applied", String?.none)
        writer.key("history")
        writer.beginArray()
        for change in source.changes { append(change, to: &writer) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    private func appendComputed(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("cost", source.stored.computedCost?.description)
        writer.key("breakdown")
        writer.beginArray()
        for line in lines { append(line, to: &writer) }
        writer.endArray()
        writer.member("sum", sum?.description)
        writer.member("adds_up", addsUp)
        writer.key("not_priced")
        writer.beginArray()
        for (usageClass, quantity) in notPriced {
            writer.beginObject()
            writer.member("class", usageClass.name)
            writer.key("quantity")
            writer.numberText(UsageBuckets.text(Int128(quantity), of: usageClass))
            writer.endObject()
        }
        writer.endArray()
        writer.member("unpriced_reason", source.record.unpricedReason)
        writer.endObject()
    }

    private func append(_ line: Line, to writer: inout JSONWriter) {
        let entry = line.line.entry
        writer.beginObject()
        writer.member("class", entry.usageClass.name)
        writer.member("priced_as", entry.pricedAs.name)
        writer.key("quantity")
        writer.numberText(UsageBuckets.text(Int128(line.line.quantity), of: entry.usageClass))
        writer.member("unit_price", entry.rate.amount.description)
        writer.member("per", entry.rate.per)
        writer.member("cost", line.line.cost.description)
        writer.member("price_id", entry.priceID)
        writer.member("source", entry.source)
        let price = line.history?.price
        writer.member("price_model", price?.model.text)
        writer.member("effective_from", price?.conditions.effectiveFrom?.description)
        writer.member("effective_to", price?.conditions.effectiveTo?.description)
        writer.member("input_tokens_above", price?.conditions.inputTokensAbove)
        writer.member("hours_utc", price?.conditions.window?.text)
        writer.member("service_tier", price?.conditions.serviceTier)
        writer.member("free", price?.isFree)
        writer.member("recorded_at", line.history?.recordedAt.description)
        writer.member("ended_at", line.history?.endedAt?.description)
        writer.endObject()
    }

    private func append(_ change: ChargeChange, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("run_id", change.runID)
        writer.member("time", change.time.description)
        writer.member("note", change.note)
        writer.member("old_cost", change.oldCost?.description)
        writer.member("new_cost", change.newCost?.description)
        for (name, record) in [("old_price_ids", change.oldRecord), ("new_price_ids", change.newRecord)] {
            writer.key(name)
            writer.beginArray()
            for id in record.priceIDs { writer.string(id) }
            writer.endArray()
        }
        writer.member("old_unpriced_reason", change.oldRecord.unpricedReason)
        writer.member("new_unpriced_reason", change.newRecord.unpricedReason)
        writer.endObject()
    }
}
