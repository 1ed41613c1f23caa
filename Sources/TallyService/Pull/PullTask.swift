internal import TallyCore

/// One run of a source: what it is given.
struct PullTask: Sendable {
    /// Where what is read goes.
    let store: PullStore
    /// The prices in force.
    let book: PriceBook
    /// The checkpoints, when another process may have moved them since the last run; else `nil`.
    let checkpoints: [SourceCheckpoint]?
}
