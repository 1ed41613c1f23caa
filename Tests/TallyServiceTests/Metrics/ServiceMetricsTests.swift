import DurableQueue
import FakeProvider
import Foundation
import Logging
import ServiceLifecycle
import TallyCore
import TallyMetering
import TallyTestSupport
import Testing

@testable import TallyService

/// What the daemon counts of itself.
@Suite(.database, .timeLimit(.minutes(5))) struct ServiceMetricsTests {
    @Test func callsAreCountedByUpstreamAndOutcome() async throws {
        try await ProxyStage.run { (stage) async throws in
            #expect(stage.metrics.contains("tally_proxy_calls_total{upstream=\"groq\",outcome=\"failed\"} 0\n"))
            #expect(try await stage.response(to: .chat).status == 200)
            #expect(try await stage.response(to: .chatStream).status == 200)
            #expect(try await stage.response(to: .messages).status == 200)
            let broken = TestCall.chat.scripted((.reset, "before-head")).to("/groq/v1/chat/completions")
            #expect(try await stage.response(to: broken).status == 502)
            // What calls no model is no call.
            #expect(try await stage.response(to: .models).status == 200)
            let metrics = stage.metrics
            for (labels, count) in [
                ("upstream=\"openai\",outcome=\"complete\"", 2), ("upstream=\"openai\",outcome=\"failed\"", 0),
                ("upstream=\"anthropic\",outcome=\"complete\"", 1), ("upstream=\"groq\",outcome=\"failed\"", 1),
            ] {
                #expect(metrics.contains("\ntally_proxy_calls_total{\(labels)} \(count)\n"), "\(metrics)")
            }
            #expect(metrics.contains("# TYPE tally_proxy_calls_total counter\n"))
            #expect(metrics.contains("\ntally_proxy_gaps_total 0\n"))
            #expect(metrics.contains("\ntally_proxy_calls_refused_total 0\n"))
        }
    }

    @Test func callsUnderWayAreCounted() async throws {
        let gate = RecordGate()
        try await ProxyStage.run(ProxySetup(append: { gate.append(to: $0) })) { (stage) async throws in
            #expect(stage.metrics.contains("\ntally_proxy_calls_under_way 0\n"))
            let client = try stage.connect()
            try await client.send(.chat)
            await gate.holdsRecord()
            #expect(stage.metrics.contains("\ntally_proxy_calls_under_way 1\n"))
            // It is counted once it is on disk.
            #expect(stage.metrics.contains("{upstream=\"openai\",outcome=\"complete\"} 0\n"))
            gate.open()
            #expect(try await client.response(to: "POST").status == 200)
            #expect(stage.metrics.contains("{upstream=\"openai\",outcome=\"complete\"} 1\n"))
        }
    }

    @Test(arguments: [("refuse", 1, 0), ("pass", 0, 1)])
    func aFullSpoolIsCounted(policy: String, refused: Int, gaps: Int) async throws {
        let setup = ProxySetup(settings: ["on_spool_full": policy], maximumRecords: 1)
        try await ProxyStage.run(setup) { (stage) async throws in
            #expect(try await stage.response(to: .chat).status == 200)
            #expect(try await stage.response(to: .chat).status == (policy == "pass" ? 200 : 503))
            let metrics = stage.metrics
            #expect(metrics.contains("\ntally_proxy_calls_refused_total \(refused)\n"), "\(metrics)")
            #expect(metrics.contains("\ntally_proxy_gaps_total \(gaps)\n"), "\(metrics)")
            #expect(metrics.contains("{upstream=\"openai\",outcome=\"complete\"} 1\n"), "\(metrics)")
        }
    }

    @Test func recordsAreCountedWhereTheyAreLoaded() async throws {
        let database = try TestDatabase.current
        let folder = try LogFolder()
        let spool = try DurableQueue(
            folder: folder.file("spool"),
            limits: DurableQueue.Limits(
                maximumRecords: 100, maximumBytes: 1 << 20, reservedRecords: 1, reservedBytes: 0))
        let time = try instant("2026-04-01T00:00:00Z")
        let event = UsageEvent(identity: EventIdentity(high: 7, low: 1), time: time)
        for line in [EventRecordWriter.record(of: event), Array("no record".utf8)] {
            try await withCheckedThrowingContinuation { continuation in
                spool.append(line, using: nil) { result in
                    continuation.resume(with: result.map { _ in }.mapError { $0 as any Error })
                }
            }
        }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let ingestor = SpoolIngestor(
            spool: spool, sink: database.tally, prices: PriceBoard(prices: database.tally, shelf: PriceShelf()),
            rejectPath: folder.file("rejects"), logger: logger, now: { time })
        var before = MetricsText()
        ingestor.counters.add(to: &before)
        #expect(before.text.contains("\ntally_spool_loaded_records_total 0\n"))
        #expect(!before.text.contains("tally_spool_last_load_timestamp_seconds"))
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [ingestor], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            // Told to stop, it moves what there is.
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        await spool.close()
        var after = MetricsText()
        ingestor.counters.add(to: &after)
        #expect(after.text.contains("\ntally_spool_loaded_records_total 1\n"), "\(after.text)")
        #expect(after.text.contains("\ntally_spool_kept_aside_records_total 1\n"), "\(after.text)")
        #expect(
            after.text.contains("\ntally_spool_last_load_timestamp_seconds \(time.microseconds / 1_000_000)\n"))
    }

    @Test func requestsAndEventsAreCounted() async throws {
        try await withIngestAPI { api in
            let good =
                #"{"id":"1","time":"2026-03-05T12:00:00Z","biller":"together","model":"plain","#
                + #""usage":{"input":1000,"output":10}}"#
            let other = good.replacing(#""id":"1""#, with: #""id":"2""#)
            let first = try await api.send(events: [good, other, good].joined(separator: "\n"), type: nil)
            #expect(first == TakenCounts(accepted: 3, stored: 2, duplicate: 1))
            let span =
                #"{"traceId":"\#(String(repeating: "ab", count: 16))","spanId":"0102030405060708","#
                + #""startTimeUnixNano":"1772712000000000000","endTimeUnixNano":"1772712001500000000","attributes":["#
                + #"{"key":"gen_ai.operation.name","value":{"stringValue":"chat"}},"#
                + #"{"key":"gen_ai.provider.name","value":{"stringValue":"together"}},"#
                + #"{"key":"gen_ai.request.model","value":{"stringValue":"plain"}},"#
                + #"{"key":"gen_ai.usage.input_tokens","value":{"intValue":"100"}}]}"#
            let traces = Array(#"{"resourceSpans":[{"scopeSpans":[{"spans":[\#(span)]}]}]}"#.utf8)
            for _ in 1...2 {
                let taken = try await api.post("/v1/traces", traces, type: "application/json")
                #expect(taken.status == 200, "\(taken.text)")
            }
            let bad = try await api.post("/api/v1/events", Array(#"{"time":"never"}"#.utf8))
            #expect(bad.status == 400)
            for path in ["/none", "/elsewhere", "/api/v1/usage/x"] { #expect(try await api.get(path).status == 404) }
            #expect(try await api.get("/healthz").status == 200)
            #expect(try await api.get("/api/v1/usage?none=1").status == 400)
            let metrics = try await api.get("/metrics")
            for line in [
                "tally_ingest_events_total{kind=\"events\",result=\"stored\"} 2",
                "tally_ingest_events_total{kind=\"events\",result=\"duplicate\"} 1",
                "tally_ingest_events_total{kind=\"events\",result=\"merged\"} 0",
                "tally_ingest_events_total{kind=\"events\",result=\"rejected\"} 1",
                "tally_ingest_events_total{kind=\"spans\",result=\"stored\"} 1",
                "tally_ingest_events_total{kind=\"spans\",result=\"duplicate\"} 1",
                "tally_ingest_events_total{kind=\"log_records\",result=\"stored\"} 0",
                "tally_api_requests_total{path=\"/v1/traces\",status=\"2xx\"} 2",
                "tally_api_requests_total{path=\"/api/v1/events\",status=\"2xx\"} 1",
                "tally_api_requests_total{path=\"/api/v1/events\",status=\"4xx\"} 1",
                "tally_api_requests_total{path=\"/api/v1/usage\",status=\"4xx\"} 1",
                "tally_api_requests_total{path=\"/healthz\",status=\"2xx\"} 1",
                "tally_api_requests_total{path=\"other\",status=\"4xx\"} 3",
            ] {
                #expect(metrics.text.contains("\n\(line)\n"), "\(line)\n\(metrics.text)")
            }
            #expect(!metrics.text.contains("elsewhere"))
        }
    }
}
