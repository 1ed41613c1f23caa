internal import PostgresClient
internal import TallyCore

/// The columns a batch fills, and the encoding of its rows for COPY.
///
/// Of the classes only those that the batch states are sent: most batches use three of the twenty-four.
struct EventColumns {
    /// The stated classes, in order.
    let classes: [UsageClass]

    /// The columns for classes that are stated anywhere in a batch.
    init(stated: UInt32) {
        classes = UsageClass.allCases.filter { stated & (1 << UInt32($0.rawValue)) != 0 }
    }

    private static let fixed = [
        "time", "event_id", "project_id", "attribution_id", "offering_id", "basis_id", "source_id", "duration_ms",
        "ttfb_ms", "status", "outcome", "is_stream", "usage_known", "is_partly_priced", "computed_cost",
        "reported_cost", "billed_cost", "id", "request_id",
    ]

    /// The columns of `events` that are filled, in the order of the rows.
    var names: [String] { Self.fixed + classes.map(\.name) }

    /// The COPY statement of the rows.
    var copyStatement: String {
        "COPY events (\(names.joined(separator: ", "))) FROM STDIN (FORMAT binary)"
    }

    /// Adds an event's row.
    func append(_ priced: PricedEvent, ids: EventIDs, to buffer: inout CopyBuffer) throws {
        let event = priced.event
        try buffer.beginRow(columns: Self.fixed.count + classes.count)
        try buffer.append(timestampMicroseconds: event.time.microseconds)
        buffer.append(uuidHigh: event.identity.high, low: event.identity.low)
        buffer.append(ids.attribution.project)
        buffer.append(ids.attribution.attribution)
        buffer.append(ids.offering)
        buffer.append(ids.basis)
        buffer.append(ids.source)
        buffer.append(optional: event.durationMs)
        buffer.append(optional: event.ttfbMs)
        if let status = event.status { buffer.append(Int16(status)) } else { buffer.appendNull() }
        try buffer.append(bytes: [event.outcome.code])
        if let isStream = event.isStream { buffer.append(isStream) } else { buffer.appendNull() }
        buffer.append(event.usage != nil)
        buffer.append(priced.isPartlyPriced)
        buffer.append(optional: priced.charge.cost)
        buffer.append(optional: event.reportedCost)
        buffer.append(optional: event.billedCost)
        if let id = event.id { try buffer.append(text: id) } else { buffer.appendNull() }
        if let requestID = event.requestID { try buffer.append(text: requestID) } else { buffer.appendNull() }
        for usageClass in classes {
            if let quantity = event.usage?[usageClass] { buffer.append(quantity) } else { buffer.appendNull() }
        }
    }
}

/// The ids an event's row refers to.
struct EventIDs {
    let attribution: DimensionCache.AttributionIDs
    let offering: Int32
    let basis: Int32
    let source: Int32
}

extension PricedEvent {
    /// Whether a class that was used has no price.
    var isPartlyPriced: Bool {
        if case .priced(_, let basis) = charge { basis.isPartial } else { false }
    }

    /// What the event adds to its rollup row.
    var measures: RollupDeltas.Measures {
        RollupDeltas.Measures(
            usage: event.usage, isPartlyPriced: isPartlyPriced, computedCost: charge.cost,
            reportedCost: event.reportedCost, billedCost: event.billedCost)
    }
}

extension CopyBuffer {
    fileprivate mutating func append(optional value: Int?) {
        if let value { append(Int32(clamping: value)) } else { appendNull() }
    }

    fileprivate mutating func append(optional money: Money?) {
        if let money { append(decimalUnscaled: money.picodollars, scale: Money.places) } else { appendNull() }
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
