import PostgresClient
import TallyCore
import TallyStore
import TallyTestSupport
import Testing

/// Calls that several sources tell of (interface, "Identity" (b)).
@Suite(.database) struct MergingTests {
    /// What a relay, a client's log and the biller's export say of one call.
    private static func call() throws -> [Contribution] {
        var relayed = try plainEvent(1, time: "2026-03-31T23:59:59Z", project: "relayed")
        relayed.requestID = "gen-1"
        relayed.status = 200
        var details = CallDetails()
        details.upstream = "together"
        relayed.details = details
        relayed.usage = nil
        var logged = try plainEvent(2, time: "2026-04-01T00:00:01Z", project: "logged")
        logged.requestID = "gen-1"
        logged.isSellerAssumed = true
        logged.offering.biller = "openai"
        logged.attribution.user = "u"
        var exported = try plainEvent(3, time: "2026-04-02T00:00:00Z", project: nil)
        exported.requestID = "gen-1"
        exported.billedCost = try Money(parsing: "0.7")
        return [
            Contribution(event: relayed, origin: .proxy), Contribution(event: logged, origin: .log),
            Contribution(event: exported, origin: .export),
        ]
    }

    @Test(arguments: [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])
    func whateverTheOrderItIsOneEvent(order: [Int]) async throws {
        let database = try TestDatabase.current
        let told = try Self.call()
        var counts = StoredCounts()
        for place in order {
            counts += try await database.tally.store(
                try batch([try priced(told[place].event)], from: told[place].origin))
        }
        #expect((counts.stored, counts.merged, counts.duplicate) == (1, 2, 0))
        try await ExpectedCalls(told).expect(in: database)
        let stored = try #require(try await database.tally.events(try .everything(), after: nil, limit: 2).first)
        #expect(stored.event.identity == told[order[0]].event.identity)
        #expect(stored.event.attribution == Attribution(project: "relayed", user: "u"))
        #expect(stored.event.time == (try instant("2026-03-31T23:59:59Z")))
        #expect(stored.event.offering.biller == "together")
        #expect(stored.event.details?.upstream == "together")
        #expect(stored.cost?.description == "0.70" && stored.computedCost?.description == "0.0009")
        // Told again, by all of them.
        for place in order {
            let again = try await database.tally.store(
                try batch([try priced(told[place].event)], from: told[place].origin))
            #expect((again.duplicate, again.stored, again.merged, again.reattributed) == (1, 0, 0, 0))
        }
        try await ExpectedCalls(told).expect(in: database)
    }

    @Test func anEmptyIDMergesNothing() async throws {
        let database = try TestDatabase.current
        for (number, origin) in [EventOrigin.proxy, .log].enumerated() {
            for requestID in ["", nil] {
                var event = try plainEvent(UInt64(10 * number + (requestID?.count ?? 1)))
                event.requestID = requestID
                _ = try await database.tally.store(try batch([try priced(event)], from: origin))
            }
        }
        let counts = try await database.query(
            "SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM event_matches)")[0]
        #expect(try counts.decode(Int.self, at: 0) == 4)
        #expect(try counts.decode(Int.self, at: 1) == 0)
    }

    /// A source may say the same id over and over, as servers do that always give the same.
    @Test func anIDThatManyShareTellsNoCallsApart() async throws {
        let database = try TestDatabase.current
        let events = try (UInt64(1)...40).map { number in
            var event = try plainEvent(number)
            event.requestID = "chatcmpl-0"
            return event
        }
        for piece in [events[..<20], events[20..<30], events[30...]] {
            let counts = try await database.tally.store(try batch(try piece.map(priced)))
            #expect((counts.stored, counts.merged) == (piece.count, 0))
        }
        let rows = try await database.count("SELECT count(*) FROM event_matches")
        #expect(rows == MatchKey.maximumContributions)
        var relayed = try plainEvent(99)
        relayed.requestID = "chatcmpl-0"
        let counts = try await database.tally.store(try batch([try priced(relayed)], from: .proxy))
        #expect((counts.stored, counts.merged) == (1, 0))
        try await expectRollupsMatchEvents(database)
    }

    /// Batches stored in one call may be of several sources.
    @Test func sourcesThatAreStoredTogetherMerge() async throws {
        let database = try TestDatabase.current
        let told = try Self.call()
        var prepared: [EncodedBatch] = []
        for batch in try batches(told) { prepared.append(try await database.tally.prepare(batch)) }
        let counts = try await database.tally.store(prepared) {}
        #expect((counts.stored, counts.merged) == (1, 2))
        try await ExpectedCalls(told).expect(in: database)
    }

    /// A relayed call takes the log that had been taken for the export's; what is left is its own event again.
    @Test func whatComesLaterMayTakeAnEventApart() async throws {
        let database = try TestDatabase.current
        var told = try Self.call()
        told[0].event.offering.biller = "huggingface"
        told[0].event.time = told[1].event.time
        for place in [1, 2, 0] {
            _ = try await database.tally.store(try batch([try priced(told[place].event)], from: told[place].origin))
        }
        try await ExpectedCalls(told).expect(in: database)
        let stored = try await database.tally.events(try .everything(), after: nil, limit: 5)
        #expect(Set(stored.map(\.event.identity)) == [told[1].event.identity, told[2].event.identity])
    }

