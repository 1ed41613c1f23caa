package import TallyCore

/// Where what is pulled goes, and where it is noted how far.
package struct PullStore: Sendable {
    /// Stores events with the checkpoint they come with.
    let storeEvents: @Sendable (EventBatch) async throws -> StoredCounts
    /// Stores statements with the checkpoint they come with.
    let storeStatements: @Sendable (StatementBatch) async throws -> StatementCounts
    /// How far sources are, and how.
    let ledger: any SourceLedger
    /// Which calls are not settled.
    let unsettledCalls: any UnsettledCallSource

    /// A store of one database.
    package init<Sink: EventSink & StatementSink & SourceLedger & UnsettledCallSource>(_ sink: Sink) {
        storeEvents = { try await sink.store($0) }
        storeStatements = { try await sink.store($0) }
        ledger = sink
        unsettledCalls = sink
    }
}
