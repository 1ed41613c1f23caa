import PostgresClient
import TallyCore
import TallyStore
import TallyTestSupport
import Testing

@Suite(.database) struct EventSourceTests {
    @Test func eventsComeNewestFirstAndPagesMissNone() async throws {
        let database = try TestDatabase.current
        var generator = try EventGenerator(
            seed: 81, from: try instant("2026-03-31T23:59:00Z"), to: try instant("2026-04-01T00:01:00Z"))
        var events = generator.priced(60)
        // Some at the same instant: then the identity decides.
        for index in events.indices where index % 3 == 0 { events[index].event.time = events[0].event.time }
        _ = try await database.tally.store(try batch(events))
        let wanted = events.map(\.event).sorted { ($1.time, $1.identity) < ($0.time, $0.identity) }
        let whole = try await database.tally.events(try .everything(), after: nil, limit: 1000)
        #expect(whole.map(\.event) == wanted)
        for limit in [1, 7, 60] {
            var paged: [UsageEvent] = []
            var position: EventPosition?
            while true {
                let page = try await database.tally.events(try .everything(), after: position, limit: limit)
                paged += page.map(\.event)
                guard let last = page.last else { break }
                position = EventPosition(time: last.event.time, identity: last.event.identity)
            }
            #expect(paged == wanted, "limit \(limit)")
        }
    }

    @Test(arguments: [82, 83] as [UInt64])
    func filtersAndRangesGiveTheEventsThatMatch(seed: UInt64) async throws {
        let database = try TestDatabase.current
        var generator = try EventGenerator(seed: seed)
        let events = generator.priced(150)
        _ = try await database.tally.store(try batch(events))
        for dimension in ReportDimension.named + [.tag("team")] {
            var query = try ReportQuery.everything()
            let some = generator.pick(events).event
            let values = [ReferenceReport.value(dimension, of: some)]
            query.filters = [ReportFilter(dimension: dimension, values: values)]
            query.to = some.time
            if query.from == query.to { continue }
            let found = try await database.tally.events(query, after: nil, limit: 1000)
            let wanted = events.map(\.event).filter {
                $0.time < query.to && ReferenceReport.value(dimension, of: $0) == values[0]
            }
            #expect(Set(found.map(\.event.identity)) == Set(wanted.map(\.identity)), "\(dimension.name)")
        }
    }

    @Test func theCostOfAnEventIsBilledThenReportedThenComputed() async throws {
        let database = try TestDatabase.current
        var events = [try plainEvent(1), try plainEvent(2), try plainEvent(3), try plainEvent(4)]
        events[1].reportedCost = Money(picodollars: 2)
        events[2].reportedCost = Money(picodollars: 2)
        events[2].billedCost = Money(picodollars: 3)
        events[3].offering.model = nil
        _ = try await database.tally.store(try batch(try events.map(priced)))
        let stored = try await database.tally.events(try .everything(), after: nil, limit: 10).reversed()
        #expect(stored.map(\.costSource) == ["computed", "reported", "billed", nil])
        #expect(
            stored.map(\.cost)
                == [Money(picodollars: 900_000_000), Money(picodollars: 2), Money(picodollars: 3), nil])
    }
}
