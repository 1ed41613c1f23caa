import PostgresClient
import TallyCore
import TallyStore
import TallyTestSupport
import Testing

@Suite(.database) struct ReportSourceTests {
    @Test func aDatabaseWithNothingHasAnEmptyReport() async throws {
        let database = try TestDatabase.current
        for groups in [[], [ReportDimension.project], [.tag("team")]] {
            var query = try ReportQuery.everything()
            query.groupBy = groups
            let report = try await database.tally.report(query)
            #expect(report.rows == [])
            #expect(report.totals == UsageMeasures())
        }
        let projects = try await database.tally.projects(limit: 10, after: nil)
        #expect(projects == [])
    }

    @Test func pagesHaveTheRowsOfTheWholeInTheSameOrder() async throws {
        let database = try TestDatabase.current
        var generator = try EventGenerator(seed: 61)
        _ = try await database.tally.store(try batch(generator.priced(300)))
        var query = try ReportQuery.everything()
        query.groupBy = [.user, .model, .tag("team")]
        query.interval = .month
        let whole = try await database.tally.report(query)
        #expect(whole.nextOffset == nil)
        for limit in [1, 7, whole.rows.count, whole.rows.count + 1] {
            var rows: [ReportRow] = []
            var page = query
            page.limit = limit
            while true {
                let report = try await database.tally.report(page)
                #expect(report.rows.count <= limit)
                #expect(report.totals == whole.totals)
                rows += report.rows
                guard let next = report.nextOffset else { break }
                page.offset = next
            }
            #expect(rows == whole.rows, "limit \(limit)")
        }
    }

    @Test func rowsComeByTimeAndThenByTheirValuesWithUnknownLast() async throws {
        let database = try TestDatabase.current
        var generator = try EventGenerator(seed: 62)
        _ = try await database.tally.store(try batch(generator.priced(200)))
        var query = try ReportQuery.everything()
        query.interval = .month
        query.groupBy = [.project]
        let rows = try await database.tally.report(query).rows
        let times = rows.compactMap(\.time)
        #expect(times.count == rows.count)
        #expect(times == times.sorted())
        #expect(rows.contains { $0.values == [nil] })
        for time in Set(times) {
            let values = rows.filter { $0.time == time }.map { $0.values[0] }
            #expect((values.firstIndex(of: nil) ?? values.count - 1) == values.count - 1)
            #expect(Set(values).count == values.count)
        }
    }

    /// Every zone a question may name has to be known to the server as well.
    @Test func theServerKnowsEveryZoneThatQuestionsMayName() async throws {
        let database = try TestDatabase.current
        let names = try await database.query("SELECT name FROM pg_timezone_names").map {
            try $0.decode(String.self, at: 0)
        }
        let known = Set(names)
        let accepted = (names + ["UTC", "Z", "GMT", "Etc/UTC", "Etc/GMT+12", "Etc/GMT-14", "Etc/GMT+99", "Etc/GMTx"])
            .filter { ReportZone(name: $0) != nil }
        #expect(accepted.contains("Europe/Berlin"))
        #expect(accepted.contains("Asia/Kathmandu"))
        let missing = accepted.compactMap { ReportZone(name: $0)?.name }.filter { !known.contains($0) }
        #expect(missing == [])
    }

    /// The two sides know daylight saving from different tables; they have to agree on when days begin.
    @Test(arguments: EventGenerator.zoneNames)
    func theServerAndTheCoreCutDaysAtTheSameInstants(name: String) async throws {
        let database = try TestDatabase.current
        let zone = try zone(name)
        let starts = try await database.query(
            """
            SELECT DISTINCT date_trunc('day', t, \(name))
            FROM generate_series('2025-12-31Z'::timestamptz, '2027-01-02Z', '1 hour') t ORDER BY 1
            """
        ).map { Instant(microseconds: try $0.decode(PostgresTimestamp.self, at: 0).microseconds) }
        #expect(starts.count > 366)
        #expect(starts == starts.map { zone.start(of: zone.date(at: $0)) })
    }

    @Test func projectsAreListedInPagesWithTheirSums() async throws {
        let database = try TestDatabase.current
        var generator = try EventGenerator(seed: 63)
        let events = generator.priced(200)
        _ = try await database.tally.store(try batch(events))
        let all = try await database.tally.projects(limit: 100, after: nil)
        #expect(all.map(\.name) == all.map(\.name).sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) })
        #expect(all.map(\.name).contains("unattributed"))
        for project in all {
            let mine = events.filter { ($0.event.attribution.project ?? "unattributed") == project.name }
            #expect(project.measures == ReferenceReport.totals(mine, try .everything()))
            #expect(project.firstSeen == mine.map(\.event.time.quarter).min())
            #expect(project.lastSeen == mine.map(\.event.time.quarter).max())
        }
        var paged: [ProjectSummary] = []
        while true {
            let page = try await database.tally.projects(limit: 2, after: paged.last?.name)
            paged += page
            if page.count < 2 { break }
        }
        #expect(paged == all)
    }

    @Test func valuesWithSpecialCharactersAreFiltersLikeAnyOther() async throws {
        let database = try TestDatabase.current
        let names = ["a'b", "a\"b", "a,b", "{a}", "a\\b", "NULL", "", " ", "ä", "%", "_", "日本"]
        let events = try names.enumerated().map { index, name in
            var event = try plainEvent(UInt64(index))
            event.attribution = Attribution(project: "p", user: name, tags: [name + "'": name])
            return event
        }
        _ = try await database.tally.store(try batch(try events.map(priced)))
        for (index, name) in names.enumerated() {
            var query = try ReportQuery.everything()
            query.filters = [ReportFilter(dimension: .user, values: [name])]
            let byUser = try await database.tally.report(query)
            #expect(byUser.totals.requests == 1, "\(name)")
            query.filters = [ReportFilter(dimension: .tag(name + "'"), values: [name])]
            let found = try await database.tally.events(query, after: nil, limit: 5)
            #expect(found.map(\.event) == [events[index]], "\(name)")
        }
    }
}
