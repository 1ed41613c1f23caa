internal import TallyCore

/// Puts events together: fills in the defaults, brings names to their one spelling, and works out what the identity is
/// made from.
///
/// What logs repeat from line to line, it remembers.
struct DraftBuilder: ~Copyable {
    private let defaults: RecordDefaults
    private var offerings = Remembered<EventParts.Seller, Offering>(capacity: maximumRemembered)
    private var attributions: [EventParts.Charged: Attribution] = [:]
    private var record = IdentityRecord()

    /// The most combinations remembered of each kind; past it the memory starts anew.
    private static let maximumRemembered = 50_000

    init(defaults: RecordDefaults) {
        self.defaults = defaults
    }

    /// The draft of what a record says.
    mutating func draft(of parts: consuming EventParts) -> EventDraft {
        let offering = offering(of: parts.seller)
        parts.event.offering = offering
        let identity: IdentityHint
        if let eventID = parts.eventID {
            identity = .settled(eventID)
        } else if let id = parts.event.id {
            record.reset("id")
            record.append(offering.biller)
            record.append(id)
            identity = .settled(EventIdentity(hashing: record))
        } else {
            record.reset("content")
            record.append(defaults.sourceName)
            record.append(content: parts)
            identity = .content(EventIdentity(hashing: record))
        }
        parts.event.attribution = attribution(of: parts.charged)
        return EventDraft(event: parts.event, identity: identity)
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
        let attribution = defaults.attribution.corrected(
            by: Attribution(project: said.project, user: said.user, key: said.key, tags: said.tags))
        if attributions.count >= Self.maximumRemembered { attributions.removeAll() }
        attributions[said] = attribution
        return attribution
    }
}

extension IdentityRecord {
    /// Everything a record says; what it is charged to as it says itself, not as the defaults do.
    fileprivate mutating func append(content parts: borrowing EventParts) {
        append(parts.event.time.microseconds)
        append(parts.event.offering.biller)
        append(parts.event.offering.provider)
        append(parts.event.offering.model)
        append(parts.event.offering.route?.rawValue)
        append(parts.event.offering.account)
        append(parts.event.offering.serviceTier)
        append(parts.charged.project)
        append(parts.charged.user)
        append(parts.charged.key)
        append(parts.charged.tags.map { Int64($0.count) })
        for (key, value) in (parts.charged.tags ?? [:]).sorted(by: { $0.key < $1.key }) {
            append(key)
            append(value)
        }
        append(parts.event.usage)
        append(parts.event.reportedCost)
        append(parts.event.billedCost)
        append(parts.event.requestID)
        append(parts.event.status.map(Int64.init))
        append(parts.event.durationMs.map(Int64.init))
        append(parts.event.ttfbMs.map(Int64.init))
        append(parts.event.isStream.map { $0 ? 1 : 0 })
        append(parts.event.outcome.rawValue)
    }
}
