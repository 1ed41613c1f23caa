import HTTPTypes
import PostgresClient
import TallyCore
import TallyStore
import TallyTestSupport
import Testing

@testable import TallyService

@Suite(.database) struct IngestLimitTests {
    private static let event = #"{"id":"1","time":"2026-03-05T12:00:00Z","usage":null}"#
    private static let paths = ["/api/v1/events", "/v1/traces", "/v1/logs"]

    @Test func aBodyMayBeCompressed() async throws {
        try await withIngestAPI { api in
            let taken = try await api.post("/api/v1/events", gzip(Self.event), type: nil, ["Content-Encoding": "gzip"])
            #expect(try TakenCounts(taken) == TakenCounts(accepted: 1, stored: 1, unpriced: 1))
            for path in Self.paths {
                let damaged = try await api.post(
                    path, Array(gzip(Self.event).dropLast(9)), type: "application/json", ["Content-Encoding": "gzip"])
                #expect(damaged.status == 400 && damaged.text.contains("cut short"), "\(path)")
                let unknown = try await api.post(
                    path, [1], type: "application/json", ["Content-Encoding": "compress"])
                #expect(unknown.status == 415 && unknown.headers["accept-encoding"] == "gzip, deflate, br, zstd")
            }
        }
    }

    @Test func whatIsTooLongIsRefused() async throws {
        var limits = IngestLimits()
        limits.maximumBodyBytes = 2000
        limits.maximumDecodedBytes = 1000
        limits.maximumRecords = 3
        try await withIngestAPI(limits: limits) { api in
            let long = String(repeating: " ", count: 2001)
            for path in Self.paths {
                let sent = try await api.post(path, Array(long.utf8), type: "application/json")
                #expect(sent.status == 413 && sent.text.contains("api.ingest_max_body_bytes"), "\(path)")
                let coded = try await api.post(
                    path, gzip(String(long.dropLast(1000))), type: "application/json", ["Content-Encoding": "gzip"])
                #expect(coded.status == 413 && coded.text.contains("api.ingest_max_decoded_bytes"), "\(path)")
            }
            let many = Array(repeating: Self.event, count: 4).joined(separator: ",")
            let detail = try expectProblem(try await api.post("/api/v1/events", Array("[\(many)]".utf8)), 413)
            #expect(detail.contains("api.ingest_max_events"))
            #expect(try await api.storedEvents().isEmpty)
        }
    }

    @Test func tooManyAtOnceAreToldToComeAgain() async throws {
        var limits = IngestLimits()
        limits.maximumRequests = 1
        limits.maximumBytesAtWork = 100
        let gate = IngestGate(limits: limits)
        try fill(gate)
        let next = try gate.enter()
        try next.take(bytes: 100)
        limits.maximumRequests = 64
        try await withIngestAPI(limits: limits) { api in
            let answer = try await api.post("/v1/traces", [UInt8](repeating: 32, count: 101), type: "application/json")
            #expect(answer.status == 429 && answer.headers["retry-after"] == "1")
        }
    }

    /// Takes all the room there is, and leaves.
    private func fill(_ gate: IngestGate) throws {
        let visit = try gate.enter()
        let refusal = #expect(throws: Problem.self) { try gate.enter() }
        #expect(refusal?.status.code == 429 && refusal?.allHeaders[.retryAfter] == "1")
        try visit.take(bytes: 100)
        let full = #expect(throws: Problem.self) { try visit.take(bytes: 1) }
        #expect(full?.status.code == 429)
    }

    /// I4: what is answered with success is stored; without a database nothing is.
    @Test func withoutAServerEventsAreToldToComeAgain() async throws {
        let pool = PostgresPool(
            conninfo: "host='/nowhere' dbname='none'", acquireTimeout: .seconds(600),
            connectRetryTimeout: .milliseconds(1))
        try await APIClient.with(TallyDatabase(pool: pool)) { api in
            for path in Self.paths {
                let answer = try await api.post(path, Array("{}".utf8), type: "application/json")
                #expect(answer.status == 503 && answer.headers["retry-after"] == "1", "\(path)")
                #expect(!answer.text.contains("/nowhere"))
            }
        }
        _ = await pool.shutdown()
    }

    /// Whatever is sent, the answer names the mend, and nothing fails within.
    @Test func malformedBodiesOfEveryKindAreRefusedWithTheMend() async throws {
        try await withIngestAPI { api in
            let bodies: [[UInt8]] =
                [
                    "", " \n ", "{", "[", "]", "nul", "7", "\"text\"", "true", "[[]]", "[1,2]", "{}", "[{}]",
                    "{\"time\":{},\"usage\":{}}", "{\"time\":\"x\"}", "[{\"time\":\"2026-01-01\"}",
                    "{\"time\":\"2026-01-01\",\"usage\":[]}", "{\"time\":\"2026-01-01\",\"usage\":{\"input\":-1}}",
                    "{\"time\":\"2026-01-01\",\"usage\":{\"input\":1e99}}", "{\"specversion\":\"1.0\"}",
                    "{\"specversion\":\"0.3\",\"data\":{}}", "{\"specversion\":1,\"data\":{}}", "<xml/>", "a,b\n1,2",
                    "{\"time\":\"2026-01-01\",\"usage\":null,\"tags\":7}", "{\"a\":\"\u{0}\"}",
                ].map { Array($0.utf8) } + [
                    [0xFF, 0xFE], [0], Array(repeating: UInt8(ascii: "["), count: 5000),
                    Array("{\"a\":\"\\ud800\"}".utf8),
                ]
            let types: [String?] = [
                nil, "application/json", "application/x-ndjson", "application/cloudevents+json",
                "application/cloudevents-batch+json",
            ]
            for (place, body) in bodies.enumerated() {
                for type in types {
                    let answer = try await api.post("/api/v1/events", body, type: type)
                    let detail = try expectProblem(answer, 400)
                    #expect(detail.contains(";") || detail.contains("("), "\(place) \(type ?? "-"): \(detail)")
                }
            }
            for (fields, detail) in [
                (["ce-specversion": "2.0"], "specversion is '2.0'"), (["ce-id": "1"], "specversion is ''"),
                (["ce-specversion": "1.0", "ce-type": "t", "ce-id": "1"], "source is missing"),
                (["ce-specversion": "1.0", "ce-type": "t", "ce-id": "%", "ce-source": "s"], "ce-id is not percent"),
                (
                    ["ce-specversion": "1.0", "ce-type": "t", "ce-id": "1", "ce-source": "s", "ce-time": "x"],
                    "time is 1 character"
                ),
            ] {
                let answer = try await api.post("/api/v1/events", Array(Self.event.utf8), type: nil, fields)
                #expect(try expectProblem(answer, 400).contains(detail))
            }
            try expectProblem(try await api.post("/api/v1/events", [], type: "text/csv"), 415)
            try expectProblem(
                try await api.post("/api/v1/events?project=x", Array(Self.event.utf8)), 400, parameter: "project")
            #expect(try await api.storedEvents().isEmpty)
        }
    }
}
