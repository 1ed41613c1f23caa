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
        static let isSellerAssumed = Optionals(rawValue: 1 << 20)
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
            "rate_limit_reset_ms", "is_seller_assumed",
        ]

        init(rawValue: Int) { self.rawValue = rawValue }

        /// What one of some events fills.
        init(_ events: Span<PricedEvent>, _ index: Int, cost: RowCost) {
            self = []
            if events[index].event.durationMs != nil { insert(.durationMs) }
            if events[index].event.ttfbMs != nil { insert(.ttfbMs) }
            if events[index].event.status != nil { insert(.status) }
            if events[index].event.isStream != nil { insert(.isStream) }
            if cost.computed != nil { insert(.computedCost) }
            if events[index].event.reportedCost != nil { insert(.reportedCost) }
            if events[index].event.billedCost != nil { insert(.billedCost) }
            if events[index].event.id != nil { insert(.id) }
            if events[index].event.requestID != nil { insert(.requestID) }
            if events[index].event.usage == nil { insert(.usageKnown) }
            if cost.isPartlyPriced { insert(.isPartlyPriced) }
            if events[index].event.isSellerAssumed { insert(.isSellerAssumed) }
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

    /// The columns of an event that stay as they are when it is charged to somebody else.
    static let besidesAttribution =
        required.filter { !["time", "event_id", "project_id", "attribution_id"].contains($0) } + Optionals.names
        + UsageClass.names

    private let optionals: Optionals
    private let hasDetails: Bool
    /// The classes that are stated anywhere in the batch, in order.
    private let classes: [UsageClass]
    private let names: [String]

    /// The columns that some events fill.
    ///
    /// - Parameters:
    ///   - events: The events.
    ///   - costs: What they cost, where that is not by their own charges.
    init(_ events: [PricedEvent], costs: [RowCost]? = nil) {
        var optionals: Optionals = []
        var stated: UInt32 = 0
        let span = events.span
        for index in span.indices {
            let cost = if let costs { costs[index] } else { RowCost(span, index) }
            optionals.formUnion(Optionals(span, index, cost: cost))
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

    /// The COPY statement of rows in a table with the columns of `events` that is about what one source said: the row's
    /// identity, and behind all else the event it is told of.
    func contributionStatement(into table: String) -> String {
        let columns = names.map { $0 == "event_id" ? "identity" : $0 } + ["event_id"]
        return "COPY \(table) (\(columns.joined(separator: ", "))) FROM STDIN (FORMAT binary)"
    }

    /// Adds the row of one of some events.
    ///
    /// - Parameters:
    ///   - events: The events.
    ///   - index: Which of them.
    ///   - cost: What it costs.
    ///   - ids: The ids the row refers to.
    ///   - told: The event it is told of, for ``contributionStatement(into:)``.
    ///   - buffer: Where to.
    /// - Throws: `PostgresError` of kind `.encoding` when a row cannot be sent.
    func append(
        _ events: Span<PricedEvent>, _ index: Int, cost: RowCost, ids: EventIDs, told: EventIdentity? = nil,
        to buffer: inout CopyBuffer
    ) throws {
        try buffer.beginRow(columns: names.count + (told == nil ? 0 : 1))
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
        if optionals.contains(.computedCost) { buffer.append(optional: cost.computed) }
        if optionals.contains(.reportedCost) { buffer.append(optional: events[index].event.reportedCost) }
        if optionals.contains(.billedCost) { buffer.append(optional: events[index].event.billedCost) }
        if optionals.contains(.id) { try buffer.append(optional: events[index].event.id) }
        if optionals.contains(.requestID) { try buffer.append(optional: events[index].event.requestID) }
        if optionals.contains(.usageKnown) { buffer.append(events[index].event.usage != nil) }
        if optionals.contains(.isPartlyPriced) { buffer.append(cost.isPartlyPriced) }
        if hasDetails { try append(events[index].event.details ?? CallDetails(), to: &buffer) }
        if optionals.contains(.isSellerAssumed) {
            if events[index].event.isSellerAssumed { buffer.append(true) } else { buffer.appendNull() }
        }
        for usageClass in classes {
            if let quantity = events[index].event.usage?[usageClass] {
                buffer.append(quantity)
            } else {
                buffer.appendNull()
            }
        }
        if let told { buffer.append(uuidHigh: told.high, low: told.low) }
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
