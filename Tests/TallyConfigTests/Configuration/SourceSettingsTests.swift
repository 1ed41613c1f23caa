import TallyConfig
import Testing

struct SourceSettingsTests {
    private func sources(_ text: String) throws(ConfigError) -> [SourceSettings] {
        try Configuration(text: "sources:\n" + text, path: "/etc/tally/my.yaml").sources
    }

    private func web(_ text: String) throws -> WebSourceSettings {
        guard case .web(let web) = try sources(text).first?.place else { throw Missing() }
        return web
    }

    private struct Missing: Error {}

    @Test func filesNeedOnlyPaths() throws {
        let source = try #require(try sources("  - paths: [logs/*.jsonl, /var/log/app]").first)
        #expect(source.name == "files")
        #expect(source.kind == .files)
        #expect(source.everySeconds == 5)
        guard case .files(let files) = source.place else { throw Missing() }
        #expect(files.paths == ["/etc/tally/logs/*.jsonl", "/var/log/app"])
        #expect(files.settleSeconds == 60)
        #expect(source.records.timeZone == "UTC")
    }

    @Test func recordsHaveDefaults() throws {
        let source = try #require(
            try sources(
                """
                  - name: gateway
                    paths: x
                    every: 2m
                    log_format: csv
                    map: { time: TIMESTAMP, input: /usage/in }
                    biller: together
                    tags: { team: ranking }
                    time_zone: Europe/Berlin
                """
            ).first)
        #expect(source.everySeconds == 120)
        #expect(source.records.format == "csv")
        #expect(source.records.map == "time=TIMESTAMP,input=/usage/in")
        #expect(source.records.tags == ["team": "ranking"])
        #expect(source.records.timeZone == "Europe/Berlin")
    }

    @Test func apisKnowWhereTheyAreAndHowLongTheirNumbersChange() throws {
        let hub = try web("  - kind: huggingface-billing")
        #expect(hub.address == "https://huggingface.co")
        #expect(hub.keyVariable == "HF_TOKEN")
        #expect(hub.lookBackSeconds == 3_600)
        let costs = try web("  - { kind: openai, base_url: 'http://127.0.0.1:9/v1/', reads: [costs], look_back: 10d }")
        #expect(costs.address == "http://127.0.0.1:9/v1")
        #expect(costs.reads == ["costs"])
        #expect(costs.lookBackSeconds == 864_000)
        let calls = try web("  - { kind: openrouter, reads: [generations], max_generations: 7 }")
        #expect(calls.reads == ["generations"] && calls.maximumGenerations == 7)
        #expect(try web("  - kind: openrouter").maximumGenerations == 100)
    }

    @Test func anAddressMayBeATemplate() throws {
        let template = try web(
            "  - { kind: http, url: 'https://h/x?from={from}&c={cursor}', cursor: /next, records: /data, times: unix }")
        #expect(template.address == "https://h/x?from={from}&c={cursor}")
        #expect(template.cursorPointer == "/next")
        #expect(template.times == .unix)
    }

    @Test func aBucketOfAnEndpointHasItsNameInThePath() throws {
        let buckets = try sources(
            "  - { kind: s3, bucket: logs }\n  - { name: own, kind: s3, bucket: b, endpoint: 'http://h:9' }")
        let places = buckets.map { source -> BucketSourceSettings? in
            if case .bucket(let bucket) = source.place { bucket } else { nil }
        }
        #expect(places[0]?.endpoint == "https://s3.us-east-1.amazonaws.com")
        #expect(places.map { $0?.isPathStyle } == [false, true])
    }

    @Test(arguments: [
        ("  - { kind: file, paths: x }", "kind 'file' is none of files, huggingface-billing"),
        ("  - { name: x }", "sources[0].kind is missing; write one of files"),
        ("  - { paths: x, evry: 5s }", "unknown key 'evry'; did you mean 'every'?"),
        ("  - { pths: x }", "unknown key 'pths'; did you mean 'paths'?"),
        ("  - { paths: x, bucket: b }", "unknown key 'bucket'"),
        ("  - { paths: x, every: soon }", "every 'soon' is not a span of time; write a span such as 30s"),
        ("  - { paths: x, every: 0s }", "every '0s' is out of range"),
        ("  - { paths: [] }", "paths is empty"),
        ("  - { name: import, paths: x }", "'import' cannot name a source"),
        ("  - { kind: s3 }", "bucket is missing"),
        ("  - { kind: s3, bucket: a/b }", "'a/b' cannot name a bucket"),
        ("  - { kind: openai, api_key_env: sk-1 }", "api_key_env is not the name of an environment variable"),
        ("  - { kind: openai, reads: [cost] }", "'cost' is not a read of this source; did you mean 'costs'?"),
        ("  - { kind: openai, base_url: 'https://u:p@h' }", "base_url is not a plain http or https address"),
        ("  - { kind: http }", "url is missing"),
        ("  - { kind: http, url: 'https://h/{form}' }", "url has a brace that names nothing; write {from}"),
        ("  - { kind: http, url: 'https://h/{cursor}' }", "url and cursor do not belong together"),
        ("  - { kind: http, url: 'https://h/', records: data }", "records 'data' is not a JSON pointer"),
    ]) func whatIsWrongIsNamedWithItsMend(text: String, expected: String) {
        let error = #expect(throws: ConfigError.self) { _ = try sources(text) }
        #expect(error?.description.contains(expected) == true, "\(String(describing: error))")
    }
}
