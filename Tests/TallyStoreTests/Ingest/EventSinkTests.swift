import PostgresClient
import TallyCore
import TallyStore
import TallyTestSupport
import Testing

@Suite(.database) struct EventSinkTests {
    @Test func storesEachEventOnce() async throws {
        let database = try TestDatabase.current
        var generator = try EventGenerator(seed: 1)
        let events = generator.priced(300)
        let first = try await database.tally.store(try batch(events))
        #expect(first.stored == 300)
        #expect(first.duplicate == 0)
        #expect(first.unpriced == ReferenceReport.totals(events, try .everything()).unpricedRequests)
        let second = try await database.tally.store(try batch(events))
        #expect((second.stored, second.duplicate, second.unpriced, second.reattributed) == (0, 300, 0, 0))
        let other = try await database.anotherTally().store(try batch(Array(events.shuffled(using: &generator.random))))
        #expect((other.stored, other.duplicate, other.reattributed) == (0, 300, 0))
        let count = try await database.count("SELECT count(*) FROM events")
        #expect(count == 300)
        try await expectRollupsMatchEvents(database)
    }

    @Test func addsWhatIsNewInABatchOfKnownEvents() async throws {
        let database = try TestDatabase.current
        var generator = try EventGenerator(seed: 2)
        let events = generator.priced(200)
        _ = try await database.tally.store(try batch(Array(events[..<120])))
        let counts = try await database.tally.store(try batch(Array(events[80...])))
        #expect((counts.stored, counts.duplicate) == (80, 40))
        try await expectRollupsMatchEvents(database)
        let totals = try await database.tally.report(try .everything()).totals
        #expect(totals == ReferenceReport.totals(events, try .everything()))
    }

    @Test func aKnownEventKeepsItsNumbers() async throws {
        let database = try TestDatabase.current
        let event = try plainEvent(1)
        var changed = event
        changed.usage?[.input] = 999_999
        changed.reportedCost = Money(picodollars: 5)
        _ = try await database.tally.store(try batch([try priced(event)]))
        _ = try await database.tally.store(try batch([try priced(changed)]))
        let stored = try await database.tally.events(try .everything(), after: nil, limit: 10)
        #expect(stored.map(\.event) == [event])
        try await expectRollupsMatchEvents(database)
    }

    @Test func everyFieldComesBack() async throws {
        let database = try TestDatabase.current
        var generator = try EventGenerator(seed: 3)
        let events = generator.priced(250)
        _ = try await database.tally.store(try batch(events))
        let stored = try await database.tally.events(try .everything(), after: nil, limit: 1000)
        let byID = Dictionary(uniqueKeysWithValues: events.map { ($0.event.identity, $0) })
        #expect(stored.count == events.count)
        let book = try SamplePrices.makeBook()
        for stored in stored {
            let given = try #require(byID[stored.event.identity])
            #expect(stored.event == given.event)
            #expect(stored.computedCost == given.charge.cost)
            switch given.charge {
            case .priced(_, let basis):
                #expect(stored.unpricedReason == nil)
                let ids = book.rates(of: basis).map(\.price.id)
                #expect(Set(stored.priceIDs) == Set(ids))
            case .unpriced(let reason):
                #expect(stored.unpricedReason == reason.rawValue)
                #expect(stored.priceIDs == [])
            }
        }
    }

    @Test func unpricedIsNotFreeAndPartlyPricedIsCounted() async throws {
        let database = try TestDatabase.current
        var unknown = try plainEvent(1)
        unknown.offering.model = "unheard-of"
        var noUsage = try plainEvent(2)
        noUsage.usage = nil
        var free = try plainEvent(3)
        free.offering = Offering(biller: "fal", provider: "fal", model: "free")
        var partly = try plainEvent(4)
        partly.usage?[.images] = 3
        var reported = unknown
        reported.identity = EventIdentity(high: 1, low: 5)
        reported.reportedCost = .zero
        let counts = try await database.tally.store(
            try batch([unknown, noUsage, free, partly, reported].map(priced)))
        #expect(counts.unpriced == 2)
        var query = try ReportQuery.everything()
        query.groupBy = [.model]
        let report = try await database.tally.report(query)
        #expect(report.totals.unpricedRequests == 2)
        #expect(report.totals.partlyPricedRequests == 1)
        let freeRow = try #require(report.rows.first { $0.values == ["free"] })
        #expect(freeRow.measures.cost == .zero)
        #expect(freeRow.measures.unpricedRequests == 0)
        query.filters = [ReportFilter(dimension: .model, values: ["nobody"])]
        let nothing = try await database.tally.report(query)
        #expect(nothing.rows == [])
        #expect(nothing.totals == UsageMeasures())
        try await expectRollupsMatchEvents(database)
    }

