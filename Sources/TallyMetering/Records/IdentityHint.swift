package import TallyCore

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
