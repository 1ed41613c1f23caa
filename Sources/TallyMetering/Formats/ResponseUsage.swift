package import FastJSON
package import TallyCore

/// What a response says of a call: how much it used, who served it, what it cost, how it ended.
///
/// Neither what was asked nor what was answered is ever in it.
package struct ResponseUsage: Sendable, Equatable {
    /// How many of each class, disjoint, so that they sum to the provider's total; `nil` when unknown.
    package internal(set) var usage: UsageBuckets?
    /// What other models used that served a part of the call.
    package internal(set) var parts: [ModelPart] = []
    /// The shape that was read; `nil` when there was none to read.
    package internal(set) var flavor: APIFlavor?
    /// The model that served, as the body names it, else as the path does.
    package internal(set) var model: String?
    /// Who served, where a header or a router's body says it.
    package internal(set) var provider: String?
    /// The provider's own id of the generation.
    package internal(set) var requestID: String?
    /// The tier that served.
    package internal(set) var serviceTier: String?
    /// What the biller says the call cost.
    package internal(set) var reportedCost: Money?
    /// What someone else says it cost, or the host itself estimates.
    package internal(set) var estimatedCost: Money?
    /// How the call ended.
    package internal(set) var outcome = Outcome.complete
    /// Whether the call is charged for; `nil` when the record cannot say.
    package internal(set) var isBilled: Bool?
    /// How a stream ended; `nil` for a body that came whole.
    package internal(set) var ending: StreamEnding?
    /// What should be known about the above, in the order of ``UsageWarning``.
    package internal(set) var warnings: [UsageWarning] = []
    /// Why something in the body cannot be what it should, such as a negative count: for callers that refuse records.
    package internal(set) var refusal: RecordFailure?

    /// What one other model used.
    package struct ModelPart: Sendable, Equatable {
        /// Its name; `nil` when not said.
        package let model: String?
        /// How many of each class; `nil` when unknown.
        package let usage: UsageBuckets?
    }

    /// Reads the body of a response that came whole.
    ///
    /// - Parameters:
    ///   - body: The body, which may also be the usage object alone, or the list of a stream's objects; `nil` when it is
    ///     no JSON, such as speech.
    ///   - exchange: What else is known of the call.
    /// - Returns: What it says. A body that says nothing gives unknown usage.
    package static func read(_ body: JSONValue?, of exchange: Exchange) -> ResponseUsage {
        var reader = DocumentReader(exchange)
        if let body {
            if body.kind == .array {
                reader.take(list: body)
            } else {
                reader.take(body)
            }
        } else {
            reader.takeNothing()
        }
        return reader.finish(nil)
    }
}
