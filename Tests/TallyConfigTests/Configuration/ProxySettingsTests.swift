import TallyConfig
import TallyCore
import Testing

/// The `proxy` part of the settings.
struct ProxySettingsTests {
    private func proxy(_ text: String) throws -> Configuration.Proxy {
        try Configuration(text: "proxy:\n  \(text)\n", path: "/etc/tally/my.yaml").proxy
    }

    @Test func everyKeyHasADefault() throws {
        let built = try Configuration(text: nil, path: nil).proxy
        #expect(built.listen == ListenAddress("127.0.0.1:4000"))
        #expect(built.defaultUpstream == "huggingface" && built.onSpoolFull == .refuse)
        #expect(built.spoolFolder == nil)
        #expect(built.spoolMaxEvents == 10_000_000 && built.spoolMaxBytes == 8 << 30)
        #expect(built.spoolReserveBytes == 64 << 20)
        #expect(built.maxConnections == 4096 && built.maxBodyBytes == 256 << 20 && built.maxInspectedBytes == 32 << 20)
        #expect(built.timeouts.connect == 10 && built.timeouts.firstByte == 600 && built.timeouts.idle == 300)
        #expect(built.timeouts.total == 3600 && built.timeouts.client == 120)
        #expect(built.drain.seconds == 120 && built.drain.bytes == 64 << 20)
        #expect(try proxy("{}") == built)
    }

    @Test func everyKeyIsRead() throws {
        let read = try Configuration(
            text: """
                proxy:
                  listen: 0.0.0.0:80
                  default_upstream: groq
                  on_spool_full: pass
                  spool_folder: spool
                  spool_max_events: 1
                  spool_max_bytes: 1048576
                  spool_reserve_bytes: 2
                  max_connections: 3
                  max_body_bytes: 4
                  max_inspected_bytes: 1024
                  connect_timeout_seconds: 5
                  first_byte_timeout_seconds: 6
                  idle_timeout_seconds: 7
                  total_timeout_seconds: 8
                  client_timeout_seconds: 9
                  drain_seconds: 10
                  drain_bytes: 11
                """, path: "/etc/tally/my.yaml"
        ).proxy
        #expect(read.listen == ListenAddress("0.0.0.0:80") && read.defaultUpstream == "groq")
        #expect(read.onSpoolFull == .pass && read.spoolFolder == "/etc/tally/spool")
        #expect(read.spoolMaxEvents == 1 && read.spoolMaxBytes == 1 << 20 && read.spoolReserveBytes == 2)
        #expect(read.maxConnections == 3 && read.maxBodyBytes == 4 && read.maxInspectedBytes == 1024)
        #expect(read.timeouts.connect == 5 && read.timeouts.firstByte == 6 && read.timeouts.idle == 7)
        #expect(read.timeouts.total == 8 && read.timeouts.client == 9)
        #expect(read.drain.seconds == 10 && read.drain.bytes == 11)
        #expect(try proxy("spool_folder: /var/spool").spoolFolder == "/var/spool")
    }

    private static let limits: [(key: String, least: Int, most: Int)] = [
        ("spool_max_events", 1, 1_000_000_000), ("spool_max_bytes", 1 << 20, 1 << 44),
        ("spool_reserve_bytes", 0, 1 << 34), ("max_connections", 1, 1_000_000), ("max_body_bytes", 0, 1 << 40),
        ("max_inspected_bytes", 1024, 1 << 30), ("connect_timeout_seconds", 1, 86_400),
        ("first_byte_timeout_seconds", 1, 86_400), ("idle_timeout_seconds", 1, 86_400),
        ("total_timeout_seconds", 1, 86_400), ("client_timeout_seconds", 1, 86_400), ("drain_seconds", 0, 86_400),
        ("drain_bytes", 0, 1 << 40),
    ]

    @Test(arguments: limits)
    func aLimitIsAWholeNumberWithinBounds(key: String, least: Int, most: Int) throws {
        for allowed in [least, most] {
            #expect(throws: Never.self) { try proxy("\(key): \(allowed)") }
        }
        let mend = "write a whole number from \(least) to \(most)"
        for (text, problem) in [
            ("\(least - 1)", "is out of range"), ("\(most + 1)", "is out of range"), ("1.5", "is not a whole number"),
            ("10s", "is not a whole number"), ("1e3", "is not a whole number"),
            ("99999999999999999999", "is not a whole number"),
        ] {
            let error = #expect(throws: ConfigError.self) { try proxy("\(key): \(text)") }
            let message = "\(error.map { "\($0)" } ?? "")"
            #expect(message == "/etc/tally/my.yaml:2: proxy.\(key) '\(text)' \(problem); \(mend)")
        }
        #expect(throws: ConfigError.self) { try proxy("\(key): [1]") }
        #expect(throws: ConfigError.self) { try proxy("\(key): ''") }
    }

    @Test(arguments: [
        ("on_spool_full: stop", "proxy.on_spool_full 'stop' is none of refuse, pass; "),
        ("spool_folder: [a]", "proxy.spool_folder is a list where a single value belongs; write one value"),
        ("spool_folder: ''", "proxy.spool_folder is empty; write a value, or remove the key"),
        ("default_upstream: hugingface", "'hugingface' is not among the upstreams; did you mean 'huggingface'?"),
        ("default_upstream: v1", "proxy.default_upstream 'v1' is not among the upstreams; "),
        ("listen: 0.0.0.0", "proxy.listen '0.0.0.0' is not an address; write HOST:PORT"),
        ("spool_max_event: 5", "unknown key 'spool_max_event'; did you mean 'spool_max_events'?"),
        ("connect_timeout: 5", "unknown key 'connect_timeout'; "),
        ("max_body: 5", "unknown key 'max_body'; "), ("drain: 5", "unknown key 'drain'; "),
    ])
    func saysWhatIsWrongAndHowToMendIt(text: String, expected: String) throws {
        let error = #expect(throws: ConfigError.self) { try proxy(text) }
        let message = "\(error.map { "\($0)" } ?? "")"
        #expect(message.hasPrefix("/etc/tally/my.yaml:2: ") && message.contains(expected), "\(message)")
    }
}
