internal import FastJSON
internal import TallyCore

/// Statements of a provider, one answer of its API or one row of its export a record.
struct StatementLog: LogReader {
    /// Reads one record.
    private let statement: (JSONValue) throws(RecordFailure) -> StatementReading

    init(_ statement: @escaping (JSONValue) throws(RecordFailure) -> StatementReading) {
        self.statement = statement
    }

    mutating func read(_ record: JSONValue, at position: Int, into sink: inout LogSink) throws(RecordFailure) {
        let read = try statement(record)
        sink.items += read.rejected.map { .failure($0) }
        sink.items.append(.statement(read.statement))
    }
}
