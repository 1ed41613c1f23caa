internal import Foundation
internal import ProgramRunner

/// Certificates for tests: one that is right, and one for each way of being wrong.
///
/// All are files of a folder, PEM. They are made by the `openssl` program, which must be in `/usr/bin` or `/bin`.
package struct FakeCertificates: Sendable {
    /// What a certificate is like.
    package enum Kind: String, CaseIterable, Sendable {
        /// For `127.0.0.1` and `localhost`, by the authority of ``FakeCertificates/authorityFile``.
        case valid
        /// The same by another authority.
        case untrusted
        /// No longer valid since yesterday.
        case expired
        /// For another name.
        case misnamed
    }

    private static let configuration = """
        [req]
        distinguished_name = name
        prompt = no
        [name]
        CN = Fake provider
        [authority]
        basicConstraints = critical,CA:TRUE
        keyUsage = critical,keyCertSign
        [here]
        subjectAltName = DNS:localhost,IP:127.0.0.1
        [elsewhere]
        subjectAltName = DNS:elsewhere.invalid,IP:192.0.2.1

        """

    /// Days for which what is valid is valid.
    private static let days = 30

    private let folder: String

    /// Makes authorities and certificates.
    ///
    /// - Parameter folder: Where they go; it must exist. Files of an earlier time are overwritten.
    /// - Throws: ``FakeCertificateError`` with what `openssl` had to say.
    package init(in folder: String) throws {
        self.folder = folder
        try Data(Self.configuration.utf8).write(to: URL(filePath: folder + "/openssl.cnf"))
        try makeAuthority("authority")
        try makeAuthority("other-authority")
        try makeLeaf(.valid, by: "authority")
        try makeLeaf(.untrusted, by: "other-authority")
        try makeLeaf(.expired, by: "authority", days: -1)
        try makeLeaf(.misnamed, by: "authority", names: "elsewhere")
    }

    /// The certificate a client is to trust.
    package var authorityFile: String { folder + "/authority.pem" }

    /// The files of a certificate, for a provider to show.
    package func files(_ kind: Kind) -> FakeProviderSettings.TLS {
        FakeProviderSettings.TLS(
            certificateFile: "\(folder)/\(kind.rawValue).pem", keyFile: "\(folder)/\(kind.rawValue).key")
    }

    private func makeAuthority(_ name: String) throws {
        try run(
            [
                "req", "-x509", "-extensions", "authority", "-days", "\(Self.days)", "-subj", "/CN=Fake \(name)",
                "-out", name + ".pem",
            ] + newKey(name))
    }

    private func makeLeaf(_ kind: Kind, by authority: String, days: Int = days, names: String = "here") throws {
        let name = kind.rawValue
        try run(["req", "-subj", "/CN=Fake provider", "-out", name + ".csr"] + newKey(name))
        try run([
            "x509", "-req", "-in", name + ".csr", "-CA", authority + ".pem", "-CAkey", authority + ".key",
            "-CAcreateserial", "-days", "\(days)", "-extfile", "openssl.cnf", "-extensions", names, "-out",
            name + ".pem",
        ])
    }

    private func newKey(_ name: String) -> [String] {
        [
            "-config", "openssl.cnf", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
            name + ".key",
        ]
    }

    private func run(_ arguments: [String]) throws {
        let program = Program(["/usr/bin/env", "openssl"] + arguments, directory: folder)
        let finished = try program.run(within: .seconds(30))
        if finished.ending != .exited(0) {
            throw FakeCertificateError(description: "openssl \(arguments.joined(separator: " ")): \(finished.errors)")
        }
    }
}