    @Test func anEmptyBatchStoresItsCheckpoint() async throws {
        let database = try TestDatabase.current
        let counts = try await database.tally.store(try batch([], item: "empty.log", position: 0, isComplete: true))
        #expect(counts == StoredCounts())
        let checkpoints = try await database.count(
            "SELECT count(*) FROM source_checkpoints WHERE item = 'empty.log' AND position = 0 AND is_complete")
        #expect(checkpoints == 1)
    }

    @Test func makesPartitionsOfOldMonthsOnDemand() async throws {
        let database = try TestDatabase.current
        let times = [
            "2000-01-01T00:00:00Z", "2016-02-29T23:59:59.999999Z", "2016-03-01T00:00:00Z",
            "2099-12-31T23:59:59.999999Z",
        ]
        let events = try times.enumerated().map { try plainEvent(UInt64($0.offset), time: $0.element) }
        let counts = try await database.tally.store(try batch(try events.map(priced)))
        #expect(counts.stored == 4)
        let partitions = try await database.query(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'events'::regclass ORDER BY 1"
        ).map { try $0.decode(String.self, at: 0) }
        #expect(partitions == ["events_200001", "events_201602", "events_201603", "events_209912"])
        try await expectRollupsMatchEvents(database)
    }

    @Test func makesPartitionsAhead() async throws {
        let database = try TestDatabase.current
        try await database.tally.makePartitions(from: try instant("2026-11-30T12:00:00Z"))
        try await database.anotherTally().makePartitions(from: try instant("2026-11-30T12:00:00Z"))
        let partitions = try await database.query(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'usage_by_quarter'::regclass ORDER BY 1"
        ).map { try $0.decode(String.self, at: 0) }
        #expect(
            partitions == ["usage_by_quarter_202611", "usage_by_quarter_202612", "usage_by_quarter_202701"])
    }

    @Test(arguments: [11, 12, 13] as [UInt64])
    func orderAndBatchBoundariesChangeNothing(seed: UInt64) async throws {
        let database = try TestDatabase.current
        var generator = try EventGenerator(seed: seed)
        var events = generator.priced(250)
        events += events.prefix(40)
        events.shuffle(using: &generator.random)
        for piece in events.cut(upTo: 60, using: &generator.random) {
            var seen: Set<EventIdentity> = []
            _ = try await database.tally.store(try batch(piece.filter { seen.insert($0.event.identity).inserted }))
        }
        let unique = Array(Dictionary(events.map { ($0.event.identity, $0) }) { first, _ in first }.values)
        var query = try ReportQuery.everything()
        query.groupBy = [.project, .model, .tag("team")]
        query.interval = .day
        let report = try await database.tally.report(query)
        #expect(report.totals == ReferenceReport.totals(unique, query))
        #expect(report.rows.count == ReferenceReport.rows(unique, query).count)
        try await expectRollupsMatchEvents(database)
    }

    /// Tags, users and names are bounded to a kilobyte each by their readers, and there may be 64 tags.
    @Test func storesNamesAndTagsOfTheGreatestLength() async throws {
        let database = try TestDatabase.current
        var random = SplitMix64(seed: 4)
        var event = try plainEvent(1)
        let long = (0..<1024).map { _ in
            String(UnicodeScalar(UInt8.random(in: 33...126, using: &random)))
        }
        func name() -> String { long.shuffled(using: &random).joined() }
        event.attribution.user = name()
        event.attribution.key = name()
        event.attribution.project = name()
        event.attribution.tags = Dictionary(uniqueKeysWithValues: (0..<64).map { _ in (name(), name()) })
        event.offering.biller = name()
        event.offering.provider = name()
        event.offering.model = name()
        event.offering.account = name()
        event.offering.serviceTier = name()
        event.id = name()
        event.requestID = name()
        let first = try await database.tally.store(try batch([try priced(event)]))
        #expect(first.stored == 1)
        let again = try await database.anotherTally().store(try batch([try priced(event)]))
        #expect((again.duplicate, again.reattributed) == (1, 0))
        let stored = try await database.tally.events(try .everything(), after: nil, limit: 10)
        #expect(stored.map(\.event) == [event])
    }
}
