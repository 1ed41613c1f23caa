internal import FastJSON
internal import TallyCore
package import TallyPlans

/// The plan table as JSON.
package enum PlanJSON {
    /// The answer of `tally plans list`.
    package static func list(_ plans: [Plan]) -> [UInt8] {
        var writer = JSONWriter(capacity: 4096)
        writer.beginObject()
        writer.member("currency", PriceBook.currency)
        writer.key("plans")
        writer.beginArray()
        for plan in plans { append(plan, to: &writer) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    private static func append(_ plan: Plan, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("plan", plan.name)
        writer.member("title", plan.title)
        writer.member("biller", plan.biller)
        writer.member("requires_account", plan.requiresAccount)
        writer.key("covers")
        writer.beginArray()
        for name in plan.covers.names { writer.string(name) }
        writer.endArray()
        writer.key("fee")
        writer.beginObject()
        writer.member("amount", plan.fee.amount.description)
        writer.member("per_seat", plan.fee.isPerSeat)
        writer.member("prorated", plan.fee.isProrated)
        end(with: plan.fee.provenance, in: &writer)
        writer.key("credits")
        writer.beginObject()
        writer.member("amount", plan.credits.amount.description)
        writer.member("per_seat", plan.credits.isPerSeat)
        end(with: plan.credits.provenance, in: &writer)
        writer.key("serverless")
        writer.beginArray()
        for terms in plan.serverless { append(terms, to: &writer) }
        writer.endArray()
        append(plan.overage, to: &writer)
        writer.key("discounts")
        writer.beginArray()
        for band in plan.discount.bands {
            writer.beginObject()
            writer.member("above", band.above.description)
            writer.member("percent", band.share.text)
            writer.endObject()
        }
        writer.endArray()
        writer.member("commitment", plan.commitment.description)
        writer.member("effective_from", plan.effectiveFrom?.description)
        writer.member("effective_to", plan.effectiveTo?.description)
        writer.endObject()
    }

    private static func append(_ terms: ServerlessTerms, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("mode", terms.mode.rawValue)
        writer.key("requests_per_day")
        if let allowance = terms.allowance {
            writer.beginObject()
            writer.member("low", allowance.low)
            writer.member("high", allowance.high)
            writer.endObject()
        } else {
            writer.null()
        }
        end(with: terms.provenance, in: &writer)
    }

    private static func append(_ overage: OverageRule, to writer: inout JSONWriter) {
        writer.key("overage")
        writer.beginObject()
        writer.member("rule", overage.name)
        writer.key("top_up")
        if let topUp = overage.topUp {
            writer.beginObject()
            writer.member("percent", topUp.fee.text)
            writer.member("minimum", topUp.minimum.description)
            end(with: topUp.provenance, in: &writer)
        } else {
            writer.null()
        }
        end(with: overage.provenance, in: &writer)
    }

    /// Ends an object with where its numbers are from.
    private static func end(with provenance: Provenance, in writer: inout JSONWriter) {
        writer.member("source", provenance.source)
        writer.member("subject_to_change", provenance.isSubjectToChange)
        writer.endObject()
    }
}
