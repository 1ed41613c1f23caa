/// Why certificates could not be made.
package struct FakeCertificateError: Error, Sendable, CustomStringConvertible {
    /// The command, with what it had to say.
    package let description: String
}
