internal import ArgumentParser
internal import TallyConfig
internal import TallyCore

/// Which price table a command works on.
struct PriceTableOptions: ParsableArguments {
    @Option(help: "The configuration file whose price files are used.")
    var config: String?

    @Option(name: .customLong("prices"), help: "A price file to use instead; of several, the later counts.")
    var files: [String] = []

    /// The files named, else those of the configuration.
    func load() throws -> PriceTable {
        files.isEmpty ? try Configuration.load(path: config).loadPriceTable() : try PriceTable.load(files)
    }

    /// A time on the command line: a date is its first moment in UTC.
    static func time(_ text: String, option: String) throws -> Instant {
        switch TimeText(text) {
        case .instant(let instant), .wallClock(let instant): return instant
        case .date(let date), .month(let date): return ReportZone.utc.start(of: date)
        case nil: throw ValidationError("\(option): \"\(text)\" is no time; write 2026-06-01 or 2026-06-01T12:00:00Z")
        }
    }
}

/// Which prices of the table are meant.
struct PriceSelectionOptions: ParsableArguments {
    @Option(help: "Only prices of this biller.")
    var biller: String?

    @Option(help: "Only prices of this provider.")
    var provider: String?

    @Option(help: "Only prices that count at this time.")
    var at: String?

    func selection() throws -> PriceSelection {
        var selection = PriceSelection()
        selection.biller = biller
        selection.provider = provider
        selection.time = try at.map { try PriceTableOptions.time($0, option: "--at") }
        return selection
    }
}
