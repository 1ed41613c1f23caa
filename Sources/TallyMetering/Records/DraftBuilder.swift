internal import TallyCore

/// Puts events together: fills in the defaults, brings names to their one spelling, and works out what the identity is
/// made from.
///
/// What logs repeat from line to line, it remembers: by the numbers of names where a record was read with them, else by
/// the names.
struct DraftBuilder: ~Copyable {
    /// The names records were read with.
    var names: StringInterner
    /// The tags records were read with.
    var tags: TagInterner
    private let defaults: RecordDefaults
    private let capacity: Int
    private var offerings: Remembered<EventParts.Seller, Offering>
    private var offeringsByID: Remembered<EventParts.SellerIDs, Offering>
    private var attributions: [EventParts.Charged: Attribution] = [:]
    private var attributionsByID: AttributionTable
    private var record = IdentityRecord()

    /// A builder that remembers at most so many names and combinations of each kind; past it that memory starts anew.
    init(defaults: RecordDefaults, capacity: Int = defaultCapacity) {
        self.defaults = defaults
        self.capacity = capacity
        names = StringInterner(capacity: capacity)
        tags = TagInterner(capacity: capacity)
        offerings = Remembered(capacity: capacity)
        offeringsByID = Remembered(capacity: capacity)
        attributionsByID = AttributionTable(capacity: capacity)
    }

    /// What a builder remembers when nothing else is said.
    static let defaultCapacity = 100_000

    /// Readies for the next record: when there are too many names or tags, all memory starts anew.
    mutating func begin() {
        if !names.isFull, !tags.isFull { return }
        names.removeAll()
        tags.removeAll()
        offeringsByID.removeAll()
        attributionsByID.removeAll()
    }

    /// Completes an event of which only the seller, who is charged and the identity are missing.
    ///
    /// A seller of whom the record says nothing, so that it is that of the defaults, is assumed.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - seller: What the record says of the seller.
    ///   - charged: What it says of who is charged.
    ///   - eventID: The `event_id` it names.
    /// - Returns: What the identity is made from.
    mutating func complete(
        _ event: inout UsageEvent, seller: EventParts.Seller, charged: EventParts.Charged, eventID: EventIdentity?
    ) -> IdentityHint {
        event.offering = offering(of: seller)
        event.isSellerAssumed = seller.biller == nil && seller.provider == nil && event.offering.biller != nil
        event.attribution = attribution(of: charged)
        if let settled = statedIdentity(of: event, eventID: eventID) { return .settled(settled) }
        return .content(contentIdentity(of: event, charged: charged))
    }

    /// Completes an event, as with the names themselves.
    mutating func complete(
        _ event: inout UsageEvent, seller: EventParts.SellerIDs, charged: EventParts.ChargedIDs,
        eventID: EventIdentity?
    ) -> IdentityHint {
        event.offering = offering(of: seller)
        event.isSellerAssumed =
            seller.biller == .none && seller.provider == .none && event.offering.biller != nil
        event.attribution = attribution(of: charged)
        if let settled = statedIdentity(of: event, eventID: eventID) { return .settled(settled) }
        return .content(contentIdentity(of: event, charged: named(charged)))
    }

    /// The parts of a seller with their names.
    func named(_ seller: EventParts.SellerIDs) -> EventParts.Seller {
        EventParts.Seller(
            biller: names[seller.biller], provider: names[seller.provider], model: names[seller.model],
            route: seller.route, account: names[seller.account], serviceTier: names[seller.serviceTier])
    }

    /// The parts of who is charged with their names.
    func named(_ charged: EventParts.ChargedIDs) -> EventParts.Charged {
        EventParts.Charged(
            project: names[charged.project], user: names[charged.user], key: names[charged.key],
            tags: tags[charged.tags])
    }

    /// The identity that the record itself states, if it does.
    private mutating func statedIdentity(
        of event: borrowing UsageEvent, eventID: EventIdentity?
    ) -> EventIdentity? {
        if let eventID { return eventID }
        guard let id = event.id else { return nil }
        record.reset("id")
        record.append(event.offering.biller)
        record.append(id)
        return EventIdentity(hashing: record)
    }

    private mutating func contentIdentity(
        of event: borrowing UsageEvent, charged: EventParts.Charged
    ) -> EventIdentity {
        record.reset("content")
        record.append(defaults.sourceName)
        record.append(content: event, charged: charged)
        return EventIdentity(hashing: record)
    }

    private mutating func offering(of said: EventParts.SellerIDs) -> Offering {
        if let known = offeringsByID.value(of: said) { return known }
        let offering = offering(of: named(said))
        offeringsByID.remember(offering, of: said)
        return offering
    }

    private mutating func attribution(of said: EventParts.ChargedIDs) -> Attribution {
        if let known = attributionsByID[said] { return known }
        let attribution = made(from: named(said))
        attributionsByID.remember(attribution, of: said)
        return attribution
    }

    private mutating func offering(of said: EventParts.Seller) -> Offering {
        if let known = offerings.value(of: said) { return known }
        let defaulted = defaults.offering
        let stated = ProviderAliases.takenApart(biller: said.biller, provider: said.provider)
        let sellers = defaults.aliases.resolve(
            biller: stated.biller ?? defaulted.biller, provider: stated.provider ?? defaulted.provider)
        let offering = Offering(
            biller: sellers.biller, provider: sellers.provider, model: said.model ?? defaulted.model,
            route: said.route ?? defaulted.route, account: said.account, serviceTier: said.serviceTier)
        offerings.remember(offering, of: said)
        return offering
    }

    private mutating func attribution(of said: EventParts.Charged) -> Attribution {
        if let known = attributions[said] { return known }
        let attribution = made(from: said)
        if attributions.count >= capacity { attributions.removeAll() }
        attributions[said] = attribution
        return attribution
    }

    private func made(from said: EventParts.Charged) -> Attribution {
        defaults.attribution.corrected(
            by: Attribution(project: said.project, user: said.user, key: said.key, tags: said.tags))
    }
}

extension IdentityRecord {
    /// Everything a record says; what it is charged to as it says itself, not as the defaults do.
    fileprivate mutating func append(content event: borrowing UsageEvent, charged: borrowing EventParts.Charged) {
        append(event.time.microseconds)
        append(event.offering.biller)
        append(event.offering.provider)
        append(event.offering.model)
        append(event.offering.route?.rawValue)
        append(event.offering.account)
        append(event.offering.serviceTier)
        append(charged.project)
        append(charged.user)
        append(charged.key)
        append(charged.tags.map { Int64($0.count) })
        for (key, value) in (charged.tags ?? [:]).sorted(by: { $0.key < $1.key }) {
            append(key)
            append(value)
        }
        append(event.usage)
        append(event.reportedCost)
        append(event.billedCost)
        append(event.requestID)
        append(event.status.map(Int64.init))
        append(event.durationMs.map(Int64.init))
        append(event.ttfbMs.map(Int64.init))
        append(event.isStream.map { $0 ? 1 : 0 })
        append(event.outcome.rawValue)
    }
}
