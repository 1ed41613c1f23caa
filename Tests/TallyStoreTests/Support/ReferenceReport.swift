import TallyCore

/// What a report has to say, worked out from the events in memory.
enum ReferenceReport {
    /// The sums of the events that a question is about.
    static func totals(_ events: [PricedEvent], _ query: ReportQuery) -> UsageMeasures {
        measures(events.filter { matches($0, query) })
    }

    /// The rows, by time and values; intervals of a day or a month only.
    static func rows(_ events: [PricedEvent], _ query: ReportQuery) -> [Key: UsageMeasures] {
        let groups = Dictionary(grouping: events.filter { matches($0, query) }) { priced in
            Key(time: slice(priced.event.time, query), values: query.groupBy.map { value($0, of: priced.event) })
        }
        return groups.mapValues(measures)
    }

    /// What tells a row from others.
    struct Key: Hashable {
        let time: Instant?
        let values: [String?]
    }

    private static func slice(_ time: Instant, _ query: ReportQuery) -> Instant? {
        guard let interval = query.interval else { return nil }
        let date = query.zone.date(at: time)
        return query.zone.start(of: interval == .month ? date.startOfMonth : date)
    }

    private static func matches(_ priced: PricedEvent, _ query: ReportQuery) -> Bool {
        let event = priced.event
        return event.time >= query.from && event.time < query.to
            && query.filters.allSatisfy { $0.values.contains(value($0.dimension, of: event)) }
    }

    static func value(_ dimension: ReportDimension, of event: UsageEvent) -> String? {
        switch dimension {
        case .project: event.attribution.project
        case .biller: event.offering.biller
        case .provider: event.offering.provider
        case .model: event.offering.model
        case .route: event.offering.route?.rawValue
        case .account: event.offering.account
        case .user: event.attribution.user
        case .key: event.attribution.key
        case .serviceTier: event.offering.serviceTier
        case .outcome: event.outcome.rawValue
        case .tag(let key): event.attribution.tags?[key]
        }
    }

    private static func measures(_ events: [PricedEvent]) -> UsageMeasures {
        events.reduce(into: UsageMeasures()) { $0.add($1) }
    }
}

extension UsageMeasures {
    /// Adds one event.
    mutating func add(_ priced: PricedEvent) {
        let event = priced.event
        requests += 1
        if event.outcome == .failed { errors += 1 }
        if event.outcome == .interrupted { provisionalRequests += 1 }
        if event.attribution.project == nil { unattributedRequests += 1 }
        if case .priced(_, let basis) = priced.charge, basis.isPartial { partlyPricedRequests += 1 }
        for (usageClass, quantity) in event.usage?.entries ?? [] {
            quantities[usageClass, default: 0] += Int128(quantity)
        }
        var cost = Money.zero
        if let billed = event.billedCost {
            billedCost += billed
            cost = billed
        } else if let reported = event.reportedCost {
            reportedCost += reported
            cost = reported
        } else if let computed = priced.charge.cost {
            computedCost += computed
            cost = computed
        } else {
            unpricedRequests += 1
        }
        if event.attribution.project == nil { unattributedCost += cost }
        if event.outcome == .interrupted { provisionalCost += cost }
    }

    /// Adds the sums of another row.
    static func + (left: UsageMeasures, right: UsageMeasures) -> UsageMeasures {
        var sum = left
        sum.requests += right.requests
        sum.errors += right.errors
        sum.unpricedRequests += right.unpricedRequests
        sum.partlyPricedRequests += right.partlyPricedRequests
        sum.unattributedRequests += right.unattributedRequests
        sum.provisionalRequests += right.provisionalRequests
        sum.quantities.merge(right.quantities) { $0 + $1 }
        sum.billedCost += right.billedCost
        sum.reportedCost += right.reportedCost
        sum.computedCost += right.computedCost
        sum.unattributedCost += right.unattributedCost
        sum.provisionalCost += right.provisionalCost
        return sum
    }
}
