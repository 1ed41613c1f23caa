internal import PostgresClient
internal import TallyCore

/// The columns a batch fills, and the encoding of its rows for COPY.
///
/// Of the columns that may be NULL or have a default only those are sent that the batch fills with something else: most
/// batches use three of the twenty-four classes.
struct EventColumns {
    /// Columns that hold something in every row.
    private static let required = [
        "time", "event_id", "project_id", "attribution_id", "offering_id", "basis_id", "source_id", "outcome",
    ]

    /// Columns besides the classes that may be left out.
    private struct Optionals: OptionSet {
        let rawValue: Int

        static let durationMs = Optionals(rawValue: 1 << 0)
        static let ttfbMs = Optionals(rawValue: 1 << 1)
        static let status = Optionals(rawValue: 1 << 2)
        static let isStream = Optionals(rawValue: 1 << 3)
        static let computedCost = Optionals(rawValue: 1 << 4)
        static let reportedCost = Optionals(rawValue: 1 << 5)
        static let billedCost = Optionals(rawValue: 1 << 6)
        static let id = Optionals(rawValue: 1 << 7)
        static let requestID = Optionals(rawValue: 1 << 8)
        static let usageKnown = Optionals(rawValue: 1 << 9)
        static let isPartlyPriced = Optionals(rawValue: 1 << 10)
        static let upstream = Optionals(rawValue: 1 << 11)
        static let requestedModel = Optionals(rawValue: 1 << 12)
        static let requestBytes = Optionals(rawValue: 1 << 13)
        static let responseBytes = Optionals(rawValue: 1 << 14)
        static let errorType = Optionals(rawValue: 1 << 15)
        static let estimatedTimeMs = Optionals(rawValue: 1 << 16)
        static let retryAfterMs = Optionals(rawValue: 1 << 17)
        static let rateLimitRemaining = Optionals(rawValue: 1 << 18)
        static let rateLimitResetMs = Optionals(rawValue: 1 << 19)
        /// Those of a call's details.
        static let details: Optionals = [
            .upstream, .requestedModel, .requestBytes, .responseBytes, .errorType, .estimatedTimeMs, .retryAfterMs,
            .rateLimitRemaining, .rateLimitResetMs,
        ]

        /// The names of all, by bit.
        static let names = [
            "duration_ms", "ttfb_ms", "status", "is_stream", "computed_cost", "reported_cost", "billed_cost", "id",
            "request_id", "usage_known", "is_partly_priced", "upstream", "requested_model", "request_bytes",
            "response_bytes", "error_type", "estimated_time_ms", "retry_after_ms", "rate_limit_remaining",
            "rate_limit_reset_ms",
        ]

        init(rawValue: Int) { self.rawValue = rawValue }

        /// What one of some events fills.
        init(_ events: Span<PricedEvent>, _ index: Int) {
            self = []
            if events[index].event.durationMs != nil { insert(.durationMs) }
            if events[index].event.ttfbMs != nil { insert(.ttfbMs) }
            if events[index].event.status != nil { insert(.status) }
            if events[index].event.isStream != nil { insert(.isStream) }
            if events[index].charge.cost != nil { insert(.computedCost) }
            if events[index].event.reportedCost != nil { insert(.reportedCost) }
            if events[index].event.billedCost != nil { insert(.billedCost) }
            if events[index].event.id != nil { insert(.id) }
            if events[index].event.requestID != nil { insert(.requestID) }
            if events[index].event.usage == nil { insert(.usageKnown) }
            if events[index].isPartlyPriced { insert(.isPartlyPriced) }
            if let details = events[index].event.details { formUnion(Optionals(details)) }
        }

        private init(_ details: CallDetails) {
            self = []
            if details.upstream != nil { insert(.upstream) }
            if details.requestedModel != nil { insert(.requestedModel) }
            if details.requestBytes != nil { insert(.requestBytes) }
            if details.responseBytes != nil { insert(.responseBytes) }
            if details.errorType != nil { insert(.errorType) }
            if details.estimatedTimeMs != nil { insert(.estimatedTimeMs) }
            if details.retryAfterMs != nil { insert(.retryAfterMs) }
            if details.rateLimitRemaining != nil { insert(.rateLimitRemaining) }
            if details.rateLimitResetMs != nil { insert(.rateLimitResetMs) }
        }
    }

    private let optionals: Optionals
    private let hasDetails: Bool
    /// The classes that are stated anywhere in the batch, in order.
    private let classes: [UsageClass]
    private let names: [String]

