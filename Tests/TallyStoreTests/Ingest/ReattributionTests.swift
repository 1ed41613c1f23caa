import PostgresClient
import TallyCore
import TallyStore
import TallyTestSupport
import Testing

@Suite(.database) struct ReattributionTests {
    @Test func movesEventsToAnotherProjectAndBack() async throws {
        let database = try TestDatabase.current
        var generator = try EventGenerator(seed: 21)
        let events = generator.priced(200)
        let renamed = events.map { priced in
            var copy = priced
            copy.event.attribution = Attribution(project: "renamed")
            return copy
        }
        _ = try await database.tally.store(try batch(events))
        let before = try await database.tally.report(try .everything())

        let there = try await database.tally.store(try batch(renamed))
        #expect((there.stored, there.duplicate, there.reattributed) == (0, 200, 200))
        try await expectRollupsMatchEvents(database, "there")
        var query = try ReportQuery.everything()
        query.groupBy = [.project]
        let moved = try await database.tally.report(query)
        #expect(moved.rows.map(\.values) == [["renamed"]])
        #expect(moved.totals.cost == before.totals.cost)
        #expect(moved.totals.unattributedRequests == 0)

        let back = try await database.tally.store(try batch(events))
        // A copy that says nothing about its project leaves the event where it is.
        #expect(back.reattributed == events.count { $0.event.attribution.project != nil })
        try await expectRollupsMatchEvents(database, "back")
        let after = try await database.tally.report(try .everything())
        #expect(after.totals.cost == before.totals.cost)
        #expect(after.totals.requests == before.totals.requests)
    }

    /// All that is stored of an event moves with it, also what only a relay knows.
    @Test func aMovedEventKeepsAllElse() async throws {
        let database = try TestDatabase.current
        var generator = try EventGenerator(seed: 24)
        var events = generator.priced(60)
        for index in events.indices { events[index].event.isSellerAssumed = index % 2 == 0 }
        _ = try await database.tally.store(try batch(events))
        for index in events.indices {
            events[index].event.attribution = Attribution(project: "moved", tags: ["a": "b"])
        }
        let counts = try await database.tally.store(try batch(events))
        #expect(counts.reattributed == 60)
        let stored = try await database.tally.events(try .everything(), after: nil, limit: 100)
        let known = Dictionary(stored.map { ($0.event.identity, $0.event) }) { first, _ in first }
        for priced in events {
            var found = known[priced.event.identity]
            found?.attribution = priced.event.attribution
            #expect(found == priced.event)
        }
        #expect(stored.allSatisfy { $0.event.attribution.project == "moved" })
    }

    @Test func whatACopyLeavesOpenStays() async throws {
        let database = try TestDatabase.current
        var event = try plainEvent(1)
        event.attribution = Attribution(project: "p", user: "u", key: "k", tags: ["team": "one"])
        var copy = event
        copy.attribution = Attribution(user: "u2")
        var silent = event
        silent.attribution = Attribution()
        _ = try await database.tally.store(try batch([try priced(event)]))
        let corrected = try await database.tally.store(try batch([try priced(copy)]))
        #expect(corrected.reattributed == 1)
        let left = try await database.tally.store(try batch([try priced(silent)]))
        #expect(left.reattributed == 0)
        let stored = try await database.tally.events(try .everything(), after: nil, limit: 2)
        #expect(
            stored.map(\.event.attribution)
                == [Attribution(project: "p", user: "u2", key: "k", tags: ["team": "one"])])
        try await expectRollupsMatchEvents(database)
    }

    /// A class that only the moved event had stated is not known in the old row any more, rather than zero (I6).
    @Test func theRowAnEventLeavesForgetsClassesOnlyItHadStated() async throws {
        let database = try TestDatabase.current
        let staying = try plainEvent(1)
        var moving = try plainEvent(2)
        moving.usage?[.cacheRead] = 7
        _ = try await database.tally.store(try batch([staying, moving].map(priced)))
        moving.attribution.project = "q"
        _ = try await database.tally.store(try batch([try priced(moving)]))
        try await expectRollupsMatchEvents(database)
        var query = try ReportQuery.everything()
        query.groupBy = [.project]
        let rows = try await database.tally.report(query).rows
        #expect(rows.map { $0.measures.quantities[.cacheRead] } == [nil, 7])
    }

    /// Making the names of a new attribution must not wait for a second session of the same pool.
    @Test func worksWithOneSession() async throws {
        let database = try TestDatabase.current
        let tally = database.anotherTally(poolWidth: 1)
        var event = try plainEvent(1)
        _ = try await tally.store(try batch([try priced(event)]))
        event.attribution = Attribution(project: "new", user: "new", key: "new", tags: ["new": "new"])
        let counts = try await tally.store(try batch([try priced(event)]))
        #expect(counts.reattributed == 1)
        try await expectRollupsMatchEvents(database)
    }

    @Test(arguments: [22, 23] as [UInt64])
    func randomCorrectionsKeepRollupsAndEventsTogether(seed: UInt64) async throws {
        let database = try TestDatabase.current
        var generator = try EventGenerator(
            seed: seed, from: try instant("2026-03-28T23:00:00Z"), to: try instant("2026-03-29T03:00:00Z"))
        var events = generator.priced(120)
        _ = try await database.tally.store(try batch(events))
        for _ in 0..<6 {
            var changed: [PricedEvent] = []
            for index in events.indices where generator.random.oneIn(3) {
                var copy = events[index]
                copy.event.attribution = generator.attribution()
                changed.append(copy)
                let corrected = events[index].event.attribution.corrected(by: copy.event.attribution)
                events[index].event.attribution = corrected
            }
            let fresh = generator.priced(10)
            events += fresh
            _ = try await database.tally.store(try batch((changed + fresh).shuffled(using: &generator.random)))
            try await expectRollupsMatchEvents(database)
        }
        var query = try ReportQuery.everything()
        query.groupBy = [.project, .user]
        let report = try await database.tally.report(query)
        #expect(report.totals == ReferenceReport.totals(events, query))
        let wanted = ReferenceReport.rows(events, query)
        for row in report.rows {
            let reference = wanted[ReferenceReport.Key(time: row.time, values: row.values)]
            #expect(row.measures == reference)
        }
    }
}
