import TallyConfig
import TallyCore
import Testing

struct ConfigurationTests {
    private func configuration(_ text: String) throws -> Configuration {
        try Configuration(text: text, path: "/etc/tally/my.yaml")
    }

    @Test func builtInSettingsAreThoseOfTheInterface() throws {
        let built = try Configuration(text: nil, path: nil)
        #expect(built.path == nil)
        #expect(built.proxy.listen == ListenAddress("127.0.0.1:4000"))
        #expect(built.proxy.defaultUpstream == "huggingface")
        #expect(built.proxy.onSpoolFull == .refuse)
        #expect(built.api.listen == ListenAddress("127.0.0.1:4001"))
        #expect(built.api.maxRows == 10_000)
        let ingest = built.api.ingest
        #expect(ingest.maxBodyBytes == 16 << 20 && ingest.maxDecodedBytes == 64 << 20 && ingest.maxEvents == 30_000)
        #expect(ingest.maxRequests == 64 && ingest.maxBytesAtWork == 256 << 20 && ingest.bodySeconds == 120)
        #expect(built.importLimits.maxLineBytes == 16 << 20 && built.importLimits.batchEvents == 5_000)
        #expect(built.importLimits.occurrenceMemoryBytes == 64 << 20)
        #expect(built.database.maxConnections == 8 && built.database.acquireTimeoutSeconds == 30)
        #expect(built.database.statementTimeoutSeconds == 300)
        #expect(built.channels.isEmpty && built.sources.isEmpty && built.watchedFiles.isEmpty)
        #expect(try built.loadPriceTable() == BuiltInAssets.priceTable())
    }

    @Test func mergesKeyByKey() throws {
        let settings = try configuration(
            """
            proxy: { listen: "[::1]:0" }
            api:
              max_rows: 5
            upstreams:
              huggingface: { biller: other }
              mine: { base_url: https://api.example.com/v1/, api_key_env: MY_KEY }
            """)
        let built = try Configuration(text: nil, path: nil)
        #expect(settings.path == "/etc/tally/my.yaml")
        #expect(settings.proxy.listen.host == "::1" && settings.proxy.listen.port == 0)
        #expect(settings.proxy.defaultUpstream == "huggingface")
        #expect(settings.api.maxRows == 5)
        #expect(settings.upstreams.keys.sorted() == (built.upstreams.keys + ["mine"]).sorted())
        #expect(settings.upstreams["huggingface"]?.biller == "other")
        #expect(settings.upstreams["huggingface"]?.baseURL == "https://router.huggingface.co")
        #expect(settings.upstreams["mine"]?.biller == "mine")
        #expect(settings.upstreams["mine"]?.baseURL == "https://api.example.com/v1")
        #expect(settings.upstreams["mine"]?.keyVariable == "MY_KEY")
        #expect(settings.upstreams["openai"] == built.upstreams["openai"])
    }

    @Test func aNewUpstreamCanBeTheDefault() throws {
        let settings = try configuration(
            "proxy: { default_upstream: mine }\nupstreams: { mine: { base_url: \"http://localhost:8080\" } }")
        #expect(settings.proxy.defaultUpstream == "mine")
        #expect(settings.upstreams["mine"]?.keyVariable == nil)
    }

    @Test func readsListsAndChannels() throws {
        let settings = try configuration(
            """
            plans: [plans.yaml]
            budgets: [/srv/budgets.yaml]
            sources: [{ name: logs, paths: /var/log }, { kind: s3, bucket: b }]
            channels:
              ops: { kind: slack, url_env: SLACK_WEBHOOK_URL }
              hook: { kind: webhook, url: "https://example.com/x?y" }
              mail: { kind: mailto, to: ops@example.com }
              run: { kind: command, command: /usr/bin/notify }
              short: mailto:me@example.com
            """)
        #expect(settings.planFiles == [.file("/etc/tally/plans.yaml")])
        #expect(settings.budgetFiles == [.file("/srv/budgets.yaml")])
        #expect(settings.watchedFiles == ["/etc/tally/my.yaml", "/etc/tally/plans.yaml", "/srv/budgets.yaml"])
        #expect(settings.sources.map(\.name) == ["logs", "s3"])
        #expect(settings.sources.map(\.kind) == [.files, .s3])
        #expect(settings.channels["ops"]?.destination == .slack(.environment("SLACK_WEBHOOK_URL")))
        #expect(settings.channels["hook"]?.destination == .webhook(.url("https://example.com/x?y")))
        #expect(settings.channels["mail"]?.destination == .mail(to: "ops@example.com"))
        #expect(settings.channels["run"]?.destination == .command(path: "/usr/bin/notify"))
        #expect(settings.channels["short"]?.destination == .mail(to: "me@example.com"))
        #expect(settings.channels["short"]?.name == "short")
    }

