internal import ArgumentParser
internal import FastJSON
internal import Logging
internal import ServiceLifecycle
internal import TallyConfig
internal import TallyCore
internal import TallyService
internal import TallyStore
internal import UnixSignals

/// Pulls from the configured sources.
struct Pull: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Pull from the configured sources: files, HTTP APIs, buckets.",
        discussion: """
            Each source is read on from where it was left, here or by the daemon; every call is stored once. Without \
            --once it stays, follows them on their schedules, and ends with 0 at SIGTERM. With --once each is read once; \
            the exit code is 1 when one of them failed, with one line for each on stderr.
            """)

    @OptionGroup var options: DatabaseOptions

    @Argument(help: ArgumentHelp("The sources to pull, by name (default: all).", valueName: "source"))
    var sources: [String] = []

    @Flag(help: "Read each source once, and end.")
    var once = false

    @Option(help: "How the counts of --once are printed: table, json or csv.")
    var format = OutputFormat.table

    private static let columns = [
        "source", "read", "stored", "duplicate", "unpriced", "rejected", "statements", "failures",
    ]

    func run() async throws {
        let configuration = try Configuration.load(options)
        let plan = try SourcePlan(configuration)
        let entries = try chosen(of: plan)
        if entries.isEmpty {
            StandardError.write(
                "tally: no sources are configured: add them to `sources` in the configuration file, such as "
                    + "`sources: [{ paths: /var/log/app/*.jsonl }]`; the README has all kinds\n")
            return
        }
        LogOutput.bootstrap()
        let logger = Logger(label: "tally")
        try await DatabaseSession.with(options, configuration: configuration) { database in
            try await PriceUpkeep.applyIfChanged(database, configuration)
            let locks = SourceLockSession(database)
            let prices = PriceBoard(prices: database, shelf: PriceShelf())
            let turns = SourceTurns(
                SourceParts.make(database, locks: locks, options, configuration, book: { try await prices.book() }),
                logger: logger)
            do {
                if once {
                    try report(try await SourceRound(turns).run(entries))
                } else {
                    try await follow(entries, turns, logger)
                }
            } catch {
                await locks.close()
                throw error
            }
            await locks.close()
        }
    }

    private func chosen(of plan: SourcePlan) throws -> [SourcePlan.Entry] {
        let names = plan.entries.map(\.settings.name)
        for source in sources where !names.contains(source) {
            if names.isEmpty { continue }
            throw ValidationError(
                "there is no source \"\(source)\"; \(NearestName.mend(for: source, among: names))")
        }
        return sources.isEmpty ? plan.entries : plan.entries.filter { sources.contains($0.settings.name) }
    }

    private func follow(_ entries: [SourcePlan.Entry], _ turns: SourceTurns, _ logger: Logger) async throws {
        let options = options
        let wanted: Set<String>? = sources.isEmpty ? nil : Set(sources)
        let puller = SourcePuller(turns: turns, board: SourceBoard(), logger: logger, only: wanted) {
            let configuration = try Configuration.load(options)
            return (try SourcePlan(configuration), configuration.watchedFiles)
        }
        let names = entries.map(\.settings.name).joined(separator: ", ")
        try await ServiceGroup(
            services: [NamedService("sources", Following(puller: puller, names: names))],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger
        ).run()
    }

    /// The puller, which says that it is at work once signals are heeded.
    private struct Following: Service {
        let puller: SourcePuller
        let names: String

        func run() async throws {
            StandardError.write("tally: pulling \(names)\n")
            try await puller.run()
        }
    }

    private func report(_ results: [SourceRound.Result]) throws {
        let rows = results.map { result in
            let counts = result.counts
            return [
                result.name, "\(counts.read)", "\(counts.stored)", "\(counts.duplicate)", "\(counts.unpriced)",
                "\(counts.rejected)", "\(counts.statements)", "\(result.failures.count)",
            ]
        }
        switch format {
        case .table:
            var table = TextTable(Self.columns, numbers: Set(Self.columns.dropFirst()))
            for row in rows { table.append(row) }
            try StandardOutput.write(table.text)
        case .csv:
            try StandardOutput.write(
                ([Self.columns] + rows).map { $0.map(ReportCSV.field).joined(separator: ",") + "\r\n" }.joined())
        case .json: try StandardOutput.write(SourceJSON.results(results) + [10])
        }
        var hasFailed = false
        for result in results where !result.failures.isEmpty {
            hasFailed = true
            let more = result.failures.count > 1 ? " (and \(result.failures.count - 1) more)" : ""
            StandardError.write("tally: source \(result.name): \(result.failures[0])\(more)\n")
        }
        if hasFailed { throw ExitCode(1) }
    }
}
