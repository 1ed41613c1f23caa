import PostgresClient
import TallyCore
import TallyStore
import TallyTestSupport
import Testing

/// Invariant I2: however usage is cut, the parts add up to the whole, and the whole is what the events say.
@Suite(.database) struct ConservationTests {
    private static let dimensions = ReportDimension.named + [.tag("team"), .tag("env"), .tag("nobody's")]

    @Test(arguments: [71, 72, 73] as [UInt64])
    func anyGroupingIntervalFilterAndZoneAddsUp(seed: UInt64) async throws {
        let database = try TestDatabase.current
        var generator = try EventGenerator(seed: seed)
        let events = generator.priced(350)
        _ = try await database.tally.store(try batch(events))
        for round in 0..<25 {
            let query = try randomQuery(&generator, events)
            let report = try await database.tally.report(query)
            let comment: Comment = "seed \(seed), round \(round): \(String(describing: query))"
            let wanted = ReferenceReport.totals(events, query)
            #expect(report.totals == wanted, comment)
            expectShares(report.totals, comment)
            let sum = report.rows.reduce(UsageMeasures()) { $0 + $1.measures }
            #expect(sum == report.totals, comment)
            for row in report.rows {
                expectShares(row.measures, comment)
                #expect(row.measures.requests > 0, comment)
            }
            if query.interval != .hour {
                let rows = ReferenceReport.rows(events, query)
                #expect(report.rows.count == rows.count, comment)
                for row in report.rows {
                    #expect(rows[ReferenceReport.Key(time: row.time, values: row.values)] == row.measures, comment)
                }
            }
        }
    }

    @Test(arguments: EventGenerator.zoneNames)
    func theDaysAndHoursOfAMonthAddUpToIt(name: String) async throws {
        let database = try TestDatabase.current
        var generator = try EventGenerator(seed: 74)
        let events = generator.priced(400)
        _ = try await database.tally.store(try batch(events))
        let zone = try zone(name)
        for month in [3, 4] {
            let first = try #require(CivilDate(year: 2026, month: month, day: 1))
            var query = ReportQuery(
                from: zone.start(of: first), to: zone.start(of: first.startOfNextMonth), zone: zone)
            query.interval = .month
            let months = try await database.tally.report(query)
            #expect(months.rows.map(\.time) == [zone.start(of: first)])
            #expect(months.rows.map(\.measures) == [ReferenceReport.totals(events, query)])
            for interval in [ReportInterval.day, .hour] {
                query.interval = interval
                let report = try await database.tally.report(query)
                #expect(report.rows.reduce(UsageMeasures()) { $0 + $1.measures } == months.totals)
                #expect(report.totals == months.totals)
                #expect(report.rows.allSatisfy { $0.time.map { $0 >= query.from && $0 < query.to } ?? false })
            }
            // Day by day, each asked for by itself.
            var date = first
            var sum = UsageMeasures()
            while date < first.startOfNextMonth {
                let day = ReportQuery(from: zone.start(of: date), to: zone.start(of: date.next), zone: zone)
                sum = sum + (try await database.tally.report(day).totals)
                date = date.next
            }
            #expect(sum == months.totals)
        }
    }

    @Test(arguments: [75, 76] as [UInt64])
    func rangesThatCutQuartersOfAnHourEqualTheEventsInThem(seed: UInt64) async throws {
        let database = try TestDatabase.current
        var generator = try EventGenerator(
            seed: seed, from: try instant("2026-03-29T00:00:00Z"), to: try instant("2026-03-29T02:00:00Z"))
        let events = generator.priced(300)
        _ = try await database.tally.store(try batch(events))
        for _ in 0..<40 {
            let ends = [
                generator.instant(from: generator.from, to: generator.to),
                generator.pick(events).event.time,
            ].shuffled(using: &generator.random)
            let from = min(ends[0], ends[1])
            let last = max(ends[0], ends[1]).microseconds
            let to = Instant(microseconds: last + Int64.random(in: 1...2, using: &generator.random))
            let query = ReportQuery(from: from, to: to)
            let totals = try await database.tally.report(query).totals
            #expect(totals == ReferenceReport.totals(events, query), "seed \(seed): \(from) to \(to)")
        }
    }

    /// Total = attributed + unattributed = priced + unpriced = final + provisional, in requests and in money.
    private func expectShares(
        _ measures: UsageMeasures, _ comment: Comment, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for part in [
            measures.unattributedRequests, measures.unpricedRequests, measures.provisionalRequests, measures.errors,
            measures.partlyPricedRequests,
        ] {
            #expect((0...measures.requests).contains(part), comment, sourceLocation: sourceLocation)
        }
        let cost = measures.billedCost + measures.reportedCost + measures.computedCost
        #expect((Money.zero...cost).contains(measures.unattributedCost), comment, sourceLocation: sourceLocation)
        #expect((Money.zero...cost).contains(measures.provisionalCost), comment, sourceLocation: sourceLocation)
        #expect(
            (measures.cost == nil) == (measures.unpricedRequests == measures.requests && measures.requests > 0),
            comment,
            sourceLocation: sourceLocation)
    }

    private func randomQuery(_ generator: inout EventGenerator, _ events: [PricedEvent]) throws -> ReportQuery {
        var query = try ReportQuery.everything()
        query.zone = try zone(generator.pick(EventGenerator.zoneNames))
        if !generator.random.oneIn(3) {
            let ends = (0..<2).map { _ in generator.instant(from: generator.from, to: generator.to) }.sorted()
            if ends[0] < ends[1] { (query.from, query.to) = (ends[0], ends[1]) }
        }
        query.interval = generator.pick([nil, .hour, .day, .month])
        query.groupBy = Array(
            Self.dimensions.shuffled(using: &generator.random).prefix(generator.pick([0, 1, 1, 2, 3])))
        for _ in 0..<generator.pick([0, 0, 1, 2]) {
            let dimension = generator.pick(Self.dimensions)
            if query.filters.contains(where: { $0.dimension == dimension }) { continue }
            let values = (0..<generator.pick([1, 2])).map { _ in
                ReferenceReport.value(dimension, of: generator.pick(events).event)
            }
            query.filters.append(ReportFilter(dimension: dimension, values: values))
        }
        return query
    }
}
