internal import PostgresClient
internal import TallyCore

/// The ids an event's row refers to.
struct EventIDs {
    var attribution: DimensionCache.AttributionIDs
    var offering: Int32
    var basis: Int32
    var source: Int32
}

/// What an event's row says of its charge, besides the basis.
struct RowCost {
    let computed: Money?
    let isPartlyPriced: Bool

    init(computed: Money?, isPartlyPriced: Bool) {
        self.computed = computed
        self.isPartlyPriced = isPartlyPriced
    }

    /// The cost of one of some events by its charge.
    init(_ events: Span<PricedEvent>, _ index: Int) {
        computed = events[index].charge.cost
        isPartlyPriced = events[index].isPartlyPriced
    }
}

extension PricedEvent {
    /// Whether a class that was used has no price.
    var isPartlyPriced: Bool {
        if case .priced(_, let basis) = charge { basis.isPartial } else { false }
    }
}

extension RollupDeltas.Measures {
    /// What one of some events adds to its rollup row.
    init(_ events: Span<PricedEvent>, _ index: Int) {
        self.init(
            usage: events[index].event.usage, isPartlyPriced: events[index].isPartlyPriced,
            computedCost: events[index].charge.cost, reportedCost: events[index].event.reportedCost,
            billedCost: events[index].event.billedCost)
    }
}

extension EventIdentity {
    /// The identity as PostgreSQL stores it.
    var uuid: PostgresUUID { PostgresUUID(high: high, low: low) }

    /// The identity of a stored value.
    init(_ uuid: PostgresUUID) {
        self.init(high: uuid.high, low: uuid.low)
    }
}
