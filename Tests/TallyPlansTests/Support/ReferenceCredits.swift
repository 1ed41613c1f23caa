import TallyCore
import TallyPlans

/// Who used which credits, call by call over the whole month, written from the rules and from nothing else: slow and
/// plain, to hold the engine against.
struct ReferenceCredits {
    var usedByGroup: [String: Money] = [:]
    var granted = Money.zero
    var used = Money.zero
    var eligible = Money.zero

    init(_ table: PlanTable, _ calls: [Call], of account: BillingAccount, in month: BillingMonth) throws {
        let stretches = try table.stretches(of: account, in: month)
        if stretches.isEmpty { return }
        struct Draw {
            let time: Instant
            let rank: Int
            let identity: EventIdentity
            let group: String
            let amount: Money
            let route: Route?
            let isLine: Bool
        }
        let lines = table.otherCompute.filter { $0.account == account && month.contains($0.time) }
            .sorted {
                ($0.time, $0.product, $0.project ?? "", $0.amount) < ($1.time, $1.product, $1.project ?? "", $1.amount)
            }
        var draws = lines.enumerated().map {
            Draw(
                time: $0.element.time, rank: $0.offset, identity: EventIdentity(high: 0, low: 0),
                group: $0.element.project ?? "(none)", amount: $0.element.amount, route: nil, isLine: true)
        }
        draws += calls.filter { $0.account == account && month.contains($0.time) }.map {
            Draw(
                time: $0.time, rank: .max, identity: $0.identity, group: $0.project, amount: $0.cost, route: $0.route,
                isLine: false)
        }
        draws.sort { ($0.time, $0.rank, $0.identity) < ($1.time, $1.rank, $1.identity) }
        var grants: [(left: Money, from: CivilDate, until: CivilDate)] = []
        let never = CivilDate(daysSinceEpoch: 1_000_000)
        var included = Money.zero
        for stretch in stretches {
            let amount = stretch.plan.credits.amount(seats: stretch.seats)
            if amount > included { grants.append((amount - included, stretch.from, month.end)) }
            included = max(included, amount)
        }
        for purchase in table.purchases where purchase.account == account && month.contains(purchase.on) {
            grants.append((purchase.amount, purchase.on, purchase.expires ?? never))
        }
        granted = grants.reduce(.zero) { $0 + $1.left }
        for draw in draws {
            let today = draw.time.utcDate
            guard let stretch = stretches.last(where: { $0.from <= today }) else { continue }
            let covers = stretch.plan.covers
            if draw.isLine, !covers.includesOtherCompute { continue }
            if !draw.isLine, !covers.bills(draw.route) { continue }
            if draw.route == .serverless, stretch.plan.serverless.first?.mode == .allowance { continue }
            eligible += draw.amount
            var open = draw.amount
            for index in grants.indices.sorted(by: { grants[$0].until < grants[$1].until }) {
                guard grants[index].from <= today, today < grants[index].until else { continue }
                let part = min(open, grants[index].left)
                grants[index].left = grants[index].left - part
                open = open - part
            }
            usedByGroup[draw.group, default: .zero] += draw.amount - open
            used += draw.amount - open
        }
    }
}
