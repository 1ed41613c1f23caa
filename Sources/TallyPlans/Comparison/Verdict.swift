package import TallyCore

/// Which of several plans is the cheapest that serves a demand, by how much, and why.
package struct Verdict: Sendable, Equatable {
    /// The cheapest plan; `nil` when none is known to serve the demand.
    package let cheapest: String?
    /// How much it costs less than ``against``; `nil` without one.
    package let saving: Money?
    /// The next cheapest plan of the same biller that serves the demand, else the next of any.
    package let against: String?
    /// Why, in one sentence.
    package let reason: String

    init(_ lines: [PlanLine], demand: PlanDemand) {
        // Plans that throttle are looked at only where none serves, and then with what they throttle moved elsewhere.
        let serving = lines.filter { $0.servesDemand == true }
        let isRerouted = serving.isEmpty
        let candidates = Self.ranked(isRerouted ? lines : serving, rerouted: isRerouted)
        guard let best = candidates.first else {
            cheapest = nil
            saving = nil
            against = nil
            reason =
                lines.isEmpty
                ? "No plan was compared."
                : "No plan compared is known to serve \(demand.serverless.requests) serverless calls, "
                    + "and no paid route of their models has a price."
            return
        }
        let others = candidates.dropFirst()
        let next = others.first { $0.line.tariff.plan.biller == best.line.tariff.plan.biller } ?? others.first
        cheapest = best.line.tariff.plan.name
        saving = next.map { $0.cost - best.cost }
        against = next.map(\.line.tariff.plan.name)
        var words = VerdictWords(best: best, next: next, demand: demand, isRerouted: isRerouted)
        words.mentionDirect(candidates)
        words.mentionThrottling(of: lines)
        reason = words.sentence
    }

    /// A plan with what it costs to serve the demand on it.
    struct Candidate {
        let line: PlanLine
        let cost: Money
    }

    /// Those whose cost is known, cheapest first; of equal ones the first listed.
    private static func ranked(_ lines: [PlanLine], rerouted: Bool) -> [Candidate] {
        let candidates = lines.compactMap { line in
            (rerouted ? line.totalWithReroute.low : line.charges.total).map { Candidate(line: line, cost: $0) }
        }
        return candidates.enumerated().sorted { left, right in
            left.element.cost != right.element.cost
                ? left.element.cost < right.element.cost : left.offset < right.offset
        }.map(\.element)
    }
}
