package import TallyCore

/// The arithmetic of one charge, ready to be shown.
package struct Explanation: Sendable {
    /// One class that was charged.
    package struct Line: Sendable {
        /// The arithmetic.
        package let line: ChargeRecord.Line
        /// The price as the database has it, `nil` when it was never applied there.
        package let history: PriceHistory?
    }

    /// The event with everything its charge was made from.
    package let source: ChargeExplanation
    /// The classes that were charged, in order.
    package let lines: [Line]

    /// Lays out the arithmetic of an event's charge.
    package init(_ source: ChargeExplanation) {
        self.source = source
        let usage = source.stored.event.usage ?? UsageBuckets()
        lines = source.record.lines(of: usage).map { line in
            Line(line: line, history: source.prices[line.entry.priceID])
        }
    }

    /// The sum of the lines, `nil` for an event that is unpriced.
    package var sum: Money? {
        if source.record.unpricedReason != nil { return nil }
        return lines.reduce(Money.zero) { $0 + $1.line.cost }
    }

    /// Whether the lines add up to the stored cost, as they have to (I1).
    package var addsUp: Bool { sum == source.stored.computedCost }

    /// The classes that were used and have no price, with how many: all of them where none has one.
    package var notPriced: [(usageClass: UsageClass, quantity: Int64)] {
        guard let usage = source.stored.event.usage else { return [] }
        if source.record.unpricedReason == UnpricedReason.classNotPriced.rawValue {
            // Reasoning is a part of the output beside it.
            return usage.entries.filter { $0.quantity > 0 && $0.usageClass != .reasoning }
        }
        return source.record.unpricedClasses.map { ($0, usage.quantity($0)) }
    }

    /// Why the cost that counts is the one it is.
    package var reason: String {
        switch source.stored.costSource {
        case "billed": "the biller's invoice or usage report charged it, which comes before every other amount"
        case "reported": "the biller's response reported it, and no invoice has charged anything else"
        case "computed": "nobody has billed or reported another amount"
        default: "unpriced: \(source.record.unpricedReason ?? "no amount is known")"
        }
    }
}
