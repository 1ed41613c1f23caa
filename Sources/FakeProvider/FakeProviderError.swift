/// Why a provider could not be started.
package struct FakeProviderError: Error, Sendable, CustomStringConvertible {
    /// The address or file, what is wrong with it, and what to do.
    package let description: String
}
