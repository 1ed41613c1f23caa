/// Why a trial could not be carried out, which says nothing about what it was to try.
package struct TrialError: Error, Sendable, CustomStringConvertible {
    /// The reason, with what the programs had to say.
    package let description: String

    /// A reason.
    init(_ description: String) { self.description = description }
}
