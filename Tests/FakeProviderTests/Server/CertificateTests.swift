import FakeProvider
import ProgramRunner
import Testing

/// Certificates that are right, and wrong.
struct CertificateTests {
    /// 60 is curl's code for a certificate it does not accept.
    @Test(arguments: [(FakeCertificates.Kind.valid, Int32(0)), (.untrusted, 60), (.expired, 60), (.misnamed, 60)])
    func onlyTheRightOneIsAccepted(kind: FakeCertificates.Kind, code: Int32) async throws {
        let scratch = try Scratch()
        let certificates = try FakeCertificates(in: scratch.path)
        var settings = FakeProviderSettings()
        settings.tls = certificates.files(kind)
        try await withProvider(settings) { provider in
            for host in ["127.0.0.1", "localhost"] {
                let finished = try scratch.curl([
                    "https://\(host):\(provider.port)/v1/models", "--cacert", certificates.authorityFile,
                ])
                #expect(finished.ending == .exited(code), "\(finished.errors)")
            }
        }
    }

    @Test func aMissingFileIsNamed() async throws {
        var settings = FakeProviderSettings()
        settings.tls = FakeProviderSettings.TLS(certificateFile: "/nowhere/a.pem", keyFile: "/nowhere/a.key")
        let error = await #expect(throws: FakeProviderError.self) { try await FakeProvider.start(settings) }
        #expect(error?.description.hasPrefix("/nowhere/a.pem: cannot be read as a certificate: ") == true)
    }
}
