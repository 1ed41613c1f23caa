import HTTPTypes
import PostgresClient
import TallyCore
import TallyStore
import TallyTestSupport
import Testing

@Suite(.database) struct AccessTests {
    private static let guarded = ["/api/v1/usage", "/api/v1/events", "/api/v1/projects", "/api/v1/prices"]
    private static let open = ["/healthz", "/readyz", "/openapi.json"]
    private let reading = SampleKey("reading", [.read], seed: 1)
    private let administering = SampleKey("administering", [.admin], seed: 2)
    private let ingesting = SampleKey("ingesting", [.ingest], seed: 3)
    private let proxying = SampleKey("proxying", [.proxy], seed: 4)
    private var all: [LiveKey] { [reading, administering, ingesting, proxying].map(\.live) }

    @Test func onLoopbackReadingIsOpenWhileThereIsNoKeyOfTheAPI() async throws {
        for keys in [[], [proxying.live]] {
            try await APIClient.with(try TestDatabase.current.tally, keys: keys) { api in
                for path in Self.guarded + Self.open {
                    let answer = try await api.get(path)
                    #expect(answer.status == 200, "\(path)")
                }
                // What is sent without need is not looked at.
                let answer = try await api.get("/api/v1/usage", authorization: "Bearer anything")
                #expect(answer.status == 200)
            }
        }
    }

    @Test(arguments: [true, false])
    func withKeysReadingNeedsOneThatMayRead(isLoopback: Bool) async throws {
        let (reading, administering, ingesting, proxying) = (reading, administering, ingesting, proxying)
        try await APIClient.with(try TestDatabase.current.tally, keys: all, isLoopback: isLoopback) { api in
            for path in Self.guarded {
                for header in [reading.header, administering.header, "bearer  " + reading.secret.text] {
                    let answer = try await api.get(path, authorization: header)
                    #expect(answer.status == 200, "\(path)")
                }
                let none = try await api.get(path)
                let detail = try expectProblem(none, 401)
                #expect(
                    detail.contains("Authorization: Bearer tly_") && detail.contains("tally keys create --scope read"))
                #expect(none.headers["www-authenticate"] == "Bearer realm=\"tally\"")
                for key in [ingesting, proxying] {
                    let refused = try await api.get(path, authorization: key.header)
                    let detail = try expectProblem(refused, 403)
                    #expect(detail.contains(key.live.grant.attribution.key ?? "-") && detail.contains("--scope read"))
                    #expect(refused.headers["www-authenticate"]?.contains("insufficient_scope") == true)
                }
            }
            for path in Self.open {
                let answer = try await api.get(path)
                #expect(answer.status == 200, "\(path)")
            }
        }
    }

    /// I7: nothing of a header is in an answer.
    @Test func whatIsNoLiveKeyIsRefusedWithoutQuotingIt() async throws {
        let revoked = SampleKey("revoked", [.read], seed: 9)
        let headers = [
            revoked.header, "Bearer", "Bearer ", "Basic c2VjcmV0", revoked.secret.text,
            "Bearer \(revoked.secret.text)x",
            "Bearer hf_secretsecret",
        ]
        try await APIClient.with(try TestDatabase.current.tally, keys: all) { api in
            for header in headers {
                let answer = try await api.get("/api/v1/usage", authorization: header)
                try expectProblem(answer, 401)
                #expect(answer.headers["www-authenticate"]?.hasPrefix("Bearer") == true)
                for word in header.split(separator: " ").dropFirst() { #expect(!answer.text.contains(word)) }
                #expect(!answer.text.contains(revoked.secret.text))
            }
        }
    }

    @Test func whereOthersReachItEveryRequestNeedsAKeyThoughThereIsNone() async throws {
        try await APIClient.with(try TestDatabase.current.tally, keys: [], isLoopback: false) { api in
            for path in Self.guarded + ["/", "/nothing"] { try expectProblem(try await api.get(path), 401) }
            try expectProblem(try await api.send(.delete, "/api/v1/usage"), 401)
            let head = try await api.send(.head, "/api/v1/usage")
            #expect(head.status == 401)
        }
    }

    @Test func aTokenDoesNotHideWhatIsWrongWithTheRequest() async throws {
        let reading = reading
        try await APIClient.with(try TestDatabase.current.tally, keys: all) { api in
            try expectProblem(try await api.get("/nothing", authorization: reading.header), 404)
            try expectProblem(try await api.send(.delete, "/api/v1/usage", authorization: reading.header), 405)
            try expectProblem(
                try await api.get("/api/v1/usage?limit=0", authorization: reading.header), 400, parameter: "limit")
        }
    }

    @Test func whileTheKeysAreNotKnownNobodyReads() async throws {
        let reading = reading
        try await APIClient.with(try TestDatabase.current.tally, keys: nil) { api in
            for path in Self.guarded {
                try expectProblem(try await api.get(path, authorization: reading.header), 503)
            }
            for path in Self.open {
                let answer = try await api.get(path)
                #expect(answer.status == 200, "\(path)")
            }
        }
    }
}
