import TallyCore
import TallyMetering
import TallyService
import TallyStore
import TallyTestSupport
import Testing

/// Imports files into a database by the sample prices.
@discardableResult
func importLogs(
    _ paths: [String], into database: TestDatabase, rejects: String = "/dev/null",
    _ change: (inout ImportRequest) throws -> Void = { _ in }
) async throws -> ImportProgress {
    let book = try SamplePrices.makeBook()
    var request = ImportRequest(paths: paths, rejectPath: rejects)
    request.defaults.aliases = book.aliases
    try change(&request)
    return try await LogImporter(sink: database.anotherTally(), book: book).run(request)
}

/// An instant from its text.
func instant(_ text: String) throws -> Instant {
    guard case .instant(let instant)? = TimeText(text) else { throw NoInstant(text: text) }
    return instant
}

/// Text that is no instant.
struct NoInstant: Error {
    let text: String
}

/// The report of everything as JSON, by project, model and day.
func wholeReport(of database: TestDatabase) async throws -> String {
    var query = ReportQuery(from: try instant("2020-01-01T00:00:00Z"), to: try instant("2030-01-01T00:00:00Z"))
    query.groupBy = [.project, .model, .user, .outcome, .tag("team")]
    query.interval = .day
    return String(decoding: ReportJSON.usage(try await database.tally.report(query)), as: UTF8.self)
}

/// All events as an export has them, one a line.
func export(of database: TestDatabase) async throws -> String {
    let query = ReportQuery(from: try instant("2020-01-01T00:00:00Z"), to: try instant("2030-01-01T00:00:00Z"))
    let events = try await database.tally.events(query, after: nil, limit: 100_000)
    return events.map { String(decoding: EventJSON.line($0), as: UTF8.self) + "\n" }.joined()
}

/// A log with one of everything, whose events are the same in every run.
enum SampleLog {
    static let lines = [
        #"{"id":"a1","time":"2026-03-10T08:00:00Z","biller":"together","model":"plain","project":"search","user":"u1","tags":{"team":"one"},"usage":{"input":1000,"output":20},"status":200,"duration_ms":812,"ttfb_ms":140,"stream":true}"#,
        #"{"id":"a2","time":"2026-03-10T23:30:00+01:00","biller":"openai","model":"tiered","service_tier":"batch","project":"ranking","tags":{"team":"two","env":"prod"},"usage":{"input":2000,"cache_read":500,"output":0}}"#,
        #"{"id":"a3","time":"2026-03-29T00:59:59.999999Z","biller":"together","model":"unheard-of","usage":{"input":5},"status":503,"upstream":"together","requested_model":"unheard-of:fastest","request_bytes":2048,"response_bytes":63,"error_type":"loading","estimated_time_ms":20000,"retry_after_ms":1500,"rate_limit_remaining":0,"rate_limit_reset_ms":55000}"#,
        #"{"id":"a4","time":"2026-03-29T01:00:00Z","biller":"together","model":"plain","project":"search","usage":null,"outcome":"interrupted"}"#,
        #"{"id":"a5","time":"2026-03-29T22:15:00Z","biller":"fal","model":"pictures","project":"a,\"b\"","user":"ünï","key":"ci","usage":{"images":2,"megapixels":1.5,"input":7},"reported_cost":"0.07"}"#,
        #"{"id":"a6","time":"2026-03-31T11:00:00Z","biller":"huggingface/together","model":"dated","route":"routed","account":"team","project":"search","usage":{"input":2,"output":1},"billed_cost":"0.5"}"#,
    ]
    static let text = lines.joined(separator: "\n") + "\n"
}
