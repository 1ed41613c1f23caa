package import FastJSON
internal import TallyCore

/// Reads the records of one file of another tool's log, in order.
///
/// One decoder is for one file. Call ``decode(_:at:)`` or ``decode(at:cells:)`` for each record and ``finish()`` at the
/// end: some formats tell a call in several lines, and hold it back until it is whole. A file that is still being
/// written may be finished whenever it has been read as far as it goes; then the next reading begins at
/// ``resumePosition``, with a new decoder, and tells again what was held back, under the same identity.
package struct LogDecoder: ~Copyable {
    /// The format it reads.
    package let format: LogFormat
    private var reader: any LogReader
    private var sink: LogSink
    private var table: TableRecord?

    /// A decoder of one file.
    ///
    /// - Parameters:
    ///   - format: The format of its records.
    ///   - defaults: What they do not say.
    ///   - header: The columns, when the file is a table; each has the name of a member.
    /// - Throws: `JSONError` when there is no memory for a parser.
    package init(_ format: LogFormat, defaults: RecordDefaults, header: [String]? = nil) throws(JSONError) {
        // What can fail comes first: a type that is not copied is either made whole or not begun.
        let parser = try JSONParser()
        table = try header.map { (names: [String]) throws(JSONError) in try TableRecord(header: names) }
        sink = LogSink(defaults: defaults, embedded: parser)
        self.format = format
        reader = Self.reader(of: format)
    }

    /// Where a later reading of the grown file has to begin so that nothing is lost; `nil` when it may begin behind the
    /// last record read.
    package var resumePosition: Int? { reader.resumePosition }

    /// Reads one record: an object, a list of them, or a page that holds them under `data`.
    ///
    /// - Parameters:
    ///   - record: The record.
    ///   - position: Where it begins in its file.
    /// - Returns: What it gives, in order; a call may have been begun by an earlier record.
    package mutating func decode(_ record: JSONValue, at position: Int = 0) -> [LogItem] {
        sink.items = []
        if !format.isStatement, record.kind == .array {
            for element in record.elements { read(element, at: position) }
        } else if !format.isStatement, let page = record["data"], page.kind == .array {
            for element in page.elements { read(element, at: position) }
        } else {
            read(record, at: position)
        }
        return sink.items
    }

    /// Reads one row of a table.
    ///
    /// - Parameters:
    ///   - position: Where it begins in its file.
    ///   - cell: The text of a column.
    /// - Returns: What it gives, in order.
    package mutating func decode(at position: Int = 0, cells cell: (Int) -> String) -> [LogItem] {
        sink.items = []
        guard let table else {
            preconditionFailure("a decoder of rows is made with their header")
        }
        do throws(RecordFailure) {
            try table.withRecord(cell) { read($0, at: position) }
        } catch {
            sink.items.append(.failure(error))
        }
        return sink.items
    }

    /// Gives what was held back until the end of the file.
    package mutating func finish() -> [LogItem] {
        sink.items = []
        reader.finish(into: &sink)
        return sink.items
    }

    private mutating func read(_ record: JSONValue, at position: Int) {
        do throws(RecordFailure) {
            guard record.kind == .object || format.isStatement else {
                throw RecordFailure("the line is not a JSON object; write one record a line")
            }
            try reader.read(record, at: position, into: &sink)
        } catch {
            sink.items.append(.failure(error))
        }
    }

    private static func reader(of format: LogFormat) -> any LogReader {
        switch format {
        case .litellm: LiteLLMLog()
        case .langfuse: LangfuseLog()
        case .helicone: HeliconeLog()
        case .claudeCode: ClaudeCodeLog()
        case .codex: CodexLog()
        case .otlp: OTLPLog()
        case .nginx: NginxLog()
        case .openAIBatch: OpenAIBatchLog()
        case .openRouterActivity: StatementLog(OpenRouterActivity.read)
        case .openAIUsage: StatementLog(OpenAIUsage.read)
        case .openAICosts: StatementLog(OpenAICosts.read)
        case .anthropicUsage: StatementLog(AnthropicUsage.read)
        case .anthropicCosts: StatementLog(AnthropicCosts.read)
        case .huggingFaceBilling: StatementLog(HuggingFaceBilling.read)
        }
    }
}
