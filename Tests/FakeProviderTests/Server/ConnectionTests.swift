import FakeProvider
import Testing

/// Connections of HTTP/1.
struct ConnectionTests {
    private let request = "POST /v1/embeddings HTTP/1.1\r\ncontent-length: 2\r\n\r\n{}"

    @Test func oneConnectionServesManyRequests() async throws {
        try await withProvider { provider in
            let client = try RawClient(port: provider.port)
            for number in 1...3 {
                client.send(request)
                #expect(client.read(until: #""total_tokens":0}}"#) != nil)
                #expect(provider.counters.requests == number)
            }
            #expect(provider.counters.connections == 1)
            #expect(provider.counters.openConnections == 1)
        }
    }

    @Test func requestsMayComeAtOnceOrByteByByte() async throws {
        try await withProvider { provider in
            let eager = try RawClient(port: provider.port)
            eager.send(String(repeating: request, count: 3) + "GET /v1/models HTTP/1.0\r\n\r\n")
            let all = String(decoding: eager.readToEnd().bytes, as: UTF8.self)
            #expect(all.ranges(of: "HTTP/1.1 200 OK").count == 4)
            let slow = try RawClient(port: provider.port)
            for byte
                in "POST /v1/embeddings HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n1;a=b\r\n}\r\n0\r\nt: 1\r\n\r\n"
            {
                slow.send(String(byte))
            }
            #expect(slow.read(until: #""total_tokens":0}}"#) != nil)
        }
    }

    @Test func aClientThatWaitsIsToldToGoOn() async throws {
        try await withProvider { provider in
            let client = try RawClient(port: provider.port)
            client.send("POST /v1/embeddings HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n")
            #expect(client.read(until: "HTTP/1.1 100 ") != nil)
            client.send("{}")
            #expect(client.read(until: #""total_tokens":0}}"#) != nil)
        }
    }

    @Test(arguments: [
        "GET /v1/models\r\n\r\n", "GET v1 HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n", "POST / HTTP/1.1\r\ntransfer-encoding: gzip\r\n\r\n",
        "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        "POST / HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
    ])
    func whatIsNoHTTPIsRefused(text: String) async throws {
        try await withProvider { provider in
            let client = try RawClient(port: provider.port)
            client.send(text)
            let (bytes, _) = client.readToEnd()
            #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        }
    }

    @Test func anAddressThatIsTakenIsNamed() async throws {
        try await withProvider { provider in
            var settings = FakeProviderSettings()
            settings.port = provider.port
            let error = await #expect(throws: FakeProviderError.self) { try await FakeProvider.start(settings) }
            #expect(error?.description.hasPrefix("127.0.0.1:\(provider.port): cannot listen there: ") == true)
        }
    }

    @Test func manyConnections() async throws {
        try await withProvider { provider in
            let clients = try (0..<500).map { _ in try RawClient(port: provider.port) }
            for client in clients { client.send(request) }
            for client in clients { #expect(client.read(until: "total_tokens") != nil) }
            #expect(provider.counters.openConnections == 500)
        }
    }
}
