import TallyCore
import TallyPlans
import Testing

/// The amount of decimal text.
func money(_ text: String) -> Money {
    do {
        return try Money(parsing: text)
    } catch {
        Issue.record("'\(text)' \(error)")
        return .zero
    }
}

/// The date of ISO 8601 text.
func day(_ text: String) -> CivilDate {
    guard case .date(let date)? = TimeText(text) else {
        Issue.record("'\(text)' is no date")
        return CivilDate(daysSinceEpoch: 0)
    }
    return date
}

/// The instant of RFC 3339 text.
func time(_ text: String) -> Instant {
    guard case .instant(let instant)? = TimeText(text) else {
        Issue.record("'\(text)' is no instant")
        return Instant(microseconds: 0)
    }
    return instant
}

extension BillingMonth {
    /// A month of 30 days.
    static let june = BillingMonth(containing: day("2026-06-01"))
}

extension Provenance {
    static let test = Provenance(source: "a test")
}

extension Plan {
    /// A plan of which only what matters is said.
    static func make(
        _ name: String, biller: String? = "huggingface", fee: String = "0", perSeat: Bool = false,
        prorated: Bool = true, credits: String = "0", routes: Set<Route> = [.routed, .serverless],
        compute: Bool = true, serverless: [ServerlessTerms] = [], topUp: TopUp? = nil,
        discount: VolumeDiscount = .none, commitment: String = "0", from: CivilDate? = nil, to: CivilDate? = nil
    ) -> Plan {
        Plan(
            name: name, title: name, biller: biller,
            fee: PlanFee(amount: money(fee), isPerSeat: perSeat, isProrated: prorated, provenance: .test),
            credits: IncludedCredits(amount: money(credits), isPerSeat: perSeat, provenance: .test),
            covers: PlanCoverage(routes: routes, includesOtherCompute: compute), serverless: serverless,
            overage: topUp.map { .prepaid($0, .test) } ?? .payAsYouGo(.test), discount: discount,
            commitment: money(commitment), effectiveFrom: from, effectiveTo: to)
    }

    static let free = make(
        "hf-free", credits: "0.10", compute: false, serverless: [.allowance(300, 1000), .metered])
    static let pro = make("hf-pro", fee: "9", credits: "2", serverless: [.allowance(6000, 20_000), .metered])
    static let team = make("hf-team", fee: "20", perSeat: true, credits: "2", serverless: [.metered])
}

extension ServerlessTerms {
    static func allowance(_ low: Int64, _ high: Int64) -> ServerlessTerms {
        ServerlessTerms(mode: .allowance, allowance: AllowanceRange(low: low, high: high), provenance: .test)
    }

    static let metered = ServerlessTerms(mode: .metered, provenance: .test)
}

extension VolumeDiscount {
    /// Bands of threshold and percents.
    static func make(_ bands: (String, String)...) throws -> VolumeDiscount {
        var list: [Band] = []
        for (above, percents) in bands {
            list.append(Band(above: money(above), share: try #require(Percentage(percents: percents))))
        }
        return try #require(VolumeDiscount(bands: list))
    }
}

/// A table of some plans and what is said of accounts.
func table(
    _ subscriptions: Subscription..., plans: [Plan] = [.free, .pro, .team], lines: [ComputeLine] = [],
    purchases: [CreditPurchase] = []
) -> PlanTable {
    PlanTable(plans: plans, subscriptions: subscriptions, otherCompute: lines, purchases: purchases)
}
