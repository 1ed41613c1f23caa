internal import ArgumentParser
internal import FastJSON
internal import TallyConfig
internal import TallyCore
internal import TallyService
internal import TallyStore

/// Puts price files in force in the database.
struct PricesApply: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Put price files in force in the database.",
        discussion: """
            Prices are only ever appended, with the time they were recorded: of two rows of one price the later counts. \
            An edited row corrects its whole interval for calls that are priced from now on; what the files no longer \
            have is withdrawn. Charges already made stay as they are; `tally reprice` computes them anew. Files named \
            with --prices stay in force until the configured ones change. Under names are counted the other names of \
            models and the spellings of providers that mean something else than before.
            """)

    @OptionGroup var options: DatabaseOptions

    @Option(
        name: .customLong("prices"),
        help: "A price file to apply instead of the configured ones; of several, the later counts.")
    var priceFiles: [String] = []

    @Flag(help: "Only say what would change.")
    var dryRun = false

    @Option(help: "How the counts are printed: table, json or csv.")
    var format = OutputFormat.table

    func run() async throws {
        let configuration = try Configuration.load(options)
        let configured = try ConfiguredPrices(configuration)
        let prices = priceFiles.isEmpty ? configured : try ConfiguredPrices(files: priceFiles)
        let changes = try await DatabaseSession.with(options, configuration: configuration) { database in
            try await PriceApplier(database).apply(prices, over: configured, isDryRun: dryRun)
        }
        try print(changes)
    }

    private func print(_ changes: PriceChanges) throws {
        let counts = [
            ("appended", changes.added), ("withdrawn", changes.withdrawn), ("unchanged", changes.unchanged),
            ("names", changes.names),
        ]
        switch format {
        case .table: try StandardOutput.write(NamedCounts(counts).table)
        case .csv: try StandardOutput.write(NamedCounts(counts).csv)
        case .json:
            var writer = JSONWriter()
            writer.beginObject()
            for (name, count) in counts { writer.member(name, count) }
            writer.member("dry_run", dryRun)
            writer.endObject()
            try StandardOutput.write(writer.bytes + [10])
        }
    }
}
