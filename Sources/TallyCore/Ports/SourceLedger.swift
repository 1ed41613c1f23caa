/// What is known of the sources that are pulled: how far each was read, how its last run went, and who pulls it.
public protocol SourceLedger: Sendable {
    /// The checkpoints of a source, in the order of their items.
    func checkpoints(of source: String) async throws -> [SourceCheckpoint]

    /// Notes a checkpoint that no events come with.
    func save(_ checkpoint: SourceCheckpoint, of source: String) async throws

    /// Forgets the checkpoints of some items.
    func forget(_ items: [String], of source: String) async throws

    /// Who ran a source last; `nil` when nobody has.
    func holder(of source: String) async throws -> String?

    /// Notes how a run of a source went.
    func note(_ run: SourceRun) async throws

    /// How all sources are that were ever pulled, by name.
    func sourceStatuses() async throws -> [SourceStatus]
}
