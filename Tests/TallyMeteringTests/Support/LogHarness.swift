import FastJSON
import TallyCore
import Testing

@testable import TallyMetering

/// What a log of some records gives, with what is held back until its end.
func logItems(
    _ format: LogFormat, _ records: [String], _ defaults: RecordDefaults = RecordDefaults()
) throws -> [LogItem] {
    let parser = try JSONParser()
    var decoder = try LogDecoder(format, defaults: defaults)
    var items: [LogItem] = []
    var position = 0
    for record in records {
        items += try parser.withDocument(record) { decoder.decode($0, at: position) }
        position += record.utf8.count + 1
    }
    return items + decoder.finish()
}

/// What a table of some rows gives.
func logItems(_ format: LogFormat, header: [String], rows: [[String]]) throws -> [LogItem] {
    var decoder = try LogDecoder(format, defaults: RecordDefaults(), header: header)
    var items: [LogItem] = []
    for row in rows { items += decoder.decode { row[$0] } }
    return items + decoder.finish()
}

/// The one call some records give.
func onlyCall(
    _ format: LogFormat, _ records: String..., defaults: RecordDefaults = RecordDefaults()
) throws -> LoggedCall {
    let items = try logItems(format, records, defaults)
    try #require(items.failures.isEmpty, "\(items.failures)")
    try #require(items.calls.count == 1)
    return try #require(items.calls.first)
}

extension [LogItem] {
    var calls: [LoggedCall] {
        compactMap { if case .call(let call) = $0 { call } else { nil } }
    }

    var failures: [String] {
        compactMap { if case .failure(let failure) = $0 { failure.description } else { nil } }
    }

    var passed: [NotACall] {
        compactMap { if case .notACall(let reason) = $0 { reason } else { nil } }
    }

    var statements: [ProviderStatement] {
        compactMap { if case .statement(let statement) = $0 { statement } else { nil } }
    }
}

extension LoggedCall {
    var event: UsageEvent { draft.event }
    var usage: UsageBuckets? { draft.event.usage }
    var offering: Offering { draft.event.offering }
}
