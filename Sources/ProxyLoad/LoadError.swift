/// Why a load did not come to what was waited for.
package struct LoadError: Error, Sendable, CustomStringConvertible {
    /// What was waited for, and how far it was.
    package let description: String
}
