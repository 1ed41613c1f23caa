/// How a fake provider listens, and what it remembers.
package struct FakeProviderSettings: Sendable {
    /// The files of a certificate, both PEM.
    package struct TLS: Sendable {
        /// The certificate, and those that lead up to its authority.
        package var certificateFile: String
        /// Its private key.
        package var keyFile: String

        /// Names both files.
        package init(certificateFile: String, keyFile: String) {
            self.certificateFile = certificateFile
            self.keyFile = keyFile
        }
    }

    /// The address it listens on; a name is looked up.
    package var host = "127.0.0.1"
    /// The port it listens on; 0 for a free one.
    package var port = 0
    /// The threads that serve connections.
    package var threads = 1
    /// The certificate it shows; without one it speaks plain HTTP.
    package var tls: TLS?
    /// Whether calls are remembered; off, it answers faster and takes no memory for them.
    package var keepsLedger = true
    /// The most calls remembered at once; beyond it the oldest go.
    package var ledgerCapacity = 100_000
    /// The most bytes of each request's body that are remembered.
    package var ledgerBodyBytes = 65_536
    /// Of a hundred calls, how many have the empty string as the id in their body.
    package var emptyIDPercent = 0
    /// What the ids are made of: two providers of one seed give the same ids in the same order.
    package var seed = UInt64.random(in: .min ... .max)

    /// The settings as documented: a free port of the loopback, without TLS, with a ledger.
    package init() {}
}
