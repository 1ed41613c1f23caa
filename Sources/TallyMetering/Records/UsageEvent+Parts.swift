package import TallyCore

extension UsageEvent {
    /// The events of the other models that served a part of this one's call: each model has its own prices.
    ///
    /// They are the same call and so have their identities from this one. What the biller reported, it reported for all.
    ///
    /// - Parameter parts: What the other models used.
    /// - Returns: An event for each.
    package func events(ofParts parts: [ResponseUsage.ModelPart]) -> [UsageEvent] {
        parts.enumerated().map { number, part in
            var event = self
            event.identity = EventIdentity(partOf: identity, number: number)
            event.offering.model = part.model.flatMap(RecordText.fitted)
            event.usage = part.usage
            event.reportedCost = reportedCost.map { _ in .zero }
            event.billedCost = billedCost.map { _ in .zero }
            event.id = nil
            event.requestID = nil
            event.details = nil
            return event
        }
    }
}
