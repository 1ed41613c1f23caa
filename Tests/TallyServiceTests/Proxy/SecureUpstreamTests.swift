import FakeProvider
import Foundation
import TallyCore
import TallyMetering
import TallyTestSupport
import Testing

@testable import TallyService

/// Upstreams over TLS, whose certificates are always looked at.
@Suite(.timeLimit(.minutes(5)))
struct SecureUpstreamTests {
    private static func withCertificates(_ body: (FakeCertificates) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "tally-certificates-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(try FakeCertificates(in: folder))
    }

    private static func setup(_ certificates: FakeCertificates, _ kind: FakeCertificates.Kind) -> ProxySetup {
        var setup = ProxySetup(upstreamSettings: "ca_file: \"\(certificates.authorityFile)\"")
        setup.provider.tls = certificates.files(kind)
        return setup
    }

    @Test(arguments: [TestCall.chat, .chatStream, .messagesStream])
    func trustedUpstreamIsSpokenToByHTTP2(call: TestCall) async throws {
        try await Self.withCertificates { certificates in
            try await ProxyStage.run(Self.setup(certificates, .valid)) { stage in
                for _ in 1...3 {
                    let seen = try await stage.response(to: call)
                    #expect(seen.status == 200 && seen.ending == .whole)
                    #expect(seen.version == "HTTP/1.1")
                }
                #expect(stage.provider.calls.allSatisfy { $0.isHTTP2 })
                #expect(stage.provider.counters.connections == 1)
                #expect(try await stage.events(3).allSatisfy { $0.usage?[.output] == 20 })
            }
        }
    }

    @Test(arguments: [
        Scenario(
            "a reset before the head", .chat, script: [(.reset, "before-head")], .refusal(502, "upstream_unreachable"),
            .failed, .other, .unknown),
        Scenario(
            "a reset amid a stream", .chatStream, script: [(.reset, "after-3-chunks")], .cutOff(200), .failed, .cutOff,
            .unknown, stream: true),
        Scenario(
            "a close amid a body", .chat, script: [(.close, "mid-body")], .refusal(502, "upstream_unreachable"),
            .failed, .cutOff, .unknown
        ).answered(200),
    ])
    func streamThatIsResetIsCutOff(_ scenario: Scenario) async throws {
        try await Self.withCertificates { certificates in
            _ = try await scenario.check(Self.setup(certificates, .valid))
        }
    }

    @Test(arguments: [FakeCertificates.Kind.untrusted, .expired, .misnamed])
    func nothingIsSentToAnUpstreamThatIsNotTrusted(kind: FakeCertificates.Kind) async throws {
        try await Self.withCertificates { certificates in
            try await ProxyStage.run(Self.setup(certificates, kind)) { stage in
                let seen = try await stage.response(to: .chat)
                #expect(seen.status == 502)
                #expect(seen.text.contains("\"code\":\"upstream_unreachable\""))
                let event = try await stage.event()
                #expect(event.outcome == .failed)
                #expect(event.details?.errorType == .untrusted)
                #expect(event.usage == .nothing)
                #expect(event.status == nil)
                #expect(stage.provider.calls.isEmpty)
            }
        }
    }

    @Test func systemsCertificatesAreUsedWithoutAFile() async throws {
        try await Self.withCertificates { certificates in
            var setup = ProxySetup()
            setup.provider.tls = certificates.files(.valid)
            try await ProxyStage.run(setup) { stage in
                let seen = try await stage.response(to: .chat)
                #expect(seen.status == 502)
                #expect(try await stage.event().details?.errorType == .untrusted)
            }
        }
    }
}
