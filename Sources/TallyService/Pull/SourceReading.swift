/// Reads what is new in one source, run by run.
protocol SourceReading: Sendable {
    /// Reads and stores what is new.
    ///
    /// - Parameter task: What it is given.
    /// - Returns: What it came to; what is wrong with the source is among its failures.
    /// - Throws: The fault of the store, or of the disk that records are counted on; `CancellationError`.
    func run(_ task: PullTask) async throws -> PullOutcome
}
