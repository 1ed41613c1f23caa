import CurlTransport
import Synchronization
import TallyTestSupport
import Testing

/// Requests to the API of somebody, whose every answer says something.
@Suite(.timeLimit(.minutes(5)))
struct AskingTests {
    private func ask(_ request: WebRequest, limits: FetchLimits = FetchLimits()) async throws(FetchError) -> WebAnswer {
        try await CurlTransport.ask(request, userAgent: "tally/test", limits: limits)
    }

    @Test(arguments: [200, 302, 404, 429, 503]) func everyStatusIsAnAnswer(status: Int) async throws {
        let server = try LoopbackServer { _ in
            .reply(
                status, headers: ["Retry-After: 7", "Location: http://127.0.0.1:1/"], body: Array(#"{"error":1}"#.utf8))
        }
        let answer = try await ask(WebRequest(WebAddress(server.address("/"))))
        #expect(answer.status == status)
        #expect(answer.header("retry-after") == "7")
        #expect(String(decoding: answer.body, as: UTF8.self) == #"{"error":1}"#)
    }

    @Test func headersAreSent() async throws {
        let heads = Mutex<[[String]]>([])
        let server = try LoopbackServer { head in
            heads.withLock { $0.append(head) }
            return .reply(200)
        }
        _ = try await ask(
            WebRequest(WebAddress(server.address("/")), headers: [("Authorization", "Bearer x"), ("Accept", "a/b")]))
        let head = try #require(heads.withLock { $0.first })
        #expect(head.contains("Authorization: Bearer x") && head.contains("Accept: a/b"))
    }

    @Test func aHeaderWithALineEndIsNotSent() async throws {
        let server = try LoopbackServer { _ in .reply(200) }
        let request = WebRequest(try WebAddress(server.address("/")), headers: [("Authorization", "Bearer x\nY: z")])
        let error = await #expect(throws: FetchError.self) { _ = try await ask(request) }
        #expect(error?.description.contains("Bearer") == false)
    }

    @Test func aBodyThatBreaksOffIsNoAnswer() async throws {
        let server = try ScriptedServer { connection, _ in
            _ = connection.head()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"data\": [")
        }
        let request = WebRequest(try WebAddress(server.address("/")))
        let error = await #expect(throws: FetchError.self) { _ = try await ask(request) }
        guard case .failed? = error?.reason else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func aSignatureNamesKeyRegionAndService() async throws {
        let heads = Mutex<[[String]]>([])
        let server = try LoopbackServer { head in
            heads.withLock { $0.append(head) }
            return .reply(200)
        }
        let signature = RequestSignature(region: "eu-west-1", service: "s3", keyID: "AKID", secret: "shh:shh")
        _ = try await ask(WebRequest(WebAddress(server.address("/b?a=1&b=")), signature: signature))
        let head = try #require(heads.withLock { $0.first })
        let authorization = try #require(head.first { $0.hasPrefix("Authorization: ") })
        #expect(authorization.contains("AWS4-HMAC-SHA256 Credential=AKID/"))
        #expect(authorization.contains("/eu-west-1/s3/aws4_request"))
        #expect(!head.joined().contains("shh"))
    }
}
