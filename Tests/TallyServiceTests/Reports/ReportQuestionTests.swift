import TallyCore
import TallyTestSupport
import Testing

@testable import TallyService

struct ReportQuestionTests {
    struct Range: Sendable, CustomTestStringConvertible {
        let parameters: String
        let from: String
        let to: String
        var testDescription: String { parameters }
    }

    static let ranges = [
        Range(parameters: "", from: "2026-03-01T00:00:00Z", to: "2026-04-01T00:00:00Z"),
        Range(parameters: "from=2026-02", from: "2026-02-01T00:00:00Z", to: "2026-03-01T00:00:00Z"),
        Range(parameters: "from=2025-12", from: "2025-12-01T00:00:00Z", to: "2026-01-01T00:00:00Z"),
        Range(parameters: "from=2026-02-10", from: "2026-02-10T00:00:00Z", to: "2026-04-01T00:00:00Z"),
        Range(parameters: "to=2026-02-10", from: "2026-02-01T00:00:00Z", to: "2026-02-10T00:00:00Z"),
        Range(parameters: "to=2026-02", from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z"),
        Range(
            parameters: "from=2026-02-10T12:00:00.5Z&to=2026-02-10T14:00:00+01:00", from: "2026-02-10T12:00:00.5Z",
            to: "2026-02-10T13:00:00Z"),
        Range(
            parameters: "from=2026-02-10T12:00:00 01:00&to=2026-02-11", from: "2026-02-10T11:00:00Z",
            to: "2026-02-11T00:00:00Z"),
        Range(parameters: "time_zone=Europe/Berlin", from: "2026-03-31T22:00:00Z", to: "2026-04-30T22:00:00Z"),
        Range(
            parameters: "from=2026-03-29&to=2026-03-30&time_zone=Europe/Berlin", from: "2026-03-28T23:00:00Z",
            to: "2026-03-29T22:00:00Z"),
        Range(
            parameters: "from=2026-03-29T02:30&to=2026-03-29T04:00&time_zone=Europe/Berlin",
            from: "2026-03-29T01:30:00Z", to: "2026-03-29T02:00:00Z"),
        Range(
            parameters: "from=2026-03-08&to=2026-03-09&time_zone=America/St_Johns", from: "2026-03-08T03:30:00Z",
            to: "2026-03-09T02:30:00Z"),
        Range(
            parameters: "from=2026-04-05&to=2026-04-06&time_zone=Australia/Lord_Howe", from: "2026-04-04T13:00:00Z",
            to: "2026-04-05T13:30:00Z"),
        Range(
            parameters: "time_zone=Asia/Kathmandu&from=2026-03", from: "2026-02-28T18:15:00Z",
            to: "2026-03-31T18:15:00Z"),
        Range(parameters: "from=9999-12", from: "9999-12-01T00:00:00Z", to: "10000-01-01T00:00:00Z"),
    ]

    @Test(arguments: ranges) func readsRanges(range: Range) throws {
        let query = try question(range.parameters).query
        #expect(query.from.description == range.from)
        #expect(query.to.description == range.to)
    }

    @Test func readsEverythingElse() throws {
        let question = try question(
            "group_by=project,tag:team&interval=day&limit=7&cursor=c&model=a&model=b&project=unattributed&project=p"
                + "&tag:x=1&outcome=failed&service_tier=")
        let query = question.query
        #expect(query.groupBy == [.project, .tag("team")])
        #expect(query.interval == .day)
        #expect(query.limit == 7)
        #expect(question.cursor == "c")
        #expect(
            query.filters == [
                ReportFilter(dimension: .model, values: ["a", "b"]),
                ReportFilter(dimension: .project, values: [nil, "p"]),
                ReportFilter(dimension: .tag("x"), values: ["1"]),
                ReportFilter(dimension: .outcome, values: ["failed"]),
                ReportFilter(dimension: .serviceTier, values: [""]),
            ])
    }

    @Test func defaultsAreOneRowForThisMonth() throws {
        let question = try question("")
        #expect(question.query.groupBy == [])
        #expect(question.query.interval == nil)
        #expect(question.query.filters == [])
        #expect(question.query.limit == 50)
        #expect(question.query.zone == .utc)
        #expect(question.cursor == nil)
    }

    @Test(arguments: [
        ("from=yesterday", "from"), ("to=2026-13", "to"), ("to=2026-02-30", "to"), ("from=2026-05", ""),
        ("from=2026-05-01", "from"), ("from=2026-03-02&to=2026-03-02", "to"), ("to=2026-03-02&from=2026-03-03", "to"),
        ("time_zone=Mars/Base", "time_zone"), ("time_zone=GMT+3", "time_zone"), ("time_zone=", "time_zone"),
        ("group_by=planet", "group_by"), ("group_by=model,model", "group_by"), ("group_by=tag:", "group_by"),
        ("interval=week", "interval"), ("limit=0", "limit"), ("limit=101", "limit"), ("limit=-1", "limit"),
        ("limit=ten", "limit"), ("limit=1e2", "limit"), ("projct=x", "projct"), ("tag:=x", "tag:"),
        ("from=2026-03&from=2026-04", "from"), ("limit=1&limit=2", "limit"),
        ("group_by=model&group_by=model", "group_by"),
        ("from=2026-03-29T02:30&to=2026-03-29T03:00&time_zone=Europe/Berlin", "to"),
    ])
    func namesTheParameterAtFault(parameters: String, parameter: String) throws {
        if parameter.isEmpty {
            // A month to come is no error: it has no usage yet.
            _ = try question(parameters)
            return
        }
        let error = #expect(throws: QuestionError.self) { _ = try question(parameters) }
        #expect(error?.parameter == parameter)
        #expect(error?.reason.isEmpty == false)
    }

    @Test func groupsNamedApartAreTakenTogether() throws {
        #expect(try question("group_by=model&group_by=project").query.groupBy == [.model, .project])
    }

    @Test func listsOfEventsTakeNoGroups() {
        for parameters in ["group_by=model", "interval=day"] {
            let error = #expect(throws: QuestionError.self) { _ = try question(parameters, grouping: false) }
            #expect(error?.reason.contains("known are from, to, time_zone, limit, cursor") == true)
        }
    }

    @Test func filtersAreBounded() throws {
        let parameters = (0..<256).map { "model=m\($0)" }.joined(separator: "&")
        let most = try question(parameters).query.filters[0].values.count
        #expect(most == 256)
        let error = #expect(throws: QuestionError.self) { _ = try question(parameters + "&user=u") }
        #expect(error?.parameter == "user")
    }

    private func question(_ parameters: String, grouping: Bool = true) throws -> ReportQuestion {
        let pairs = parameters.split(separator: "&").map { part in
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (name: String(sides[0]), value: String(sides[1]))
        }
        // In Berlin it is April already.
        return try ReportQuestion(
            pairs, now: try instant("2026-03-31T23:00:00Z"), grouping: grouping, maximumRows: 100, defaultRows: 50)
    }
}