    private func message(_ text: String) -> String {
        do {
            return "no error: \(try configuration(text))"
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: [
        ("prox: {}", "/etc/tally/my.yaml:1: unknown key 'prox'; did you mean 'proxy'?"),
        ("proxy:\n  listn: x", "/etc/tally/my.yaml:2: unknown key 'listn'; did you mean 'listen'?"),
        ("api: { max_row: 5 }", "unknown key 'max_row'; did you mean 'max_rows'?"),
        ("databse: {}", "unknown key 'databse'; did you mean 'database'?"),
        (
            "upstreams: { together: { url: x } }",
            "unknown key 'url'; the nearest known one is 'base_url', of base_url, biller"
        ),
        ("upstreams: { together: { base_ulr: x } }", "unknown key 'base_ulr'; did you mean 'base_url'?"),
        ("upstreams:\n  mine:\n    biller: x", "my.yaml:3: upstreams.mine.base_url is missing; write where"),
        ("upstreams: { together: { base_url: ftp://x } }", "upstreams.together.base_url is not a plain http or https"),
        ("upstreams: { t: { base_url: \"https://\" } }", "base_url is not a plain http or https address"),
        ("upstreams: { v1: { base_url: \"https://x\" } }", "'v1' cannot name an upstream; use letters"),
        ("upstreams: { a/b: { base_url: \"https://x\" } }", "'a/b' cannot name an upstream"),
        (
            "upstreams: { a: { base_url: \"https://x\", api_key_env: sk-1 } }",
            "api_key_env is not the name of an environment"
        ),
        ("proxy: { listen: 4000 }", "my.yaml:1: proxy.listen '4000' is not an address; write HOST:PORT"),
        ("proxy: { default_upstream: hugingface }", "is not among the upstreams; did you mean 'huggingface'?"),
        (
            "proxy: { on_spool_full: refuze }",
            "proxy.on_spool_full 'refuze' is none of refuse, pass; did you mean 'refuse'?"
        ),
        ("proxy: 5", "proxy is text where a mapping belongs"),
        ("api: { max_rows: 0 }", "api.max_rows '0' is out of range; write a whole number from 1 to 1000000"),
        (
            "api: { ingest_max_events: 30001 }",
            "api.ingest_max_events '30001' is out of range; write a whole number from 1 to 30000"
        ),
        ("api: { max_rows: 1.5 }", "api.max_rows '1.5' is not a whole number"),
        ("database: { max_connections: many }", "database.max_connections 'many' is not a whole number"),
        ("import: { batch_events: [1] }", "import.batch_events is a list where a single value belongs"),
        ("import: { batch_events: 50001 }", "import.batch_events '50001' is out of range"),
        ("prices: prices.yaml", "prices is text where a list belongs; write a list of files, or []"),
        ("plans: [[a]]", "plans[0] is a list where a single value belongs"),
        ("budgets: { a: b }", "budgets is a mapping where a list belongs"),
        ("sources: [a]", "sources[0] is text where a mapping belongs"),
        ("sources: [{ kind: files }]", "sources[0].paths is missing; write 'paths: ["),
        ("sources: [{ name: a, paths: x }, { name: a, paths: x }]", "sources[1].name 'a' is taken"),
        ("channels: { x: { kind: slak } }", "channels.x.kind 'slak' is not a kind of channel; did you mean 'slack'?"),
        ("channels: { x: { kind: slack } }", "channels.x.url_env is missing"),
        (
            "channels: { x: { kind: slack, url: \"https://x\", url_env: X } }",
            "channels.x.url and url_env are both there"
        ),
        ("channels: { x: { kind: mailto, to: nobody } }", "channels.x.to 'nobody' is not a mail address"),
        (
            "channels: { x: { kind: command, command: /x, to: a@b } }",
            "channels.x.to does not belong to a channel of kind command"
        ),
        ("channels: { x: { to: a@b } }", "channels.x.kind is missing; write one of webhook, slack, mailto, command"),
        ("channels: { x: pager:5 }", "channels.x is not a channel; write webhook:URL"),
        ("channels: { \"a:b\": mailto:a@b }", "'a:b' cannot name a channel"),
        ("", "/etc/tally/my.yaml: the file is empty"),
    ])
    func refuses(text: String, expected: String) {
        #expect(message(text).contains(expected), "\(message(text))")
    }

    @Test(arguments: [
        "upstreams: { a: { base_url: \"https://user:hunter2@x\" } }",
        "upstreams: { a: { base_url: \"https://x/?k=hunter2\" } }",
        "upstreams: { a: { base_url: \"https://x\", api_key_env: hunter2-secret } }",
        "channels: { x: { kind: slack, url: hunter2 } }",
        "channels: { x: { kind: slack, url_env: \"https://hunter2\" } }",
        "channels: { x: \"slack:hunter2\" }",
    ])
    func errorsRepeatNoSecret(text: String) {
        #expect(message(text).hasPrefix("/etc/tally/my.yaml:1: "))
        #expect(!message(text).contains("hunter2"))
    }
}
