/// Sees to it that of all programs that share a database one at a time pulls a source.
public protocol SourceLocks: Sendable {
    /// Takes a source, if nobody has it.
    ///
    /// - Parameter source: Its name.
    /// - Returns: Whether it is ours now.
    /// - Throws: The fault of the store.
    func take(_ source: String) async throws -> Bool

    /// Gives a source back.
    func giveBack(_ source: String) async
}