    @Test func aCorrectionBelongsToTheSourceThatMakesIt() async throws {
        let database = try TestDatabase.current
        var told = try Self.call()
        for contribution in told {
            _ = try await database.tally.store(try batch([try priced(contribution.event)], from: contribution.origin))
        }
        told[1].event.attribution = Attribution(project: "renamed", user: "u2", tags: ["team": "one"])
        let renamed = try await database.tally.store(try batch([try priced(told[1].event)], from: .log))
        #expect((renamed.duplicate, renamed.reattributed) == (1, 1))
        try await ExpectedCalls(told).expect(in: database)
        told[0].event.attribution.project = "moved"
        let moved = try await database.tally.store(try batch([try priced(told[0].event)], from: .proxy))
        #expect(moved.reattributed == 1)
        let again = try await database.tally.store(try batch([try priced(told[0].event)], from: .proxy))
        #expect(again.reattributed == 0)
        let stored = try await database.tally.events(try .everything(), after: nil, limit: 2)
        #expect(stored.map(\.event.attribution) == [Attribution(project: "moved", user: "u2", tags: ["team": "one"])])
        try await ExpectedCalls(told).expect(in: database)
    }

    @Test func contradictionsAreListedUntilTheyAreSettled() async throws {
        let database = try TestDatabase.current
        var told = try Self.call()
        told[0].event.usage = told[1].event.usage
        told[0].event.outcome = .interrupted
        told[1].event.usage?[.input] = 1001
        told[1].event.reportedCost = try Money(parsing: "0.5")
        told[2].event.reportedCost = try Money(parsing: "0.6")
        for contribution in told.dropFirst() {
            _ = try await database.tally.store(try batch([try priced(contribution.event)], from: contribution.origin))
        }
        let noted = try await database.tally.mergeConflicts(limit: 1)
        #expect(noted.count == 2)
        let first = try #require(noted.latest.first)
        #expect(first.event == told[1].event.identity && first.field == .reportedCost)
        #expect(first.kept == MergeConflict.Side(source: "import", form: "tally", value: "0.50"))
        #expect(first.refused == MergeConflict.Side(source: "openrouter", form: "generation", value: "0.60"))
        let usage = try await database.tally.mergeConflicts(limit: 9).latest.last
        #expect(usage?.kept.value == "input 1001" && usage?.refused.value == "input 1000")
        // The relay takes the log's place: of the two only the export contradicts it.
        (told[0].event.outcome, told[0].event.reportedCost) = (.complete, try Money(parsing: "0.6"))
        told[0].event.usage?[.input] = 1001
        _ = try await database.tally.store(try batch([try priced(told[0].event)], from: .proxy))
        let now = try await database.tally.mergeConflicts(limit: 9)
        #expect(now.latest.map(\.field) == [.reportedCost, .usage])
        #expect(now.latest.map(\.kept.source) == ["proxy", "proxy"])
        #expect(now.latest.map(\.refused.source) == ["import", "openrouter"])
        try await ExpectedCalls(told).expect(in: database)
    }

    /// Whatever the order and the batches: what is stored is what the rules make of all that was told.
    @Test(arguments: UInt64(101)...108) func randomSourcesInAnyOrderGiveTheSame(seed: UInt64) async throws {
        let database = try TestDatabase.current
        var generator = try CallGenerator(seed: seed)
        let told = try generator.contributions(ofCalls: 25)
        let writers = [database.tally, database.anotherTally()]
        var random = generator.random
        var counts = StoredCounts()
        for piece in told.shuffled(using: &random).cut(upTo: 12, using: &random) {
            let writer = writers[Int.random(in: 0...1, using: &random)]
            for batch in try batches(piece) { counts += try await writer.store(batch) }
        }
        #expect(counts.stored + counts.merged == told.count && counts.duplicate == 0)
        try await ExpectedCalls(told).expect(in: database)
        for batch in try batches(told) { counts += try await writers[0].store(batch) }
        #expect(counts.stored + counts.merged == told.count && counts.duplicate == told.count)
        let events = try await database.count("SELECT count(*) FROM events")
        #expect(events == (try ExpectedCalls(told).calls.count))
        try await expectRollupsMatchEvents(database)
    }

    /// What a source said has every column that an event has.
    @Test func contributionsHaveTheColumnsOfEvents() async throws {
        let database = try TestDatabase.current
        let columns: SQL = """
            SELECT attname::text || ' ' || format_type(atttypid, atttypmod) FROM pg_attribute
            WHERE attnum > 0 AND NOT attisdropped AND attrelid =
            """
        let events = try await database.query(columns + " 'events'::regclass").map { try $0.decode(String.self, at: 0) }
        let told = try await database.query(columns + " 'event_contributions'::regclass").map {
            try $0.decode(String.self, at: 0)
        }
        #expect(Set(told) == Set(events).union(["identity uuid"]))
    }
}
