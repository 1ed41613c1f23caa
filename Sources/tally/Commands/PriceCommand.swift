internal import ArgumentParser
internal import Foundation
internal import TallyConfig
internal import TallyCore
internal import TallyMetering
internal import TallyService

/// Quotes one call, or each call of a stream of JSON lines.
struct PriceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "price", abstract: "Quote one call, or with '-' each of the calls on standard input.",
        discussion: """
            Needs no database. A model without a price is quoted as null with a warning, never as free. Classes that \
            have no price of their own are priced as the class they are part of, and the quote says so. CSV ends \
            with a row of the total, whose cost is empty when it is not known, and leaves the warnings to stderr.

            With '-' standard input holds one JSON object a line, plain or gzip: biller, provider, model, at, and usage \
            in Tally's own classes or response, the provider's body; optional are route, service_tier, flavor, headers, \
            path and status. Options stand in for what a line does not say. One line of JSON comes out for each, in \
            order; a line that is not valid gives {"error":…,"line":N}, and the exit code is still 0.
            """)

    @OptionGroup var table: PriceTableOptions

    @Argument(help: "'-' to read calls from standard input, one JSON object a line.")
    var input: String?

    @Option(help: "Who sends the bill (default: the provider).")
    var biller: String?

    @Option(help: "Who serves the call (default: the biller).")
    var provider: String?

    @Option(help: "The model that serves.")
    var model: String?

    @Option(help: "How the call is billed: routed, own-key, direct or serverless.")
    var route: String?

    @Option(help: "The service tier, such as batch.")
    var serviceTier: String?

    @Option(help: "When the call is made (default: now).")
    var at: String?

    @OptionGroup(title: "Quantities") var quantities: QuantityOptions

    @Option(help: "How the quote is printed: table (the default), json or csv; with '-' always json.")
    var format: OutputFormat?

    func run() async throws {
        // First, as an option whose number was forgotten has taken the next word for it.
        let usage = try quantities.usage()
        if let input {
            if input != "-" { throw ValidationError("\(input): unknown; write '-' to read calls from standard input") }
            if let format, format != .json { throw ValidationError("--format: with '-' every quote is a line of JSON") }
        }
        let offering = try offering()
        if input != nil { return try await quoteLines(defaults: offering) }
        guard model != nil else { throw ValidationError("--model is missing; name the model that serves") }
        if biller == nil, provider == nil {
            throw ValidationError("--provider is missing; name who serves the call, or --biller who bills it")
        }
        let time = try time() ?? SystemClock.now()
        let book = try table.load().makeBook()
        let quote = Quote(offering, usage: usage, at: time, book: book)
        switch format ?? .table {
        case .json: try StandardOutput.write(quote.json(book) + [10])
        case .csv:
            let total = ["total", "", "", "", quote.cost?.description ?? ""]
            let rows = [["class", "quantity", "unit_price", "per", "cost"]] + quote.breakdown(book) + [total]
            for row in rows { try StandardOutput.write(row.map(ReportCSV.field).joined(separator: ",") + "\r\n") }
            for warning in quote.warnings { StandardError.write("tally: warning: \(warning)\n") }
        case .table: try StandardOutput.write(text(quote, book))
        }
    }

    private func offering() throws -> Offering {
        var offering = Offering(biller: biller, provider: provider, model: model, serviceTier: serviceTier)
        if let route {
            guard let known = Route(rawValue: route) else {
                let names = Route.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--route: \"\(route)\" is no route; write one of \(names)")
            }
            offering.route = known
        }
        return offering
    }

    private func quoteLines(defaults offering: Offering) async throws {
        if try !quantities.usage().isEmpty {
            throw ValidationError("quantities are given in the lines when they are read from standard input")
        }
        var defaults = QuoteDefaults()
        defaults.offering = offering
        defaults.time = try time()
        var limits = QuoteStream.Limits()
        limits.maxLineBytes = try Configuration.load(path: table.config).importLimits.maxLineBytes
        limits.threads = ProcessInfo.processInfo.activeProcessorCount
        let book = try table.load().makeBook()
        let stream = QuoteStream(book: book, defaults: defaults, limits: limits, clock: SystemClock.now)
        try await stream.run(path: "-", write: { try StandardOutput.write($0) })
    }

    private func time() throws -> Instant? {
        try at.map { try PriceTableOptions.time($0, option: "--at") }
    }

    private func text(_ quote: Quote, _ book: PriceBook) -> String {
        let header = ["class", "quantity", "unit price", "per", "cost \(PriceBook.currency)"]
        var table = TextTable(header, numbers: Set(header.dropFirst()))
        for row in quote.breakdown(book) { table.append(row) }
        table.appendFooter(["total", "", "", "", quote.cost?.description ?? "unpriced"])
        return table.text + quote.warnings.map { "warning: \($0)\n" }.joined()
    }
}
