internal import ArgumentParser
internal import TallyConfig
internal import TallyCore
internal import TallyService
internal import TallyStore

/// Gives events to other tools.
struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write events for other tools, newest first.",
        discussion: """
            Lines are as `tally import` reads them: imported into an empty database with the same prices they give the \
            same report, and into this one they add nothing.
            """)

    /// The forms of an export.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case jsonl
    }

    @OptionGroup var options: DatabaseOptions

    @OptionGroup var range: RangeOptions

    @Option(help: "The form of the export: jsonl.")
    var format = Format.jsonl

    /// Events fetched at a time.
    private static let pageSize = 5000

    func run() async throws {
        let configuration = try Configuration.load(options)
        let question = try RangeOptions.question(try range.parameters(), grouping: false)
        try await DatabaseSession.with(options, configuration: configuration) { database in
            var position: EventPosition?
            while true {
                let events = try await database.events(question.query, after: position, limit: Self.pageSize)
                var lines: [UInt8] = []
                for event in events {
                    lines += EventJSON.line(event)
                    lines.append(10)
                }
                try StandardOutput.write(lines)
                guard events.count == Self.pageSize, let last = events.last else { return }
                position = EventPosition(last)
            }
        }
    }
}
