package import TallyCore

/// An event as one record of a log has it, before its identity is settled.
package struct EventDraft: Sendable {
    /// The event; its identity is not to be used before ``IdentityHint`` has been followed.
    package var event: UsageEvent
    /// What the identity is made from.
    package var identity: IdentityHint

    /// A draft from its parts.
    package init(event: UsageEvent, identity: IdentityHint) {
        self.event = event
        self.identity = identity
    }
}

/// What an event's identity is made from (interface, "Identity").
package enum IdentityHint: Sendable, Equatable {
    /// The record says which event it is, or has an `id` of its own: this is the identity.
    case settled(EventIdentity)
    /// The identity is that of the record's content and of how many equal records stand before it in its file.
    case content(EventIdentity)
}

extension EventIdentity {
    /// The identity of what the `number`-th (from 0) other model used that served a part of a call.
    package init(partOf whole: EventIdentity, number: Int) {
        var record = IdentityRecord()
        record.reset("part")
        record.append(Int64(bitPattern: whole.high))
        record.append(Int64(bitPattern: whole.low))
        record.append(Int64(number))
        self.init(hashing: record)
    }

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
