/// A call by all that its sources say of it.
public struct MergedCall: Sendable, Equatable {
    /// The call.
    public var event: UsageEvent
    /// Where its contributions contradict each other.
    public var conflicts: [Conflict]

    /// One contradiction: contributions are named by their places in the order of rank.
    public struct Conflict: Sendable, Equatable {
        /// What it is about.
        public let field: MergeConflict.Field
        /// The contribution the call goes by.
        public let kept: Int
        /// What that one says.
        public let keptValue: String
        /// The contribution that says something else.
        public let refused: Int
        /// What it says.
        public let refusedValue: String
    }
}

extension UsageEvent {
    /// Whether the same prices hold for both, for the same quantities: then a charge of one is one of the other.
    public func isCharged(like other: UsageEvent) -> Bool {
        time == other.time && usage == other.usage && offering.biller == other.offering.biller
            && offering.provider == other.offering.provider && offering.model == other.offering.model
            && offering.serviceTier == other.offering.serviceTier
    }
}
