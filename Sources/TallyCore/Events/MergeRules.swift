/// Which contributions are one call, and what the call is by all of them (interface, "Identity").
///
/// Both are functions of the set of contributions alone: the order they came in plays no part.
public struct MergeRules: Sendable {
    /// The names by which billers and models are compared.
    private let book: PriceBook

    /// How far apart in time one call can be told: seven days, in microseconds.
    public static let window = 7 * Instant.microsecondsPerDay

    /// Rules with the names that a book knows.
    public init(book: PriceBook) {
        self.book = book
    }

    // MARK: Which are one call

    /// The calls that contributions of one match key tell of.
    ///
    /// One after the other in the order of rank, each joins the call it can belong to that is nearest in time; the first
    /// one of a call, whose word counts most, gives it its time. So relayed calls come first and stay apart, and no call
    /// has two contributions of one source.
    ///
    /// - Parameter contributions: The contributions, in any order.
    /// - Returns: The calls: the places of their contributions in the order of rank.
    public func calls(of contributions: [Contribution]) -> [[Int]] {
        let order = contributions.indices.sorted { contributions[$0].precedes(contributions[$1]) }
        var calls: [[Int]] = []
        for place in order {
            let contribution = contributions[place]
            func distance(_ call: Int) -> Int64 { Self.distance(contribution, contributions[calls[call][0]]) }
            let candidates = calls.indices.filter { call in
                distance(call) <= Self.window
                    && calls[call].allSatisfy { canBeOne(contribution, contributions[$0]) }
            }
            let nearest = candidates.min { left, right in
                let (near, far) = (distance(left), distance(right))
                if near != far { return near < far }
                return contributions[calls[left][0]].event.identity < contributions[calls[right][0]].event.identity
            }
            if let nearest { calls[nearest].append(place) } else { calls.append([place]) }
        }
        return calls
    }

    private static func distance(_ left: Contribution, _ right: Contribution) -> Int64 {
        abs(left.event.time.microseconds - right.event.time.microseconds)
    }

    /// Whether nothing but time can keep two contributions from being one call.
    private func canBeOne(_ left: Contribution, _ right: Contribution) -> Bool {
        if left.origin.rank == .relay, right.origin.rank == .relay { return false }
        return !left.isFromSameSource(as: right) && !contradict(left.event, right.event)
    }

    /// Whether two sources know different billers.
    private func contradict(_ left: UsageEvent, _ right: UsageEvent) -> Bool {
        guard let one = knownBiller(left), let other = knownBiller(right), one != other else { return false }
        // With a key of the customer's own the vendor bills, and who sees only the address takes the router for it.
        return !(left.offering.route == .ownKey && ProviderAliases.isRouter(other))
            && !(right.offering.route == .ownKey && ProviderAliases.isRouter(one))
    }

    /// The biller in its one spelling, where it is known rather than assumed.
    private func knownBiller(_ event: UsageEvent) -> String? {
        event.isSellerAssumed ? nil : event.offering.biller.map(book.aliases.canonical)
    }

    // MARK: What the call is

    /// The call by all its contributions, with the identity of the first.
    ///
    /// - Parameter contributions: The contributions of one call, in the order of rank; at least one.
    /// - Returns: The call, and where its contributions contradict each other.
    public func merged(_ contributions: [Contribution]) -> MergedCall {
        var event = contributions[0].event
        func first<Value>(_ value: (UsageEvent) -> Value?) -> Value? {
            for contribution in contributions {
                if let value = value(contribution.event) { return value }
            }
            return nil
        }
        let usage = Self.usagePlace(contributions)
        event.attribution = Self.attribution(contributions)
        (event.offering, event.isSellerAssumed) = offering(contributions)
        event.usage = usage.flatMap { contributions[$0].event.usage }
        event.reportedCost = first(\.reportedCost)
        event.billedCost = Self.billedCostPlace(contributions).flatMap { contributions[$0].event.billedCost }
        event.id = first(\.id)
        event.requestID = first(\.requestID)
        event.status = first(\.status)
        event.durationMs = first(\.durationMs)
        event.ttfbMs = first(\.ttfbMs)
        event.isStream = first(\.isStream)
        event.details = first(\.details)
        return MergedCall(
            event: event, conflicts: conflicts(contributions, usage: usage))
    }

    /// Field by field, tags key by key, by rank.
    private static func attribution(_ contributions: [Contribution]) -> Attribution {
        contributions.reversed().reduce(.none) { lower, contribution in
            let said = contribution.event.attribution
            let tags = (lower.tags ?? [:]).merging(said.tags ?? [:]) { $1 }
            return Attribution(
                project: said.project ?? lower.project, user: said.user ?? lower.user, key: said.key ?? lower.key,
                tags: tags)
        }
    }

