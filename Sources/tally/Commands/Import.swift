internal import ArgumentParser
internal import FastJSON
internal import Foundation
internal import TallyConfig
internal import TallyCore
internal import TallyMetering
internal import TallyService
internal import TallyStore

/// Stores the calls that logs tell of.
struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Price and store request logs.",
        discussion: """
            Each file is a log of its own, whose form is found out unless --log-format names it. What billers state in \
            sums is stored as statements, never as calls. Importing the same log again adds only what is new, whatever the file is called by then. What the log does \
            not say is taken from the options below; importing it again with another --project, --user or --tag \
            corrects who its calls are charged to.
            """)

    @OptionGroup var options: DatabaseOptions

    @Argument(help: "Files, folders, or - for standard input; plain, gzip or zstd.")
    var paths: [String]

    @Option(
        help: ArgumentHelp(
            "The form of the logs (default: auto, found out for each file).", valueName: "form"),
        completion: .list(LogFormatChoice.allValueStrings))
    var logFormat = LogFormatChoice.auto

    @Option(help: "Who sends the bill, for records that do not say it.")
    var biller: String?

    @Option(help: "Who served the calls, for records that do not say it.")
    var provider: String?

    @Option(help: "The model that served, for records that do not say it.")
    var model: String?

    @Option(help: "How the calls were billed: routed, own-key, direct or serverless.")
    var route: String?

    @Option(help: "The project, for records that name none.")
    var project: String?

    @Option(help: "The user, for records that name none.")
    var user: String?

    @Option(name: .customLong("tag"), help: ArgumentHelp("A tag for records without tags.", valueName: "key=value"))
    var tags: [String] = []

    @Option(help: "The IANA time zone of times without an offset.")
    var timeZone = "UTC"

    @Option(
        help: ArgumentHelp(
            "Which columns, or members or pointers of JSON, fill which fields.", valueName: "field=column,…"))
    var map = ""

    @Option(help: "A name that keeps two logs apart which may hold equal lines.")
    var source: String?

    @Flag(help: "Read and price only; nothing is stored and no database is needed.")
    var dryRun = false

    @Flag(help: "Exit with 0 although lines were rejected.")
    var allowRejects = false

    @Option(help: "Where rejected lines are named (default: tally-rejects-TIME-PID.jsonl in this folder).")
    var rejectFile: String?

    @Option(help: "How the counts are printed: table, json or csv.")
    var format = OutputFormat.table

    /// Files that could not be read are named up to this many; `--format json` has all of them.
    private static let shownFailures = 20

    func run() async throws {
        let configuration = try Configuration.load(options)
        var request = try makeRequest(configuration)
        let bar = ProgressBar()
        let progress: ImportProgress
        if dryRun {
            let table = try configuration.loadPriceTable()
            request.defaults.aliases = table.aliases
            let book = try table.makeBook()
            progress = try await LogImporter(sink: DryRunSink(), book: book).run(request) { bar.show($0) }
        } else {
            progress = try await DatabaseSession.with(options, configuration: configuration) { database in
                let book = try await PriceUpkeep.bookInForce(database, configuration)
                request.defaults.aliases = book.aliases
                return try await LogImporter(sink: database, book: book).run(request) { bar.show($0) }
            }
        }
        bar.clear()
        try print(progress, rejectPath: request.rejectPath)
        for reason in progress.firstRejects { StandardError.write("tally: rejected \(reason)\n") }
        let more = progress.rejected - progress.firstRejects.count
        if more > 0 { StandardError.write("tally: and \(more) more rejected\n") }
        if progress.rejected > 0, FileManager.default.fileExists(atPath: request.rejectPath) {
            StandardError.write("tally: all rejected lines are named in \(request.rejectPath)\n")
        }
        for failure in progress.failures.prefix(Self.shownFailures) { StandardError.write("tally: \(failure)\n") }
        let unshown = progress.failures.count - Self.shownFailures
        if unshown > 0 { StandardError.write("tally: and \(unshown) more files that could not be read\n") }
        if progress.read == 0, progress.failures.isEmpty {
            StandardError.write("tally: nothing to import: \(paths.joined(separator: ", ")) holds no records\n")
        }
        if !progress.failures.isEmpty || (progress.rejected > 0 && !allowRejects) { throw ExitCode(1) }
    }

    private func makeRequest(_ configuration: Configuration) throws -> ImportRequest {
        var request = ImportRequest(paths: paths, rejectPath: rejectFile ?? Self.defaultRejectPath())
        request.format = logFormat.form
        request.source = source ?? request.source
        request.defaults.sourceName = source
        request.limits.maxLineBytes = configuration.importLimits.maxLineBytes
        request.limits.batchEvents = configuration.importLimits.batchEvents
        request.limits.occurrenceMemoryBytes = configuration.importLimits.occurrenceMemoryBytes
        guard let zone = ReportZone(name: timeZone) else {
            throw ValidationError(
                "--time-zone: there is no IANA time zone \"\(timeZone)\"; write one like Europe/Berlin")
        }
        request.defaults.zone = zone
        if let route {
            guard let known = Route(rawValue: route) else {
                let names = Route.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--route: \"\(route)\" is no route; write one of \(names)")
            }
            request.defaults.offering.route = known
        }
        request.defaults.offering.biller = biller
        request.defaults.offering.provider = provider
        request.defaults.offering.model = model
        request.defaults.attribution = Attribution(project: project, user: user, tags: try TagOptions.tags(tags))
        do {
            request.map = try FieldMap(parsing: map)
        } catch {
            throw ValidationError("--map: \(error)")
        }
        return request
    }

    private static func defaultRejectPath() -> String {
        let time = SystemClock.now().description.filter { $0.isNumber || $0 == "T" }.prefix(15)
        return "\(ImportRequest.rejectPrefix)\(time)-\(ProcessInfo.processInfo.processIdentifier).jsonl"
    }

    private func print(_ progress: ImportProgress, rejectPath: String) throws {
        let skipped = progress.skipped.values.reduce(0, +)
        let counts = [
            ("read", progress.read), ("stored", progress.stored), ("duplicate", progress.duplicate),
            ("merged", progress.merged), ("reattributed", progress.reattributed), ("unpriced", progress.unpriced),
            ("rejected", progress.rejected), ("skipped", skipped), ("statements", progress.statements),
        ]
        switch format {
        case .table: try StandardOutput.write(NamedCounts(counts).table)
        case .csv: try StandardOutput.write(NamedCounts(counts).csv)
        case .json:
            var writer = JSONWriter()
            writer.beginObject()
            for (name, count) in counts { writer.member(name, count) }
            writer.key("skipped_reasons")
            writer.beginObject()
            for reason in NotACall.allCases {
                if let count = progress.skipped[reason] { writer.member(reason.rawValue, count) }
            }
            writer.endObject()
            writer.member("reject_file", progress.rejected > 0 ? rejectPath : nil)
            writer.key("failures")
            writer.beginArray()
            for failure in progress.failures { writer.string(failure) }
            writer.endArray()
            writer.key("seconds")
            writer.beginObject()
            for (name, time) in [
                ("parse", progress.timings.parse), ("price", progress.timings.price), ("load", progress.timings.load),
            ] {
                writer.key(name)
                writer.numberText(String(format: "%.3f", time.seconds))
            }
            writer.endObject()
            writer.endObject()
            try StandardOutput.write(writer.bytes + [10])
        }
    }
}

/// What `--log-format` takes.
enum LogFormatChoice: ExpressibleByArgument {
    case auto
    case form(RecordForm)

    init?(argument: String) {
        if argument == "auto" {
            self = .auto
        } else if let form = RecordForm(name: argument) {
            self = .form(form)
        } else {
            return nil
        }
    }

    static var allValueStrings: [String] { ["auto"] + RecordForm.all.map(\.name) }

    var defaultValueDescription: String { form?.name ?? "auto" }

    /// The form, `nil` when it is found out.
    var form: RecordForm? {
        if case .form(let form) = self { form } else { nil }
    }
}
