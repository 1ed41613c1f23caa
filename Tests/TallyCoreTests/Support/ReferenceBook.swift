import TallyCore

/// What a call costs by a scan of all prices, written from the rules of the design (I5, I6, I8) and from nothing else:
/// slow and plain, to hold the real book against.
struct ReferenceBook {
    let prices: [Price]
    let aliases: ProviderAliases

    /// One line of the arithmetic: class, quantity, price.
    struct Line: Equatable {
        let usageClass: UsageClass
        let quantity: Int64
        let priceID: String
        let cost: Int128
    }

    enum Answer: Equatable {
        case priced([Line], missing: [UsageClass])
        case unpriced(UnpricedReason)
    }

    func charge(_ offering: Offering, _ usage: UsageBuckets?, at time: Instant) -> Answer {
        guard var usage, !usage.entries.isEmpty else { return .unpriced(.usageUnknown) }
        guard let model = offering.model else { return .unpriced(.modelUnknown) }
        let rows = rows(offering.biller, offering.provider, model)
        if rows.isEmpty { return .unpriced(.noPrice) }
        let inForce = rows.filter { holds($0, usage, offering.serviceTier, time) }
        if inForce.isEmpty {
            let isBeforeAll = rows.allSatisfy { $0.conditions.effectiveFrom.map { time < $0 } ?? false }
            return .unpriced(isBeforeAll ? .beforeFirstPrice : .noPriceAtTime)
        }
        var lines: [Line] = []
        var missing: [UsageClass] = []
        // A call is one request unless it says otherwise.
        if inForce.contains(where: { $0.usageClass == .requests }), usage[.requests] == nil { usage[.requests] = 1 }
        for (usageClass, quantity) in billed(usage, pricesReasoning: inForce.contains { $0.usageClass == .reasoning })
        where quantity > 0 {
            if let price = price(of: usageClass, in: inForce) {
                lines.append(
                    Line(
                        usageClass: usageClass, quantity: quantity, priceID: price.id,
                        cost: cost(price.rate, quantity, usageClass)))
            } else {
                missing.append(usageClass)
            }
        }
        if lines.isEmpty, !missing.isEmpty { return .unpriced(.classNotPriced) }
        return .priced(lines, missing: missing)
    }

    /// The rows of the first that has any: the provider's own for this model, its longest beginning, then the same of
    /// any provider; never another biller's.
    private func rows(_ biller: String?, _ provider: String?, _ model: String) -> [Price] {
        guard let biller else { return [] }
        let ofBiller = prices.filter { aliases.canonical($0.biller) == biller }
        for sought in provider == nil ? [nil] : [provider, nil] {
            let ofProvider = ofBiller.filter { $0.provider.map(aliases.canonical) == sought }
            let exact = ofProvider.filter { price in
                guard case .exact(let id) = price.model else { return false }
                return id.lowercased() == model.lowercased()
            }
            if !exact.isEmpty { return exact }
            for length in (0...model.count).reversed() {
                let beginning = model.lowercased().prefix(length)
                let matching = ofProvider.filter { price in
                    guard case .prefix(let prefix) = price.model else { return false }
                    return prefix.lowercased() == beginning
                }
                if !matching.isEmpty { return matching }
            }
        }
        return []
    }

    private func holds(_ price: Price, _ usage: UsageBuckets, _ tier: String?, _ time: Instant) -> Bool {
        let conditions = price.conditions
        let read: [UsageClass] = [
            .input, .cacheRead, .cacheWrite5m, .cacheWrite30m, .cacheWrite1h, .cacheWrite12h, .inputAudio, .inputImage,
            .inputVideo, .cacheReadAudio, .cacheReadImage,
        ]
        let context = read.reduce(0) { $0 + (usage[$1] ?? 0) }
        if let from = conditions.effectiveFrom, time < from { return false }
        if let to = conditions.effectiveTo, time >= to { return false }
        if let above = conditions.inputTokensAbove, context <= above { return false }
        if let wanted = conditions.serviceTier, wanted != tier { return false }
        if let window = conditions.window {
            // Every minute of the window, one by one, round the clock.
            let now = Int(time.timeOfDay / 60_000_000)
            var minute = window.startMinute
            while minute != window.endMinute, minute != now { minute = (minute + 1) % 1440 }
            if minute == window.endMinute { return false }
        }
        return true
    }

    private func billed(_ usage: UsageBuckets, pricesReasoning: Bool) -> [(UsageClass, Int64)] {
        usage.entries.map { entry in
            let reasoning = usage[.reasoning] ?? 0
            switch entry.usageClass {
            case .output where pricesReasoning: return (.output, max(0, entry.quantity - reasoning))
            case .reasoning where !pricesReasoning && usage[.output] != nil: return (.reasoning, 0)
            default: return (entry.usageClass, entry.quantity)
            }
        }
    }

    /// The class's own price, else that of its nearest parent; of several the one with the service tier, then with the
    /// hours, then with the highest context, then the youngest, then the later in the list.
    private func price(of usageClass: UsageClass, in rows: [Price]) -> Price? {
        var wanted: UsageClass? = usageClass
        while let candidate = wanted {
            let matching = rows.filter { $0.usageClass == candidate }
            if var best = matching.first {
                for other in matching.dropFirst() where !isCloser(best, than: other) { best = other }
                return best
            }
            wanted = candidate.parent
        }
        return nil
    }

    private func isCloser(_ left: Price, than right: Price) -> Bool {
        let (a, b) = (left.conditions, right.conditions)
        if (a.serviceTier == nil) != (b.serviceTier == nil) { return a.serviceTier != nil }
        if (a.window == nil) != (b.window == nil) { return a.window != nil }
        if a.inputTokensAbove != b.inputTokensAbove { return (a.inputTokensAbove ?? -1) > (b.inputTokensAbove ?? -1) }
        guard let from = a.effectiveFrom else { return false }
        guard let other = b.effectiveFrom else { return true }
        return from > other
    }

    private func cost(_ rate: Rate, _ quantity: Int64, _ usageClass: UsageClass) -> Int128 {
        let fractional: Set<UsageClass> = [.megapixels, .audioSeconds, .videoSeconds, .computeSeconds]
        let divisor = Int128(rate.per) * (fractional.contains(usageClass) ? 1_000_000 : 1)
        return (2 * rate.amount.picodollars * Int128(quantity) + divisor) / (2 * divisor)
    }
}
