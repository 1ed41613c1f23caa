package import TallyCore

/// An event as one record of a log has it, before its identity is settled.
package struct EventDraft: Sendable {
    /// The event; its identity is not to be used before ``IdentityHint`` has been followed.
    package var event: UsageEvent
    /// What the identity is made from.
    package var identity: IdentityHint
}

/// What an event's identity is made from (interface, "Identity").
package enum IdentityHint: Sendable, Equatable {
    /// The record says which event it is, or has an `id` of its own: this is the identity.
    case settled(EventIdentity)
    /// The identity is that of the record's content and of how many equal records stand before it in its file.
    case content(EventIdentity)
}

extension EventIdentity {
    /// The identity of the `occurrence`-th record (from 0) with some content in its file.
    package init(content: EventIdentity, occurrence: Int) {
        var record = IdentityRecord()
        record.reset("occurrence")
        record.append(Int64(bitPattern: content.high))
        record.append(Int64(bitPattern: content.low))
        record.append(Int64(occurrence))
        self.init(hashing: record)
    }
}

extension EventDraft {
    /// Completes a draft: fills in the defaults and works out what the identity is made from.
    ///
    /// - Parameters:
    ///   - event: What the record itself says.
    ///   - eventID: The `event_id` the record names.
    ///   - record: Memory for the bytes that are hashed.
    init(
        completing event: UsageEvent, eventID: EventIdentity?, defaults: RecordDefaults,
        record: inout IdentityRecord
    ) {
        self.event = event
        let said = event.offering
        let sellers = defaults.aliases.resolve(
            biller: said.biller ?? (said.provider == nil ? defaults.offering.biller : said.biller),
            provider: said.provider ?? (said.biller == nil ? defaults.offering.provider : nil))
        self.event.offering.biller = sellers.biller
        self.event.offering.provider = sellers.provider
        self.event.offering.model = said.model ?? defaults.offering.model
        self.event.offering.route = said.route ?? defaults.offering.route
        if let eventID {
            identity = .settled(eventID)
        } else if let id = event.id {
            record.reset("id")
            record.append(self.event.offering.biller)
            record.append(id)
            identity = .settled(EventIdentity(hashing: record))
        } else {
            record.reset("content")
            record.append(defaults.sourceName)
            Self.appendContent(of: self.event, to: &record)
            identity = .content(EventIdentity(hashing: record))
        }
        self.event.attribution = defaults.attribution.corrected(by: event.attribution)
    }

    private static func appendContent(of event: UsageEvent, to record: inout IdentityRecord) {
        record.append(event.time.microseconds)
        record.append(event.offering.biller)
        record.append(event.offering.provider)
        record.append(event.offering.model)
        record.append(event.offering.route?.rawValue)
        record.append(event.offering.account)
        record.append(event.offering.serviceTier)
        record.append(event.attribution.project)
        record.append(event.attribution.user)
        record.append(event.attribution.key)
        record.append(event.attribution.tags.map { Int64($0.count) })
        for (key, value) in (event.attribution.tags ?? [:]).sorted(by: { $0.key < $1.key }) {
            record.append(key)
            record.append(value)
        }
        record.append(event.usage)
        record.append(event.reportedCost)
        record.append(event.billedCost)
        record.append(event.requestID)
        record.append(event.status.map(Int64.init))
        record.append(event.durationMs.map(Int64.init))
        record.append(event.ttfbMs.map(Int64.init))
        record.append(event.isStream.map { $0 ? 1 : 0 })
        record.append(event.outcome.rawValue)
    }
}
