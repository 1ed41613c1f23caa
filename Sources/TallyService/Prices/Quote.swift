internal import FastJSON
package import TallyCore

/// One call to be priced, with what the price table makes of it.
package struct Quote: Sendable {
    /// What was called.
    package let offering: Offering
    /// How many of each class.
    package let usage: UsageBuckets?
    /// The cost, or why there is none.
    package let charge: Charge
    private let lines: [ChargeLine]
    /// The provider the model's name asks for, where nobody said who served.
    private let askedProvider: String?

    /// The service tiers that are the plain price by another name (OpenAI, openapi.yaml; Anthropic, `service_tier`).
    private static let plainTiers: Set<String> = ["default", "standard", "auto"]

    /// Prices a call.
    ///
    /// - Parameters:
    ///   - offering: What was called; its spellings are brought to those of the book.
    ///   - usage: How many of each class.
    ///   - time: When.
    ///   - book: The prices.
    package init(_ offering: Offering, usage: UsageBuckets?, at time: Instant, book: PriceBook) {
        var offering = offering
        (offering.biller, offering.provider) = book.aliases.resolve(
            biller: offering.biller, provider: offering.provider)
        self.offering = offering
        self.usage = usage
        let pin =
            offering.provider == nil
            ? offering.biller.flatMap { biller in
                offering.model.flatMap { book.pin(of: $0, biller: biller) }
            } : nil
        askedProvider = pin?.provider
        charge = book.charge(for: offering, usage: usage, at: time)
        if case .priced(_, let basis) = charge, let usage {
            lines = book.lines(of: basis, usage: usage)
        } else {
            lines = []
        }
    }

    /// What the reader should know about the amount, or about its absence.
    package var warnings: [String] {
        chargeWarnings
            + (askedProvider.map {
                [
                    "provider_unknown: the model's name asks for \($0), which is not to say that it served; name the provider"
                ]
            } ?? [])
    }

    private var chargeWarnings: [String] {
        switch charge {
        case .unpriced(let reason): [reason.rawValue]
        case .priced(_, let basis):
            basis.unpricedClasses.map { "class_not_priced: \($0.name)" }
                + lines.filter(\.rate.isInherited).map {
                    "\($0.rate.usageClass.name) is priced as \($0.rate.price.usageClass.name)"
                }
                + (lines.contains { $0.rate.price.isFree } ? ["free"] : []) + tierWarnings
        }
    }

    /// A tier without a price of its own is charged as every other call, and says so.
    private var tierWarnings: [String] {
        guard let tier = offering.serviceTier, !Self.plainTiers.contains(tier.lowercased()),
            !lines.contains(where: { $0.rate.price.conditions.serviceTier == tier })
        else { return [] }
        return ["service_tier_not_priced: \(tier)"]
    }

    /// The form of `tally price`.
    package var json: [UInt8] {
        var writer = JSONWriter(capacity: 1024)
        writer.beginObject()
        writer.member("biller", offering.biller)
        writer.member("provider", offering.provider)
        writer.member("model", offering.model)
        writer.key("price_ids")
        writer.beginArray()
        var seen: Set<String> = []
        for line in lines where seen.insert(line.rate.price.id).inserted { writer.string(line.rate.price.id) }
        writer.endArray()
        writer.key("usage")
        writer.beginObject()
        for (usageClass, quantity) in usage?.entries ?? [] {
            writer.key(usageClass.name)
            writer.numberText(UsageBuckets.text(Int128(quantity), of: usageClass))
        }
        writer.endObject()
        writer.member("cost", charge.cost?.description)
        writer.member("currency", PriceBook.currency)
        writer.key("breakdown")
        writer.beginArray()
        for line in lines {
            writer.beginObject()
            writer.member("class", line.rate.usageClass.name)
            writer.key("quantity")
            writer.numberText(UsageBuckets.text(Int128(line.quantity), of: line.rate.usageClass))
            writer.member("unit_price", line.rate.price.rate.amount.description)
            writer.member("per", line.rate.price.rate.per)
            writer.member("cost", line.cost.description)
            writer.endObject()
        }
        writer.endArray()
        writer.key("warnings")
        writer.beginArray()
        for warning in warnings { writer.string(warning) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    /// The arithmetic, for a table.
    package var breakdown: [[String]] {
        lines.map { line in
            [
                line.rate.usageClass.name, UsageBuckets.text(Int128(line.quantity), of: line.rate.usageClass),
                line.rate.price.rate.amount.description, String(line.rate.price.rate.per), line.cost.description,
            ]
        }
    }
}
