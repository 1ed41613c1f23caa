import PostgresClient
import TallyCore
import TallyStore
import TallyTestSupport
import Testing

@Suite(.database) struct ConcurrentStoreTests {
    @Test(arguments: [31, 32] as [UInt64])
    func overlappingBatchesOfManyWritersAreStoredOnce(seed: UInt64) async throws {
        let database = try TestDatabase.current
        var generator = try EventGenerator(
            seed: seed, from: try instant("2026-03-31T22:00:00Z"), to: try instant("2026-04-01T02:00:00Z"))
        let events = generator.priced(400)
        var shares: [[[PricedEvent]]] = []
        for _ in 0..<8 {
            let mine = events.filter { _ in generator.random.oneIn(2) }.shuffled(using: &generator.random)
            shares.append(mine.cut(upTo: 80, using: &generator.random))
        }
        let others = (0..<2).map { _ in database.anotherTally() }
        let counts = try await withThrowingTaskGroup(of: StoredCounts.self) { group in
            for (index, share) in shares.enumerated() {
                let tally = others[index % 2]
                group.addTask {
                    var counts = StoredCounts()
                    for piece in share { counts += try await tally.store(try batch(piece, item: "item-\(index)")) }
                    return counts
                }
            }
            return try await group.reduce(into: StoredCounts()) { $0 += $1 }
        }
        let stated = Set(shares.flatMap { $0 }.flatMap { $0 }.map(\.event.identity))
        #expect(counts.stored == stated.count)
        #expect(counts.stored + counts.duplicate == shares.reduce(0) { $0 + $1.reduce(0) { $0 + $1.count } })
        try await expectRollupsMatchEvents(database)
        let unique = events.filter { stated.contains($0.event.identity) }
        let totals = try await database.tally.report(try .everything()).totals
        #expect(totals == ReferenceReport.totals(unique, try .everything()))
    }

    @Test func writersThatCorrectEachOthersAttributionKeepTheTotals() async throws {
        let database = try TestDatabase.current
        var generator = try EventGenerator(
            seed: 33, from: try instant("2026-03-31T22:00:00Z"), to: try instant("2026-03-31T23:00:00Z"))
        let events = generator.priced(60)
        _ = try await database.tally.store(try batch(events))
        let cost = try await database.tally.report(try .everything()).totals.cost
        // More writers than sessions: a writer never holds one session while it waits for another.
        let tally = database.anotherTally(poolWidth: 3)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<6 {
                let copies = events.map { priced in
                    var copy = priced
                    copy.event.attribution = Attribution(project: "w\(writer)", user: "u\(writer)")
                    return copy
                }.shuffled(using: &generator.random)
                group.addTask { _ = try await tally.store(try batch(copies, item: "w\(writer)")) }
            }
            try await group.waitForAll()
        }
        try await expectRollupsMatchEvents(database)
        let totals = try await database.tally.report(try .everything()).totals
        #expect(totals.cost == cost)
        #expect(totals.requests == 60)
    }

    /// A writer that corrects an event while another one moves it corrects it where it went.
    @Test func correctionsOfOneEventAtTheSameTimeAreBothKept() async throws {
        let database = try TestDatabase.current
        let event = try plainEvent(1)
        _ = try await database.tally.store(try batch([try priced(event)]))
        try await database.run(
            """
            CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_advisory_xact_lock_shared(77); RETURN NULL; END $$;
            CREATE TRIGGER hold AFTER DELETE ON events FOR EACH STATEMENT EXECUTE FUNCTION hold();
            """)
        var moved = event
        moved.attribution = Attribution(project: "elsewhere")
        var named = event
        named.attribution = Attribution(user: "somebody")
        let holder = try await PostgresConnection.connect(database.conninfo)
        try await holder.executeScript("SELECT pg_advisory_lock(77)")
        let (tally, copies) = (database.tally, [try priced(moved), try priced(named)])
        async let first = tally.store(try batch([copies[0]], item: "first"))
        try await waitForBlockedSessions(1, holder)
        async let second = tally.store(try batch([copies[1]], item: "second"))
        try await waitForBlockedSessions(2, holder)
        await holder.close()
        let counts = try await [first, second]
        #expect(counts.map(\.reattributed) == [1, 1])
        let stored = try await database.tally.events(try .everything(), after: nil, limit: 2)
        #expect(stored.map(\.event.attribution) == [Attribution(project: "elsewhere", user: "somebody")])
        try await expectRollupsMatchEvents(database)
    }
}
