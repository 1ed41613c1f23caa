import TallyCore
import TallyPlans
import Testing

/// What holds for any month, whatever its plans, projects, seats, changes and routes.
struct CreditEnginePropertyTests {
    private static let seeds = Array(UInt64(1)...150)

    @Test(arguments: seeds)
    func anyMonthAddsUp(seed: UInt64) async throws {
        var made = try RandomMonth(seed: seed)
        let (month, table, calls) = (made.month, made.table, made.calls)
        let spent = calls.reduce(.zero) { $0 + $1.cost } + table.otherCompute.reduce(.zero) { $0 + $1.amount }
        var totals: Set<Money> = []
        for allocation in CreditAllocation.allCases {
            for fees in fees(&made.random) {
                let rules = CreditRules(allocation: allocation, fees: fees)
                let statement = try await table.settle(calls, in: month, rules: rules)
                check(statement, spent: spent)
                totals.insert(statement.total)
            }
        }
        // Whoever used the credits, the invoices are the same.
        #expect(totals.count == 1)
    }

    @Test(arguments: seeds)
    func creditsGoToTheCallsInTheirOrder(seed: UInt64) async throws {
        let made = try RandomMonth(seed: seed)
        let statement = try await made.table.settle(made.calls, in: made.month)
        var expected: [String: Money] = [:]
        for invoice in statement.invoices {
            let reference = try ReferenceCredits(made.table, made.calls, of: invoice.account, in: made.month)
            #expect(invoice.credits.granted == reference.granted)
            #expect(invoice.credits.used == reference.used)
            expected.merge(reference.usedByGroup, uniquingKeysWith: +)
        }
        for row in statement.rows { #expect(row.share.credits == expected[row.group] ?? .zero, "\(row.group)") }
        #expect(statement.rows.reduce(.zero) { $0 + $1.share.credits } == expected.values.reduce(.zero, +))
    }

    @Test(arguments: seeds.prefix(40))
    func noOrderOfInputChangesAnything(seed: UInt64) async throws {
        var made = try RandomMonth(seed: seed)
        let (table, calls, month) = (made.table, made.calls, made.month)
        for allocation in CreditAllocation.allCases {
            let rules = CreditRules<String>(allocation: allocation)
            let statement = try await table.settle(calls, in: month, rules: rules)
            let shuffled = PlanTable(
                plans: table.plans.shuffled(using: &made.random),
                subscriptions: table.subscriptions.shuffled(using: &made.random),
                otherCompute: table.otherCompute.shuffled(using: &made.random),
                purchases: table.purchases.shuffled(using: &made.random))
            let source = MemorySource(calls.shuffled(using: &made.random), shuffledBy: seed)
            let again = try await shuffled.settle(source, in: month, rules: rules)
            #expect(again.rows == statement.rows)
            #expect(again.total == statement.total && again.unallocatedFees == statement.unallocatedFees)
        }
    }

    @Test func callsAreAskedForOnlyWhereAPoolRunsOut() async throws {
        var asked = 0
        for seed in Self.seeds {
            let made = try RandomMonth(seed: seed)
            let source = MemorySource(made.calls)
            let statement = try await made.table.settle(source, in: made.month)
            var refills = made.table.purchases.count
            for invoice in statement.invoices {
                refills += try made.table.stretches(of: invoice.account, in: made.month).count
            }
            // A pool that has run out runs out again only after something was put in.
            #expect(source.quartersAsked.count <= refills)
            asked += source.quartersAsked.count
            let proRata = MemorySource(made.calls)
            _ = try await made.table.settle(proRata, in: made.month, rules: CreditRules(allocation: .proRata))
            #expect(proRata.quartersAsked.isEmpty)
        }
        #expect(asked > Self.seeds.count)
    }

    private func fees(_ random: inout SeededGenerator) -> [FeeAllocation<String>] {
        let weight = Money(picodollars: Int128(Int64.random(in: 0...7, using: &random)))
        return [.none, .proRata, .equal, .weights(["a": weight, "z": Money(picodollars: 3)])]
    }

    private func check(_ statement: MonthStatement<String>, spent: Money) {
        let net = statement.rows.reduce(.zero) { $0 + $1.share.net }
        #expect(net + statement.unallocatedFees == statement.total)
        let shares = statement.rows.map(\.share)
        func sum(_ part: (NetShare) -> Money) -> Money { shares.reduce(.zero) { $0 + part($1) } }
        #expect(sum(\.spend) + sum(\.waived) + sum(\.outside) == spent)
        for share in shares {
            #expect(share.credits <= share.spend && share.credits >= .zero)
            #expect(share.discount <= share.spend - share.credits && share.discount >= .zero)
        }
        var used = Money.zero
        for invoice in statement.invoices {
            let credits = invoice.credits
            #expect(credits.used <= credits.granted && credits.carried >= .zero && credits.expired >= .zero)
            #expect(invoice.carried.reduce(.zero) { $0 + $1.remaining } == credits.carried)
            #expect(invoice.sum(.credits) == .zero - credits.used)
            used += credits.used
        }
        #expect(sum(\.credits) == used)
        let overage = statement.invoices.reduce(.zero) { $0 + $1.overage }
        #expect(used + overage + sum(\.discount) == sum(\.spend))
    }
}
