internal import HTTPTypes
internal import Hummingbird
internal import TallyCore

/// Usage, events and projects.
struct UsageEndpoints: Sendable {
    let sources: ReportAPI.Sources
    let settings: ReportAPI.Settings
    let now: @Sendable () -> Instant

    /// Rows of a report when no limit is asked for.
    private static let defaultReportRows = 1000
    /// Rows of a list when no limit is asked for.
    private static let defaultListRows = 100

    func usage(_ request: Request) async throws -> Response {
        let question = try ReportQuestion(
            try QueryString.parameters(request), now: now(), maximumRows: settings.maximumRows,
            defaultRows: min(Self.defaultReportRows, settings.maximumRows))
        var query = question.query
        if let cursor = question.cursor { query.offset = try Cursor.offset(cursor, of: query) }
        let report = try await sources.reports.report(query)
        if Self.wantsCSV(request) {
            var response = Answer.csv(ReportCSV.text(report))
            if let next = report.nextOffset, let name = HTTPField.Name("X-Next-Cursor") {
                response.headers[name] = Cursor.mark(offset: next, of: query)
            }
            return response
        }
        return Answer.json(ReportJSON.usage(report))
    }

    func events(_ request: Request) async throws -> Response {
        let question = try ReportQuestion(
            try QueryString.parameters(request), now: now(), grouping: false, maximumRows: settings.maximumRows,
            defaultRows: min(Self.defaultListRows, settings.maximumRows))
        let position = try question.cursor.map { cursor throws(QuestionError) in
            try Cursor.position(cursor, of: question.query)
        }
        let limit = question.query.limit ?? Self.defaultListRows
        var events = try await sources.events.events(question.query, after: position, limit: limit + 1)
        var next: String?
        if events.count > limit {
            events.removeLast(events.count - limit)
            next = events.last.map { Cursor.mark(EventPosition($0), of: question.query) }
        }
        return Answer.json(EventJSON.list(events, nextCursor: next))
    }

    func projects(_ request: Request) async throws -> Response {
        let page = try ListPage(
            try QueryString.parameters(request), filters: [], defaultRows: Self.defaultListRows,
            maximumRows: settings.maximumRows)
        var projects = try await sources.reports.projects(limit: page.limit + 1, after: page.cursor)
        var next: String?
        if projects.count > page.limit {
            projects.removeLast(projects.count - page.limit)
            next = projects.last?.name
        }
        return Answer.json(ReportJSON.projects(projects, nextCursor: next))
    }

    /// Whether CSV is what the client asks for, rather than one of the things it would also take.
    private static func wantsCSV(_ request: Request) -> Bool {
        guard let accept = request.headers[.accept] else { return false }
        let first = accept.split(separator: ",").first.map { $0.split(separator: ";").first ?? "" } ?? ""
        return first.trimmingPrefix(while: { $0 == " " }).lowercased() == "text/csv"
    }
}

/// The parameters of a plain list.
struct ListPage {
    private(set) var limit: Int
    private(set) var cursor: String?
    private(set) var filters: [String: [String]] = [:]

    init(
        _ parameters: [(name: String, value: String)], filters known: [String], defaultRows: Int, maximumRows: Int
    ) throws(QuestionError) {
        limit = min(defaultRows, maximumRows)
        for (name, value) in parameters {
            switch name {
            case "limit":
                guard let read = Int(value), (1...maximumRows).contains(read) else {
                    throw QuestionError(name, "\"\(value)\" is not a number from 1 to \(maximumRows)")
                }
                limit = read
            case "cursor": cursor = value
            case _ where known.contains(name): filters[name, default: []].append(value)
            default:
                let names = (known + ["limit", "cursor"]).joined(separator: ", ")
                throw QuestionError(name, "unknown parameter; known are \(names)")
            }
        }
    }
}
