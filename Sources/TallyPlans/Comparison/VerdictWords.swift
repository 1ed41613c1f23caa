internal import TallyCore

/// The sentence that says why a plan is the cheapest.
struct VerdictWords {
    private let best: Verdict.Candidate
    private let next: Verdict.Candidate?
    private let isRerouted: Bool
    private let demand: PlanDemand
    private var clauses: [String]

    init(best: Verdict.Candidate, next: Verdict.Candidate?, demand: PlanDemand, isRerouted: Bool) {
        self.best = best
        self.next = next
        self.isRerouted = isRerouted
        self.demand = demand
        let name = best.line.tariff.plan.name
        let serves = isRerouted ? "\(name), with what it throttles moved to a paid route," : name
        guard let next else {
            clauses = ["\(serves) serves the demand for \(best.cost)"]
            return
        }
        let other = next.line.tariff.plan.name
        let saving = next.cost - best.cost
        if saving == .zero {
            clauses = ["\(serves) serves the demand for \(best.cost), as much as \(other)"]
        } else {
            clauses = ["\(serves) serves the demand for \(best.cost), \(saving) less than \(other)"]
        }
        if let why = Self.difference(best.line, next.line) { clauses.append(why) }
    }

    /// What makes the difference between two plans.
    private static func difference(_ best: PlanLine, _ next: PlanLine) -> String? {
        let name = next.tariff.plan.name
        let fee = next.charges.fee - best.charges.fee
        let credits = next.charges.credits.used - best.charges.credits.used
        if fee > .zero, credits > .zero {
            return "\(name) costs \(fee) more in fees and returns \(credits) more in credits"
        }
        if fee > .zero { return "\(name) costs \(fee) more in fees and returns no more in credits" }
        if credits < .zero { return "\(name) returns \(Money.zero - credits) less in credits" }
        let usage = next.charges.overage - best.charges.overage
        return usage > .zero ? "usage beyond the credits costs \(usage) more on \(name)" : nil
    }

    /// Names going directly, where that would be the next.
    mutating func mentionDirect(_ candidates: [Verdict.Candidate]) {
        guard best.line.tariff.plan.biller != nil, next?.line.tariff.plan.biller != nil else { return }
        guard let direct = candidates.first(where: { $0.line.tariff.plan.biller == nil }) else { return }
        clauses.append("without a router it would cost \(direct.cost)\(Self.prices(of: demand))")
    }

    /// Which prices a cost without a router is made of.
    private static func prices(of demand: PlanDemand) -> String {
        guard let direct = demand.direct else { return ", at the routed prices" }
        if direct.atRoutedPrice == .zero { return "" }
        if direct.atRoutedPrice == direct.cost { return ", at the routed prices" }
        return ", \(direct.atRoutedPrice) of it at the routed prices"
    }

    /// Names the cheaper plan that throttles.
    mutating func mentionThrottling(of lines: [PlanLine]) {
        if isRerouted { return }
        let cheaper = lines.filter { $0.servesDemand == false && $0.charges.total < best.cost }
        guard let line = cheaper.min(by: { $0.charges.total < $1.charges.total }), let throttled = line.throttled.low
        else { return }
        var clause = "\(line.tariff.plan.name) for \(line.charges.total) would throttle \(throttled) calls"
        clause += " at the low end of its allowance"
        if let total = line.totalWithReroute.low { clause += ", or cost \(total) with them on a paid route" }
        clauses.append(clause)
    }

    var sentence: String { clauses.joined(separator: "; ") + "." }
}
