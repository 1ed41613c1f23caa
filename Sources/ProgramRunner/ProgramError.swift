/// Why a program could not be run, or be waited for.
package struct ProgramError: Error, Sendable, CustomStringConvertible {
    /// The reason, with what the program had to say.
    package let description: String
}
