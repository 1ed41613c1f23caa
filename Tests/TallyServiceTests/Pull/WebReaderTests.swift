import CurlTransport
import PostgresClient
import Synchronization
import TallyConfig
import TallyCore
import TallyMetering
import TallyStore
import TallyTestSupport
import Testing

@testable import TallyService

/// APIs that answer in pages, and all that goes wrong with them.
@Suite(.database, .timeLimit(.minutes(5))) struct WebReaderTests {
    private let pull: PullTesting
    private let pauses = Pauses()

    private final class Pauses: Sendable {
        let all = Mutex<[Duration]>([])
    }

    /// 2026-06-10T12:00:00Z.
    private static let now = Instant(microseconds: 1_781_092_800_000_000)

    init() throws { pull = try PullTesting(TestDatabase.current, source: "api") }

    /// A reader of the source that is the only one of a configuration.
    private func reader(_ yaml: String, after seconds: Int64 = 0) throws -> any SourceReading {
        let configuration = try Configuration(text: "sources:\n  - { name: api, \(yaml) }", path: "/etc/tally.yaml")
        let pauses = pauses
        let now = Instant(microseconds: Self.now.microseconds + seconds * 1_000_000)
        let entry = try #require(try SourcePlan(configuration).entries.first)
        return entry.reader(
            SourcePlan.Surroundings(
                environment: ["API_TOKEN": "s3cret"], rejectFolder: "/nowhere", userAgent: "tally/test",
                now: { now }, pause: { duration in pauses.all.withLock { $0.append(duration) } }),
            aliases: ProviderAliases(), batchEvents: 1_000)
    }

    private func template(_ api: ScriptedAPI, _ more: String = "") -> String {
        "kind: http, url: '\(api.address)/calls?from={from}&c={cursor}', cursor: /next, records: /rows, "
            + "since: 2d, api_key_env: API_TOKEN\(more)"
    }

    @Test func pagesAreFollowedToTheEndWithTheCredential() async throws {
        let api = try ScriptedAPI { _, target in
            let isSecond = target.contains("c=two")
            return .init(body: page(isSecond ? 3..<5 : 0..<3, next: target.contains("c=two") ? nil : "two"))
        }
        let outcome = try await pull.run(reader(template(api, ", window: 7d")))
        #expect(outcome.failures.isEmpty, "\(outcome.failures)")
        #expect(outcome.counts.stored == 5 && outcome.counts.read == 5)
        #expect(
            api.targets == [
                "/calls?from=2026-06-08T00:00:00Z&c=", "/calls?from=2026-06-08T00:00:00Z&c=two",
            ])
        #expect(api.heads.allSatisfy { $0.contains("Authorization: Bearer s3cret") })
        #expect(outcome.coveredUntil == Self.now)
        // An hour later an hour more than is new is asked for again.
        let later = try await pull.run(reader(template(api, ", window: 7d"), after: 86_400))
        #expect(later.counts.stored == 0 && later.counts.duplicate == 5)
        #expect(api.targets.last == "/calls?from=2026-06-10T00:00:00Z&c=two")
    }

    @Test func refusalsAreWaitedForAsTheyAsk() async throws {
        let api = try ScriptedAPI { number, _ in
            switch number {
            case 0: .init(status: 429, headers: ["Retry-After: 7"], body: "{}")
            // The server's clock is ten years off; what it means is 9 seconds.
            case 1:
                .init(
                    status: 503,
                    headers: [
                        "Date: Tue, 10 Jun 2036 12:00:00 GMT", "Retry-After: Tue, 10 Jun 2036 12:00:09 GMT",
                    ], body: "{}")
            case 2: .init(status: 500, body: "oops")
            default:
                .init(
                    headers: ["RateLimit: \"api\";r=0;t=21"],
                    body: page(number..<number + 1, next: number == 3 ? "x" : nil))
            }
        }
        let outcome = try await pull.run(reader(template(api, ", window: 7d")))
        #expect(outcome.failures.isEmpty && outcome.counts.stored == 2, "\(outcome.failures)")
        let waited = pauses.all.withLock { $0 }
        #expect(waited.count == 4)
        #expect(waited.first == .seconds(7) && waited.dropFirst().first == .seconds(9) && waited.last == .seconds(21))
        #expect(waited[2] > .zero && waited[2] <= .seconds(15))
    }

    @Test func aLongWaitEndsTheRunAndIsToldOf() async throws {
        let api = try ScriptedAPI { _, _ in .init(status: 429, headers: ["Retry-After: 1800"], body: "{}") }
        let outcome = try await pull.run(reader(template(api)))
        #expect(outcome.retryAfter == .seconds(1_800))
        #expect(outcome.failures.first?.contains("status 429: too many requests; it asked to wait 1800 s") == true)
        #expect(api.targets.count == 1 && pauses.all.withLock { $0.isEmpty })
    }

    @Test(arguments: [0, 40]) func aPageThatBreaksOffIsAskedForAgainAndNothingIsLost(missing: Int) async throws {
        let whole = page(0..<4)
        let api = try ScriptedAPI { number, _ in
            if number == 0 { return .init(body: missing == 0 ? String(whole.dropLast(30)) : whole, missing: missing) }
            return .init(body: whole)
        }
        let outcome = try await pull.run(reader(template(api, ", window: 7d")))
        #expect(outcome.failures.isEmpty && outcome.counts.stored == 4, "\(outcome.failures)")
        #expect(api.targets.count == 2)
    }

    @Test func aChangedSchemaIsNamedAndTheCheckpointStays() async throws {
        let isMended = Atomic(false)
        let api = try ScriptedAPI { _, _ in
            let good = costs(0, "1.25")
            return .init(
                body: isMended.load(ordering: .relaxed) ? good : good.replacing("\"amount\"", with: "\"sum\""))
        }
        let source = "kind: openai, base_url: '\(api.address)', reads: [costs], since: 9d, api_key_env: API_TOKEN"
        let broken = try await pull.run(reader(source))
        #expect(broken.counts.statements == 0)
        let failure = try #require(broken.failures.first)
        #expect(
            failure.hasPrefix("costs: ") && failure.contains("amount") && failure.contains("update Tally"), "\(failure)"
        )
        #expect(!failure.contains("s3cret"))
        let untouched = try await pull.database.tally.checkpoints(of: "api")
        #expect(untouched.isEmpty)
        isMended.store(true, ordering: .relaxed)
        let mended = try await pull.run(reader(source, after: 86_400))
        #expect(mended.failures.isEmpty && mended.counts.statements == 1, "\(mended.failures)")
        // Nothing of the time that was broken is left out.
        #expect(api.targets.last?.contains("start_time=1780358400") == true, "\(api.targets)")
    }

    @Test func aRestartGoesOnWithThePageThatWasNext() async throws {
        let isDown = Atomic(true)
        let api = try ScriptedAPI { _, target in
            if target.contains("page=three"), isDown.load(ordering: .relaxed) { return .init(status: 500, body: "") }
            if target.contains("page=three") { return .init(body: costs(2, "3")) }
            if target.contains("page=two") { return .init(body: costs(1, "2", next: "three")) }
            return .init(body: costs(0, "1", next: "two"))
        }
        let source = "kind: openai, base_url: '\(api.address)', reads: [costs], since: 9d, attempts: 1, look_back: 1h"
        let broken = try await pull.run(reader(source))
        #expect(broken.failures.count == 1 && broken.counts.statements == 2)
        isDown.store(false, ordering: .relaxed)
        let asked = api.targets.count
        let outcome = try await pull.run(reader(source))
        #expect(outcome.failures.isEmpty, "\(outcome.failures)")
        #expect(api.targets[asked].contains("page=three"))
        #expect(try await pull.database.count("SELECT count(*) FROM statement_lines") == 3)
    }

    @Test func anExpiredCursorBeginsTheSpanAgain() async throws {
        let isExpired = Atomic(false)
        let api = try ScriptedAPI { number, target in
            if target.contains("page=two") {
                return isExpired.exchange(true, ordering: .relaxed)
                    ? .init(body: costs(1, "2")) : .init(status: 400, body: "{\"error\":\"cursor expired\"}")
            }
            return .init(body: costs(0, "1", next: "two"))
        }
        let source = "kind: openai, base_url: '\(api.address)', reads: [costs], since: 9d"
        let outcome = try await pull.run(reader(source))
        #expect(outcome.failures.isEmpty, "\(outcome.failures)")
        #expect(try await pull.database.count("SELECT count(*) FROM statement_lines") == 2)
    }

    @Test func numbersThatChangeAreAskedForAgain() async throws {
        let api = try ScriptedAPI { number, _ in .init(body: costs(8, number == 0 ? "1" : "4.5")) }
        let source = "kind: openai, base_url: '\(api.address)', reads: [costs], look_back: 7d"
        try await pull.run(reader(source))
        try await pull.run(reader(source, after: 900))
        let amounts = try await pull.database.query("SELECT amount::text FROM statement_lines").map {
            try $0.decode(String.self, at: 0)
        }
        #expect(amounts == ["4.500000000000"])
    }

    @Test func aCredentialThatIsNotAcceptedIsNamedByItsVariable() async throws {
        let api = try ScriptedAPI { _, _ in .init(status: 403, body: "{}") }
        let outcome = try await pull.run(reader(template(api)))
        let failure = try #require(outcome.failures.first)
        #expect(failure.contains("$API_TOKEN") && !failure.contains("s3cret"), "\(failure)")
        #expect(api.targets.count == 1)
    }

    @Test func pagesThatLeadToThemselvesEnd() async throws {
        let api = try ScriptedAPI { number, _ in .init(body: page(number..<number + 1, next: "same")) }
        let outcome = try await pull.run(reader(template(api, ", window: 7d")))
        #expect(outcome.failures.first?.contains("do not end") == true, "\(outcome.failures)")
    }

    @Test func theHubIsAskedByMonthsAndItsAccountByName() async throws {
        let api = try ScriptedAPI { _, target in
            if target.contains("usage-v2") {
                return .init(
                    body: """
                        {"usage":{"inferenceProviders":{"usedNanoUsd":1250000000,"includedNanoUsd":2000000000,
                        "limitNanoUsd":0,"numRequests":7,"periodStart":"2026-06-01T00:00:00.000Z",
                        "periodEnd":"2026-06-30T23:59:59.999Z"}}}
                        """)
            }
            if target.contains("session") {
                return .init(
                    body: """
                        {"currency":"usd","periods":[{"period":"2026-06","sessions":[{"id":"tally-search","requestCount":3,
                        "costCents":12.5}]}]}
                        """)
            }
            return .init(body: #"{"name":"me","isPro":true,"billingMode":"postpaid","canPay":true,"orgs":[]}"#)
        }
        let outcome = try await pull.run(
            reader("kind: huggingface-billing, base_url: '\(api.address)', since: 5d, api_key_env: API_TOKEN"))
        #expect(outcome.failures.isEmpty, "\(outcome.failures)")
        #expect(outcome.counts.statements >= 3)
        #expect(
            api.targets == [
                "/api/settings/billing/usage-v2?startDate=1780272000&endDate=1782864000",
                "/api/settings/billing/usage-by-inference-session?startDate=2026-06-01T00:00:00Z&endDate=2026-07-01T00:00:00Z",
                "/api/whoami-v2",
            ])
    }
}

private func page(_ ids: Range<Int>, next: String? = nil) -> String {
    let rows = ids.map { id in
        "{\"id\":\"r\(id)\",\"time\":\"2026-06-09T00:00:00Z\",\"biller\":\"together\",\"model\":\"plain\","
            + "\"usage\":{\"input\":1}}"
    }
    return "{\"rows\":[\(rows.joined(separator: ",\n"))],\"next\":\(next.map { "\"\($0)\"" } ?? "null")}"
}

private func costs(_ day: Int, _ amount: String, next: String? = nil) -> String {
    """
    {"object":"page","data":[{"object":"bucket","start_time":\(1_780_272_000 + day * 86_400),
    "end_time":\(1_780_358_400 + day * 86_400),"results":[{"object":"organization.costs.result",
    "amount":{"value":\(amount),"currency":"usd"},"line_item":"gpt-5, input","project_id":"p\(day)"}]}],
    "has_more":\(next != nil),"next_page":\(next.map { "\"\($0)\"" } ?? "null")}
    """
}
