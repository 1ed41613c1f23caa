import CurlTransport
import Synchronization
import TallyTestSupport
import Testing

/// One GET after the other against a server of the test's own.
@Suite(.timeLimit(.minutes(5)))
struct CurlTransportTests {
    private func fetch(_ address: String, limits: FetchLimits = FetchLimits()) async throws(FetchError) -> String {
        let bytes = try await CurlTransport.fetch(WebAddress(address), userAgent: "tally/test", limits: limits)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Why the fetch of an address fails; `nil` when it does not.
    private func failure(_ address: String, limits: FetchLimits = FetchLimits()) async -> FetchError.Reason? {
        do throws(FetchError) {
            _ = try await fetch(address, limits: limits)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test func asksOnceAndGivesTheBody() async throws {
        let heads = Mutex<[[String]]>([])
        let server = try LoopbackServer { head in
            heads.withLock { $0.append(head) }
            return .reply(200, body: Array("hello".utf8))
        }
        #expect(try await fetch(server.address("/v1/models?a=b")) == "hello")
        let seen = heads.withLock { $0 }
        #expect(seen.count == 1)
        #expect(seen.first?.first == "GET /v1/models?a=b HTTP/1.1")
        #expect(seen.first?.contains("User-Agent: tally/test") == true)
        #expect(seen.first?.contains { $0.hasPrefix("Accept-Encoding:") && $0.contains("gzip") } == true)
    }

    @Test func givesAnEmptyBody() async throws {
        let server = try LoopbackServer { _ in .reply(200) }
        #expect(try await fetch(server.address("/")).isEmpty)
    }

    @Test func inflatesGzip() async throws {
        let server = try LoopbackServer { _ in
            .reply(200, headers: ["Content-Encoding: gzip"], body: Self.compressed)
        }
        #expect(try await fetch(server.address("/")) == #"{"data": []}"#)
        #expect(await failure(server.address("/"), limits: FetchLimits(bytes: 11)) == .tooLarge(limit: 11))
    }

    @Test func takesABodyUpToItsLimit() async throws {
        let server = try LoopbackServer { _ in .reply(200, body: [UInt8](repeating: 65, count: 100_000)) }
        #expect(try await fetch(server.address("/"), limits: FetchLimits(bytes: 100_000)).utf8.count == 100_000)
        #expect(await failure(server.address("/"), limits: FetchLimits(bytes: 99_999)) == .tooLarge(limit: 99_999))
    }

    @Test(arguments: [304, 400, 401, 404, 429, 500, 503])
    func takesNoOtherStatusForABody(status: Int) async throws {
        let server = try LoopbackServer { _ in .reply(status, body: status == 304 ? [] : Array("oh".utf8)) }
        #expect(await failure(server.address("/")) == .status(status))
    }

    @Test func followsRedirectsToTheLimit() async throws {
        // Counts down to the body at 0.
        let server = try LoopbackServer { head in
            let left = head.first.flatMap { $0.split(separator: " ").dropFirst().first?.dropFirst() }.flatMap {
                Int($0)
            }
            guard let left, left > 0 else { return .reply(200, body: Array("there".utf8)) }
            return .reply(302, headers: ["Location: /\(left - 1)"])
        }
        #expect(try await fetch(server.address("/5")) == "there")
        #expect(await failure(server.address("/6")) == .tooManyRedirects(limit: 5))
        #expect(await failure(server.address("/1"), limits: FetchLimits(redirects: 0)) == .tooManyRedirects(limit: 0))
    }

    @Test(arguments: ["file:///etc/hostname", "ftp://127.0.0.1/x", "gopher://127.0.0.1/x"])
    func followsNoRedirectToAnotherScheme(target: String) async throws {
        let server = try LoopbackServer { _ in .reply(302, headers: ["Location: \(target)"]) }
        #expect(await failure(server.address("/")) == .redirectRefused)
    }

    @Test func givesUpOnASilentServer() async throws {
        let server = try LoopbackServer { _ in .silence }
        #expect(await failure(server.address("/"), limits: FetchLimits(total: .milliseconds(200))) == .timedOut)
    }

    @Test func givesUpOnABodyThatStops() async throws {
        let server = try LoopbackServer { _ in .silenceAfterHeaders }
        #expect(await failure(server.address("/"), limits: FetchLimits(total: .milliseconds(200))) == .timedOut)
        #expect(await failure(server.address("/"), limits: FetchLimits(idle: .milliseconds(200))) == .timedOut)
    }

    @Test func stopsWhenCancelled() async throws {
        let asked = AsyncStream<Void>.makeStream()
        let server = try LoopbackServer { _ in
            asked.continuation.yield()
            return .silence
        }
        let address = server.address("/")
        let task = Task { await failure(address) }
        for await _ in asked.stream { break }
        task.cancel()
        #expect(await task.value == .cancelled)
    }

    @Test func namesAPortWithNobodyBehindIt() async {
        // Port 1 is a well-known one that no system gives away by itself.
        guard case .unreachable = await failure("http://127.0.0.1:1/") else {
            Issue.record("nobody listens there")
            return
        }
    }

    @Test func talksNoPlainTextUnderTLS() async throws {
        let server = try LoopbackServer { _ in .reply(200) }
        guard case .untrusted = await failure("https://127.0.0.1:\(server.port)/") else {
            Issue.record("the server has no TLS")
            return
        }
    }

    @Test(arguments: ["file:///etc/hostname", "ftp://host/x", "scp://host/x"])
    func fetchesNoOtherScheme(address: String) async {
        #expect(await failure(address) == .unknownScheme)
    }

    @Test(arguments: [
        "", "host/path", "http://", "http://a b/", "http://host:99999/", "http://u:secret@ho st/", "x\0y",
    ])
    func refusesWhatIsNoAddress(text: String) {
        let error = #expect(throws: FetchError.self) { try WebAddress(text) }
        guard case .badAddress = error?.reason else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.description.contains("secret") == false)
    }

    @Test func showsNoSecretOfAnAddress() async throws {
        let server = try LoopbackServer { head in
            .reply(head.contains("Authorization: Basic dTpzZWNyZXQ=") ? 404 : 500)
        }
        let error = await #expect(throws: FetchError.self) {
            try await fetch("http://u:secret@127.0.0.1:\(server.port)/v1?key=secret#secret")
        }
        #expect(
            error?.description.hasPrefix("\(server.address("/v1")): the server answers with status 404; check") == true)
        #expect(error?.description.contains("secret") == false)
    }

    /// `{"data": []}` as one gzip member.
    private static let compressed: [UInt8] = [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xAB, 0x56, 0x4A, 0x49, 0x2C, 0x49,
        0x54, 0xB2, 0x52, 0x88, 0x8E, 0xAD, 0x05, 0x00, 0xB8, 0x78, 0xBD, 0x26, 0x0C, 0x00, 0x00, 0x00,
    ]
}
