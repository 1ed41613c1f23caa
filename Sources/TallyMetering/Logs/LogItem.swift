package import TallyCore

/// What one record of another tool's log gave; a record may give several, or none.
package enum LogItem: Sendable {
    /// A call.
    case call(LoggedCall)
    /// A record, or a part of one, that is about no call of its own.
    case notACall(NotACall)
    /// Aggregates of a provider, which are never events.
    case statement(ProviderStatement)
    /// A call or an aggregate that cannot be read.
    case failure(RecordFailure)
}

/// One call as another tool logged it.
package struct LoggedCall: Sendable {
    /// The event.
    package var draft: EventDraft
    /// What the tool says the call cost, by its own price table: LiteLLM's `spend`, Langfuse's `costDetails`, Helicone's
    /// `costUSD`, Claude Code's `costUSD`.
    ///
    /// It is nobody's bill, so it is never the event's `reportedCost` and is not stored; it is there for comparing.
    package var estimatedCost: Money?
    /// Where the biller and the provider of the event come from.
    package var seller: SellerBasis
    /// The transport's id of the request (`x-request-id`), by which a log without generation ids can be joined.
    ///
    /// It is no match key: clients choose it, and retries may share it.
    package var transportID: String?

    /// The event that the call becomes: what the tool was told of its seller, or worked out, contradicts nobody who
    /// knows.
    package var told: EventDraft {
        var told = draft
        let isNamed = told.event.offering.biller != nil || told.event.offering.provider != nil
        if isNamed, seller != .address { told.event.isSellerAssumed = true }
        return told
    }
}

/// How well a log knows who sold a call.
package enum SellerBasis: Sendable, Equatable {
    /// The address the call went to, or a header only that biller sends.
    case address
    /// The log names it, as the tool was told; behind a router that may be wrong.
    case stated
    /// Worked out from the model's name or from what the tool usually calls; or the importer's defaults.
    case assumed
}

/// Why a record of a log is about no call of its own.
package enum NotACall: String, Sendable, Equatable, CaseIterable {
    /// Work that is no inference, such as a tool, an agent's span or a page of a web server.
    case noInference = "no inference"
    /// A record that carries no usage by its nature, such as a line of a conversation.
    case noUsage = "no usage in it"
    /// A repetition of a call that this file has told already.
    case repetition = "a repetition"
    /// A message the tool made up itself.
    case synthetic = "made up by the tool"
    /// A line of a batch that no model has answered.
    case unanswered = "never answered"
    /// An answer of a biller without any sum, such as a description of an account.
    case noSums = "no sums in it"
}
