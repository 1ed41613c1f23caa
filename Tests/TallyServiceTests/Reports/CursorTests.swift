import TallyCore
import TallyTestSupport
import Testing

@testable import TallyService

struct CursorTests {
    @Test func leadsBackToItsPlaceInTheSameQuestion() throws {
        let query = try query()
        let offset = try Cursor.offset(Cursor.mark(offset: 100, of: query), of: query)
        #expect(offset == 100)
        let place = EventPosition(time: query.from, identity: EventIdentity(high: .max, low: 7))
        let found = try Cursor.position(Cursor.mark(place, of: query), of: query)
        #expect(found == place)
    }

    @Test func isRefusedByEveryOtherQuestion() throws {
        let query = try query()
        let changes: [(inout ReportQuery) -> Void] = [
            { $0.from = Instant(microseconds: $0.from.microseconds + 1) },
            { $0.to = Instant(microseconds: $0.to.microseconds + 1) },
            { $0.groupBy = [.model] }, { $0.groupBy = [] }, { $0.interval = .day },
            { $0.filters = [ReportFilter(dimension: .model, values: ["a"])] },
            { $0.filters = [ReportFilter(dimension: .model, values: [nil])] },
            { $0.zone = ReportZone(name: "Europe/Berlin") ?? .utc },
        ]
        var marks: Set = [Cursor.mark(offset: 1, of: query)]
        for change in changes {
            var other = query
            change(&other)
            marks.insert(Cursor.mark(offset: 1, of: other))
            #expect(throws: QuestionError.self) {
                _ = try Cursor.offset(Cursor.mark(offset: 1, of: query), of: other)
            }
        }
        #expect(marks.count == changes.count + 1)
        // The page may be of another size.
        var larger = query
        larger.limit = 5
        let offset = try Cursor.offset(Cursor.mark(offset: 1, of: query), of: larger)
        #expect(offset == 1)
    }

    @Test func isRefusedWhenItWasMadeUp() throws {
        let query = try query()
        let check = String(try #require(Cursor.mark(offset: 0, of: query).split(separator: "-").last))
        for text in [
            "", "r", "r-", "r1", "rx-\(check)", "r-1-\(check)", "r99999999999999999999-\(check)", "e1-\(check)",
        ] {
            #expect(throws: QuestionError.self, "\(text)") { _ = try Cursor.offset(text, of: query) }
        }
        let id = EventIdentity(high: 1, low: 1).description
        for text in [
            "", "e", "e1-\(check)", "e1-\(check)-", "e1-\(check)-\(id)", "e9223372036854775807-\(check)-\(id)",
            "e\(query.to.microseconds)-\(check)-\(id)", "e\(query.from.microseconds)-\(check)-\(id)0",
            "e\(query.from.microseconds)-x-\(id)", "r1-\(check)",
        ] {
            #expect(throws: QuestionError.self, "\(text)") { _ = try Cursor.position(text, of: query) }
        }
    }

    private func query() throws -> ReportQuery {
        var query = ReportQuery(from: try instant("2026-03-01T00:00:00Z"), to: try instant("2026-04-01T00:00:00Z"))
        query.groupBy = [.project]
        return query
    }
}
