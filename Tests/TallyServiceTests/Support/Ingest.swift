import TallyStore
import TallyTestSupport
import Testing

@testable import TallyService

/// Runs a piece of a test against the API of a database that holds the sample prices and no event.
func withIngestAPI(
    keys: [SampleKey] = [], limits: IngestLimits = IngestLimits(),
    _ body: @escaping @Sendable (APIClient) async throws -> Void
) async throws {
    let database = try TestDatabase.current
    _ = try await database.tally.apply(try SamplePrices.makeTable())
    try await APIClient.with(database.tally, keys: keys.map(\.live), limits: limits, body)
}

extension APIClient {
    /// Sends events that have to be taken as a whole, and gives the counts of the answer.
    func send(
        events text: String, type: String? = "application/json", _ fields: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> TakenCounts {
        let answer = try await post("/api/v1/events", Array(text.utf8), type: type, fields)
        try #require(answer.status == 200, "\(answer.text)", sourceLocation: sourceLocation)
        return try TakenCounts(answer)
    }

    /// All events of the database, the newest first.
    func storedEvents() async throws -> [[String: any Sendable]] {
        try await get("/api/v1/events?from=2020-01&to=2100-01&limit=1000").rows
    }
}

/// What an answer says became of events.
struct TakenCounts: Equatable {
    var accepted = 0
    var stored = 0
    var duplicate = 0
    var merged = 0
    var reattributed = 0
    var unpriced = 0
    var rejected = 0

    init(
        accepted: Int = 0, stored: Int = 0, duplicate: Int = 0, merged: Int = 0, unpriced: Int = 0, rejected: Int = 0
    ) {
        (self.accepted, self.stored, self.duplicate) = (accepted, stored, duplicate)
        self.merged = merged
        (self.unpriced, self.rejected) = (unpriced, rejected)
    }

    init(_ answer: APIClient.Answer) throws {
        let object = try answer.object
        func count(_ name: String) throws -> Int { try #require(object[name] as? Int, "\(answer.text)") }
        accepted = try count("accepted")
        stored = try count("stored")
        duplicate = try count("duplicate")
        merged = try count("merged")
        reattributed = try count("reattributed")
        unpriced = try count("unpriced")
        rejected = try count("rejected")
    }
}
