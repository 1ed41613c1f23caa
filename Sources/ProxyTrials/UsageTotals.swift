internal import Foundation
internal import TallyCore

/// The sums of a usage report, which are read from the rollups.
struct UsageTotals: Decodable {
    var requests: Int
    var tokens: [String: Int]
    var cost: String?

    private struct Answer: Decodable { let totals: UsageTotals }

    init(json: Data) throws { self = try JSONDecoder().decode(Answer.self, from: json).totals }

    /// How they differ from the sums of the events; `nil` when they do not.
    func difference(from events: [RecordedEvent]) -> String? {
        if requests != events.count { return "the report has \(requests) requests, there are \(events.count) events" }
        var sums: [String: Int] = [:]
        var cost = Money.zero
        for event in events {
            for (name, count) in event.usage ?? [:] { sums[name, default: 0] += count }
            if let amount = event.cost, let money = try? Money(parsing: amount) { cost += money }
        }
        let kept = tokens.filter { $0.value != 0 }
        if kept != sums.filter({ $0.value != 0 }) { return "the report has \(kept), the events sum to \(sums)" }
        let reported = self.cost.flatMap { try? Money(parsing: $0) } ?? .zero
        return reported == cost ? nil : "the report has \(reported), the events sum to \(cost)"
    }
}