    /// The columns that some events fill.
    init(_ events: [PricedEvent]) {
        var optionals: Optionals = []
        var stated: UInt32 = 0
        let span = events.span
        for index in span.indices {
            optionals.formUnion(Optionals(span, index))
            stated |= span[index].event.usage?.statedMask ?? 0
        }
        self.optionals = optionals
        hasDetails = !optionals.isDisjoint(with: .details)
        classes = UsageClass.allCases.filter { stated & (1 << UInt32($0.rawValue)) != 0 }
        let filled = Optionals.names.enumerated().filter { optionals.rawValue & (1 << $0.offset) != 0 }.map(\.element)
        names = Self.required + filled + classes.map(\.name)
    }

    /// The COPY statement of the rows.
    ///
    /// - Parameter table: `events`, or the partition that all rows lie in, which saves looking for it row by row.
    /// - Returns: The statement.
    func copyStatement(into table: String) -> String {
        "COPY \(table) (\(names.joined(separator: ", "))) FROM STDIN (FORMAT binary)"
    }

    /// Adds the row of one of some events.
    func append(_ events: Span<PricedEvent>, _ index: Int, ids: EventIDs, to buffer: inout CopyBuffer) throws {
        try buffer.beginRow(columns: names.count)
        try buffer.append(timestampMicroseconds: events[index].event.time.microseconds)
        buffer.append(uuidHigh: events[index].event.identity.high, low: events[index].event.identity.low)
        buffer.append(ids.attribution.project)
        buffer.append(ids.attribution.attribution)
        buffer.append(ids.offering)
        buffer.append(ids.basis)
        buffer.append(ids.source)
        buffer.append(byte: events[index].event.outcome.code)
        if optionals.contains(.durationMs) { buffer.append(optional: events[index].event.durationMs) }
        if optionals.contains(.ttfbMs) { buffer.append(optional: events[index].event.ttfbMs) }
        if optionals.contains(.status) {
            if let status = events[index].event.status { buffer.append(Int16(status)) } else { buffer.appendNull() }
        }
        if optionals.contains(.isStream) {
            if let isStream = events[index].event.isStream { buffer.append(isStream) } else { buffer.appendNull() }
        }
        if optionals.contains(.computedCost) { buffer.append(optional: events[index].charge.cost) }
        if optionals.contains(.reportedCost) { buffer.append(optional: events[index].event.reportedCost) }
        if optionals.contains(.billedCost) { buffer.append(optional: events[index].event.billedCost) }
        if optionals.contains(.id) { try buffer.append(optional: events[index].event.id) }
        if optionals.contains(.requestID) { try buffer.append(optional: events[index].event.requestID) }
        if optionals.contains(.usageKnown) { buffer.append(events[index].event.usage != nil) }
        if optionals.contains(.isPartlyPriced) { buffer.append(events[index].isPartlyPriced) }
        if hasDetails { try append(events[index].event.details ?? CallDetails(), to: &buffer) }
        for usageClass in classes {
            if let quantity = events[index].event.usage?[usageClass] {
                buffer.append(quantity)
            } else {
                buffer.appendNull()
            }
        }
    }

    private func append(_ details: CallDetails, to buffer: inout CopyBuffer) throws {
        if optionals.contains(.upstream) { try buffer.append(optional: details.upstream) }
        if optionals.contains(.requestedModel) { try buffer.append(optional: details.requestedModel) }
        if optionals.contains(.requestBytes) { buffer.append(optionalCount: details.requestBytes) }
        if optionals.contains(.responseBytes) { buffer.append(optionalCount: details.responseBytes) }
        if optionals.contains(.errorType) { try buffer.append(optional: details.errorType?.rawValue) }
        if optionals.contains(.estimatedTimeMs) { buffer.append(optional: details.estimatedTimeMs) }
        if optionals.contains(.retryAfterMs) { buffer.append(optional: details.retryAfterMs) }
        if optionals.contains(.rateLimitRemaining) { buffer.append(optionalCount: details.rateLimitRemaining) }
        if optionals.contains(.rateLimitResetMs) { buffer.append(optional: details.rateLimitResetMs) }
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

extension CopyBuffer {
    fileprivate mutating func append(optional value: Int?) {
        if let value { append(Int32(clamping: value)) } else { appendNull() }
    }

    fileprivate mutating func append(optionalCount value: Int?) {
        if let value { append(Int64(value)) } else { appendNull() }
    }

    fileprivate mutating func append(optional text: String?) throws {
        if let text { try append(text: text) } else { appendNull() }
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