    /// Who sold it by the first source that knows, filled up by those that know the same biller; model and tier by rank.
    private func offering(_ contributions: [Contribution]) -> (offering: Offering, isAssumed: Bool) {
        let knowing = contributions.filter { knownBiller($0.event) != nil }
        let named = contributions.first { $0.event.offering.biller != nil }
        let seller = (knowing.first ?? named ?? contributions[0]).event
        let agreeing = knowing.filter { knownBiller($0.event) == knownBiller(seller) }.map(\.event.offering)
        let offering = Offering(
            biller: seller.offering.biller,
            provider: seller.offering.provider ?? agreeing.lazy.compactMap(\.provider).first,
            model: contributions.lazy.compactMap(\.event.offering.model).first,
            route: seller.offering.route ?? agreeing.lazy.compactMap(\.route).first,
            account: seller.offering.account ?? agreeing.lazy.compactMap(\.account).first,
            serviceTier: contributions.lazy.compactMap(\.event.offering.serviceTier).first)
        return (offering, seller.isSellerAssumed)
    }

    /// Whose usage counts: known before unknown, that of a call told to its end before a part of it, then by rank.
    ///
    /// What the biller exports of a call that was broken off is no part: it is what was billed.
    private static func usagePlace(_ contributions: [Contribution]) -> Int? {
        let known = contributions.indices.filter { contributions[$0].event.statesUsage }
        return known.first { contributions[$0].event.outcome == .complete }
            ?? known.first { contributions[$0].origin.rank == .export } ?? known.first
    }

    /// Whose billed cost counts: what the biller exports, then by rank.
    private static func billedCostPlace(_ contributions: [Contribution]) -> Int? {
        let known = contributions.indices.filter { contributions[$0].event.billedCost != nil }
        return known.first { contributions[$0].origin.rank == .export } ?? known.first
    }

    // MARK: Contradictions

    private func conflicts(_ contributions: [Contribution], usage: Int?) -> [MergedCall.Conflict] {
        var conflicts: [MergedCall.Conflict] = []
        func note(
            _ field: MergeConflict.Field, kept: Int?, _ text: (UsageEvent) -> String?,
            differ: (UsageEvent, UsageEvent) -> Bool
        ) {
            guard let kept, let value = text(contributions[kept].event) else { return }
            for place in contributions.indices where place != kept {
                guard let refused = text(contributions[place].event),
                    differ(contributions[kept].event, contributions[place].event)
                else { continue }
                conflicts.append(
                    MergedCall.Conflict(
                        field: field, kept: kept, keptValue: value, refused: place, refusedValue: refused))
            }
        }
        func first(_ value: (UsageEvent) -> Bool) -> Int? { contributions.firstIndex { value($0.event) } }
        note(.usage, kept: usage, { $0.isFinal ? $0.usage.map(Self.text) : nil }) {
            !($0.usage?.agrees(with: $1.usage ?? UsageBuckets()) ?? true)
        }
        note(.model, kept: first { $0.offering.model != nil }, \.offering.model) { !isSameModel($0, $1) }
        note(.status, kept: first { $0.status != nil }, { $0.status.map(String.init) }) { $0.status != $1.status }
        note(.reportedCost, kept: first { $0.reportedCost != nil }, \.reportedCost?.description) {
            $0.reportedCost != $1.reportedCost
        }
        note(.billedCost, kept: Self.billedCostPlace(contributions), \.billedCost?.description) {
            $0.billedCost != $1.billedCost
        }
        return conflicts
    }

    private static func text(_ usage: UsageBuckets) -> String {
        usage.entries.map { "\($0.usageClass.name) \(UsageBuckets.text(Int128($0.quantity), of: $0.usageClass))" }
            .joined(separator: ", ")
    }

    /// Whether two names mean one model: they differ in case only, or have their prices in one place.
    private func isSameModel(_ left: UsageEvent, _ right: UsageEvent) -> Bool {
        guard let one = left.offering.model, let other = right.offering.model else { return true }
        if one.lowercased() == other.lowercased() { return true }
        return [left, right].contains { event in
            guard let biller = knownBiller(event) ?? event.offering.biller else { return false }
            let provider = event.offering.provider
            guard let listing = book.listing(biller: biller, provider: provider, model: one) else { return false }
            return listing == book.listing(biller: biller, provider: provider, model: other)
        }
    }
}

extension UsageEvent {
    /// Whether it says how much was used; usage without a class says nothing (I6).
    fileprivate var statesUsage: Bool { usage.map { !$0.isEmpty } ?? false }

    /// Whether it says how much was used in all.
    fileprivate var isFinal: Bool { statesUsage && outcome == .complete }
}
