import Synchronization
import TallyCore
import TallyPlans

/// One call of a month that lies in memory.
struct Call: Sendable, Hashable {
    let time: Instant
    let identity: EventIdentity
    let project: String
    let account: BillingAccount?
    let route: Route?
    let cost: Money

    init(
        _ time: Instant, _ cost: Money, project: String = "p", account: String? = nil, biller: String = "huggingface",
        route: Route? = .routed, identity: UInt64 = 0
    ) {
        self.time = time
        self.identity = EventIdentity(high: 0, low: identity)
        self.project = project
        self.account = BillingAccount(biller: biller, account: account)
        self.route = route
        self.cost = cost
    }
}

/// A month in memory: what a database would answer, from the calls themselves.
final class MemorySource: SpendSource {
    typealias Group = String

    let calls: [Call]
    /// What was asked for call by call.
    private let asked = Mutex<[Instant]>([])
    /// Makes the order of cells another one.
    private let seed: UInt64?

    init(_ calls: [Call], shuffledBy seed: UInt64? = nil) {
        self.calls = calls
        self.seed = seed
    }

    /// The quarters of an hour that were asked for call by call.
    var quartersAsked: [Instant] { asked.withLock { $0 } }

    func spend(in month: BillingMonth) async throws -> AsyncStream<SpendQuarter<String>> {
        stream(quarters(in: month))
    }

    func quarters(in month: BillingMonth) -> [SpendQuarter<String>] {
        var random = SeededGenerator(seed: seed ?? 0)
        let inMonth = calls.filter { month.contains($0.time) }
        return Dictionary(grouping: inMonth, by: \.time.quarter).sorted { $0.key < $1.key }.map { start, calls in
            struct Key: Hashable {
                let project: String
                let account: BillingAccount?
                let route: Route?
            }
            let sums = Dictionary(grouping: calls) { Key(project: $0.project, account: $0.account, route: $0.route) }
            let cells = sums.map { key, calls in
                SpendCell(
                    group: key.project, account: key.account, route: key.route,
                    spend: calls.reduce(.zero) { $0 + $1.cost })
            }
            return SpendQuarter(start: start, cells: seed == nil ? cells : cells.shuffled(using: &random))
        }
    }

    func events(of account: BillingAccount, in quarter: Instant) async throws -> AsyncStream<SpendEvent<String>> {
        asked.withLock { $0.append(quarter) }
        let events = calls.filter { $0.account == account && $0.time.quarter == quarter }
            .sorted { ($0.time, $0.identity) < ($1.time, $1.identity) }
        return stream(
            events.map {
                SpendEvent(time: $0.time, identity: $0.identity, group: $0.project, route: $0.route, cost: $0.cost)
            })
    }

    private func stream<Element: Sendable>(_ elements: [Element]) -> AsyncStream<Element> {
        AsyncStream { continuation in
            for element in elements { continuation.yield(element) }
            continuation.finish()
        }
    }
}

extension PlanTable {
    /// Settles a month of calls by project.
    func settle(
        _ calls: [Call], in month: BillingMonth = .june, rules: CreditRules<String> = CreditRules(),
        carried: [BillingAccount: [CreditPool.Grant]] = [:]
    ) async throws -> MonthStatement<String> {
        try await settle(MemorySource(calls), in: month, rules: rules, carried: carried)
    }

    func settle(
        _ source: MemorySource, in month: BillingMonth = .june, rules: CreditRules<String> = CreditRules(),
        carried: [BillingAccount: [CreditPool.Grant]] = [:]
    ) async throws -> MonthStatement<String> {
        let engine = try CreditEngine<String>(month: month, table: self, rules: rules, carried: carried) {
            $0.project ?? "(none)"
        }
        return try await engine.statement(from: source)
    }
}

extension MonthStatement where Group == String {
    /// The share of a project, nothing when it has none.
    subscript(project: String) -> NetShare { rows.first { $0.group == project }?.share ?? NetShare() }
}
