package import TallyCore

/// Finds the one event that a text on the command line means.
package struct EventLookup: Sendable {
    private let source: any ExplanationSource

    /// What a text was found to mean.
    package enum Answer: Sendable {
        /// One event.
        case found(ChargeExplanation)
        /// No event.
        case unknown
        /// Several events have it as their id or as that of their generation; newest first, and whether there are more.
        case ambiguous([StoredEvent], hasMore: Bool)
    }

    /// The most events an ambiguous answer names.
    private static let maximumNamed = 20

    /// A lookup in a database.
    package init(_ source: any ExplanationSource) {
        self.source = source
    }

    /// Finds an event by its `event_id`, that of an event merged into it, the submitter's `id` or the provider's id of the
    /// generation.
    ///
    /// - Parameters:
    ///   - text: The text, exactly.
    ///   - range: Where ids are searched, `nil` for everywhere.
    /// - Returns: What it means.
    /// - Throws: The fault of the store.
    package func find(_ text: String, in range: Range<Instant>? = nil) async throws -> Answer {
        if let identity = EventIdentity(text: text), let explanation = try await source.explanation(of: identity) {
            return .found(explanation)
        }
        let events = try await source.events(withID: text, in: range, limit: Self.maximumNamed + 1)
        switch events.count {
        case 0: return .unknown
        case 1:
            let explanation = try await source.explanation(of: events[0].event.identity)
            return explanation.map(Answer.found) ?? .unknown
        default:
            return .ambiguous(Array(events.prefix(Self.maximumNamed)), hasMore: events.count > Self.maximumNamed)
        }
    }
}
