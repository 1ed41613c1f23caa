import FakeProvider
import ProgramRunner
import Testing

/// HTTP/2, by curl.
struct HTTP2Tests {
    @Test func withoutTLS() async throws {
        let scratch = try Scratch()
        try await withProvider { provider in
            let url = provider.address + "/v1/chat/completions"
            let finished = try scratch.curl([
                url, "--http2-prior-knowledge", "-d", usageQuestion, "-H", "x-fake-chunks: 3", "-w", "%{http_version}",
            ])
            #expect(finished.output.hasSuffix("data: [DONE]\n\n2"), "\(finished.errors)")
            let call = try #require(try await provider.calls(ended: 1).first)
            #expect(call.isHTTP2)
            #expect(call.header(":path") == "/v1/chat/completions")
            #expect(call.outcome == .whole)
            #expect(call.usage?.completion == 3)
        }
    }

    @Test(arguments: ["--http2", "--http1.1"])
    func byTLS(version: String) async throws {
        let scratch = try Scratch()
        let certificates = try FakeCertificates(in: scratch.path)
        var settings = FakeProviderSettings()
        settings.tls = certificates.files(.valid)
        try await withProvider(settings) { provider in
            let finished = try scratch.curl([
                provider.address + "/v1/chat/completions", version, "--cacert", certificates.authorityFile, "-d",
                question, "-w", "%{http_version}",
            ])
            #expect(finished.output.hasSuffix(version == "--http2" ? "}2" : "}1.1"), "\(finished.errors)")
        }
    }

    @Test func aLargeBody() async throws {
        let scratch = try Scratch()
        try await withProvider { provider in
            let finished = try scratch.curl([
                provider.address + "/any?x-fake-body-bytes=30000000", "--http2-prior-knowledge", "-d", "{}", "-o",
                "/dev/null", "-w", "%{size_download}",
            ])
            #expect(finished.output == "30000000", "\(finished.errors)")
        }
    }

    @Test func whatBreaksAStream() async throws {
        let scratch = try Scratch()
        try await withProvider { provider in
            // 92: the stream was reset. The others: the connection is gone, however curl comes to see it. What came
            // before, curl does not always hand on.
            let gone: [Int32] = [16, 18, 52, 55, 56, 92]
            for (script, codes) in [
                ("x-fake-reset: after-2-chunks", [92]), ("x-fake-close: after-2-chunks", gone),
                ("x-fake-reset: before-head", [92]), ("x-fake-garbage: head", gone),
            ] {
                let finished = try scratch.curl([
                    provider.address + "/v1/chat/completions", "--http2-prior-knowledge", "-d", streamQuestion, "-H",
                    script,
                ])
                #expect(codes.contains { finished.ending == .exited($0) }, "\(script): \(finished)")
            }
            #expect(try await provider.calls(ended: 4).allSatisfy { $0.outcome == .cut })
        }
    }
}
