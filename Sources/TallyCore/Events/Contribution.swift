/// What one source says of a call.
public struct Contribution: Sendable, Equatable {
    /// The call as the source tells it, with the identity it has from there.
    public var event: UsageEvent
    /// The source.
    public var origin: EventOrigin

    /// A contribution from its parts.
    public init(event: UsageEvent, origin: EventOrigin) {
        self.event = event
        self.origin = origin
    }

    /// Whether the word of one counts more than that of another; the order is total, so that nothing hangs on which one
    /// came first.
    public func precedes(_ other: Contribution) -> Bool {
        if origin.rank != other.origin.rank { return origin.rank < other.origin.rank }
        if origin.form != other.origin.form { return origin.form < other.origin.form }
        if origin.name != other.origin.name { return origin.name < other.origin.name }
        if event.time != other.event.time { return event.time < other.event.time }
        return event.identity < other.event.identity
    }

    /// Whether both are from the same source.
    func isFromSameSource(as other: Contribution) -> Bool {
        origin.name == other.origin.name && origin.form == other.origin.form
    }
}
