import TallyConfig
import Testing

struct ListenAddressTests {
    @Test(arguments: [
        ("127.0.0.1:4000", "127.0.0.1", 4000, true), ("[::1]:4001", "::1", 4001, true),
        ("localhost:0", "localhost", 0, true),
        ("0.0.0.0:80", "0.0.0.0", 80, false), ("[::]:65535", "::", 65535, false), ("127.9.8.7:1", "127.9.8.7", 1, true),
        ("tally.example:443", "tally.example", 443, false), ("127.evil.example:1", "127.evil.example", 1, false),
        ("[fe80::1%eth0]:1", "fe80::1%eth0", 1, false),
    ])
    func reads(text: String, host: String, port: Int, isLoopback: Bool) throws {
        let address = try #require(ListenAddress(text))
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.isLoopback == isLoopback)
        #expect(address.description == text)
    }

    @Test(arguments: [
        "", ":", "4000", ":4000", "localhost", "localhost:", "localhost:x", "localhost:65536", "localhost:-1",
        "localhost:+1",
        "::1:4000", "[::1]", "[]:1", "[::1:1", "::1]:1", "[localhost]:1", "1.2.3:1", "256.0.0.1:1", "1.2.3.4.5:1",
        "a b:1",
        "http://localhost:1", "localhost:000001",
    ])
    func refuses(text: String) {
        #expect(ListenAddress(text) == nil)
    }
}
