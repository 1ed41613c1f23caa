import CurlTransport
import FakeProvider
import Foundation
import TallyConfig
import TallyTestSupport
import Testing

@testable import TallyService

/// Upstreams that can be reached, and those that cannot.
@Suite(.timeLimit(.minutes(5))) struct UpstreamCheckTests {
    private func findings(
        _ upstreams: [String], default name: String, simultaneous: Int = 8
    ) async throws -> [DoctorFinding] {
        let text =
            "proxy: { default_upstream: \(name) }\nupstreams:\n"
            + upstreams.map { "  \($0)\n" }.joined()
        var settings = UpstreamCheck.Settings()
        settings.simultaneous = simultaneous
        return await UpstreamCheck(
            try Configuration(text: text, path: "/tally.yaml"),
            environment: ["MY_KEY": "s3cret", "EMPTY_KEY": ""], settings: settings
        ).findings()
    }

    @Test func anyAnswerWillDoAndNoCredentialIsSent() async throws {
        let api = try ScriptedAPI { number, _ in .init(status: [401, 404, 500][number % 3], body: "no") }
        let upstreams = (0..<5).map { "up\($0): { base_url: '\(api.address)/v\($0)', api_key_env: MY_KEY }" }
        let found = try await findings(upstreams, default: "up0", simultaneous: 2)
        #expect(found.map(\.check) == (0..<5).map { "upstream up\($0)" })
        #expect(found.allSatisfy { $0.state == .ok && $0.mend == nil }, "\(found)")
        #expect(Set(api.targets) == Set((0..<5).map { "/v\($0)" }))
        #expect(!api.heads.joined().contains { $0.contains("s3cret") || $0.lowercased().hasPrefix("authorization") })
    }

    @Test func onlyUpstreamsInUseAreAskedAndOnlyThoseWithACredentialBroken() async throws {
        let found = try await findings(
            [
                "plain: { base_url: 'http://127.0.0.1:9' }",
                "mine: { base_url: 'http://127.0.0.1:9/v1', api_key_env: MY_KEY }",
                "empty: { base_url: 'http://127.0.0.1:9', api_key_env: EMPTY_KEY }",
                "unused: { base_url: 'http://127.0.0.1:9' }",
            ], default: "plain")
        #expect(found.map(\.check) == ["upstream mine", "upstream plain"])
        #expect(found.map(\.state) == [.broken, .warning])
        #expect(found[0].detail.hasPrefix("http://127.0.0.1:9/v1: no connection ("), "\(found)")
        #expect(found[0].mend == "check upstreams.mine.base_url, the network and https_proxy")
    }

    @Test(arguments: [FakeCertificates.Kind.valid, .untrusted])
    func certificatesAreLookedAt(kind: FakeCertificates.Kind) async throws {
        let folder = NSTemporaryDirectory() + "tally-certificates-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let certificates = try FakeCertificates(in: folder)
        var settings = FakeProviderSettings()
        settings.tls = certificates.files(kind)
        let provider = try await FakeProvider.start(settings)
        let found = try await findings(
            [
                "mine: { base_url: '\(provider.address)/openai', api_key_env: MY_KEY, "
                    + "ca_file: '\(certificates.authorityFile)' }"
            ], default: "mine")
        try await provider.stop()
        #expect(found.map(\.state) == [kind == .valid ? .ok : .broken], "\(found)")
        if kind == .untrusted {
            #expect(found.first?.detail.contains("no secure connection") == true, "\(found)")
            #expect(found.first?.mend?.contains("upstreams.mine.ca_file") == true, "\(found)")
        }
    }
}
