internal import ArgumentParser
internal import CurlTransport
internal import FastJSON
internal import Foundation
internal import TallyConfig
internal import TallyCore
internal import TallyService

/// Makes a price file of a table others publish.
struct PricesImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Make a price file from another price table or model list.",
        discussion: """
            Keeps the dates, context sizes, hours and names of the source. What a price file cannot say is left out and \
            listed, each part with the reason; a missing price stays missing and is never taken for free.

            The table is a saved file or its address, such as https://router.huggingface.co/v1/models (huggingface) or \
            https://openrouter.ai/api/v1/models (openrouter). It is fetched with its certificate verified, through the \
            proxy of the environment (https_proxy), within two minutes.
            """)

    @Option(
        name: .customLong("from"),
        help: "Whose table it is: genai-prices, litellm, models.dev, huggingface or openrouter.")
    var origin: PriceImport.Origin

    @Argument(help: "The table: a file of JSON, or its http or https address.")
    var path: String

    @Option(help: "The price file to write.")
    var out: String

    @Option(help: "What the source of the prices is called on every row (default: whose table it is).")
    var source: String?

    @Option(help: "Where to list what was left out, as CSV (default: the price file's name and .skipped.csv).")
    var skipped: String?

    @Option(help: "How the counts are printed: table, json or csv.")
    var format = OutputFormat.table

    func validate() throws {
        let (table, prices) = (Self.location(path), Self.location(out))
        if prices == table {
            throw ValidationError("--out: the table is read from there; name another file")
        }
        guard let report = skipped.map(Self.location) else { return }
        if report == prices { throw ValidationError("--skipped: the price file is written there; name another file") }
        if report == table { throw ValidationError("--skipped: the table is read from there; name another file") }
    }

    /// A path in its one spelling, so that a file is not overwritten under another one.
    private static func location(_ path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
    }

    func run() async throws {
        let table = try await table()
        let outcome = try PriceImport.read(
            table.bytes, from: origin, name: table.name, source: source ?? origin.rawValue,
            aliases: try BuiltInAssets.spellings())
        let comment = """
            Made by `tally prices import --from \(origin.rawValue)`.
            """
        try write(PriceFile.text(of: outcome.table, comment: comment), to: out)
        let report = skipped ?? out + ".skipped.csv"
        if !outcome.skipped.isEmpty || skipped != nil {
            try write(csv(outcome.skipped), to: report)
        } else {
            try removeReport(report)
        }
        try print(outcome, report: outcome.skipped.isEmpty && skipped == nil ? nil : report)
    }

    /// The whole table, and what messages call it.
    private func table() async throws -> (name: String, bytes: [UInt8]) {
        guard isAddress else { return (path, try saved()) }
        let address = try WebAddress(path)
        let bytes = try await CurlTransport.fetch(
            address, userAgent: "tally/\(Tally.version)", limits: FetchLimits(bytes: PriceImport.maximumBytes))
        return (address.shown, bytes)
    }

    private var isAddress: Bool {
        let start = path.prefix { $0 != "/" }.lowercased()
        return (start == "http:" || start == "https:") && path.dropFirst(start.count).hasPrefix("//")
    }

    private func saved() throws -> [UInt8] {
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            return Array(try handle.read(upToCount: PriceImport.maximumBytes + 1) ?? Data())
        } catch {
            throw CommandFailure("\(path): the file cannot be read; check its path and permissions")
        }
    }

    private func write(_ text: String, to path: String) throws {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw CommandFailure("\(path): the file cannot be written; check its folder and permissions")
        }
    }

    /// Takes away the list an earlier import left beside the price file, which would say what is no longer so.
    private func removeReport(_ path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw CommandFailure("\(path): what an earlier import left out is listed there; the file cannot be removed")
        }
    }

    private func csv(_ rows: [PriceImport.SkippedRow]) -> String {
        let lines = [["seller", "model", "part", "reason"]] + rows.map { [$0.seller, $0.model, $0.part, $0.reason] }
        return lines.map { $0.map(ReportCSV.field).joined(separator: ",") + "\r\n" }.joined()
    }

    private func print(_ outcome: PriceImport.Outcome, report: String?) throws {
        let counts = [
            ("models", outcome.modelCount), ("prices", outcome.table.prices.count),
            ("aliases", outcome.table.modelAliases.entries.count), ("skipped", outcome.skipped.count),
        ]
        switch format {
        case .table:
            let (prices, names) = (outcome.table.prices.count, outcome.table.modelAliases.entries.count)
            var text = "\(Counted(outcome.modelCount, "model")), \(Counted(prices, "price")) and "
            text += "\(Counted(names, "other name")) written to \(out)\n"
            if let report { text += "\(Counted(outcome.skipped.count, "part")) left out, listed in \(report)\n" }
            try StandardOutput.write(text)
        case .csv: try StandardOutput.write(NamedCounts(counts).csv)
        case .json:
            var writer = JSONWriter()
            writer.beginObject()
            for (name, count) in counts { writer.member(name, Int64(count)) }
            writer.member("out", out)
            writer.member("skipped_report", report)
            writer.endObject()
            try StandardOutput.write(writer.bytes + [10])
        }
    }
}

extension PriceImport.Origin: ExpressibleByArgument {}
