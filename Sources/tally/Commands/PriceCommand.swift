internal import ArgumentParser
internal import TallyCore
internal import TallyMetering
internal import TallyService

/// Quotes one call.
struct PriceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "price", abstract: "Quote one call.",
        discussion: """
            Needs no database. A model without a price is quoted as null with a warning, never as free. Classes that \
            have no price of their own are priced as the class they are part of, and the quote says so.
            """)

    @OptionGroup var table: PriceTableOptions

    @Option(help: "Who sends the bill (default: the provider).")
    var biller: String?

    @Option(help: "Who serves the call (default: the biller).")
    var provider: String?

    @Option(help: "The model that serves.")
    var model: String?

    @Option(help: "How the call is billed: routed, own-key, direct or serverless.")
    var route: String?

    @Option(help: "The service tier, e.g. batch.")
    var serviceTier: String?

    @Option(help: "When the call is made (default: now).")
    var at: String?

    @OptionGroup(title: "Quantities") var quantities: QuantityOptions

    @Option(help: "How the quote is printed: table, json or csv.")
    var format = OutputFormat.table

    func run() async throws {
        let book = try table.load().makeBook()
        guard let model else { throw ValidationError("--model is missing; name the model that serves") }
        if biller == nil, provider == nil {
            throw ValidationError("--provider is missing; name who serves the call, or --biller who bills it")
        }
        var offering = Offering(biller: biller, provider: provider, model: model, serviceTier: serviceTier)
        if let route {
            guard let known = Route(rawValue: route) else {
                let names = Route.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--route: \"\(route)\" is no route; write one of \(names)")
            }
            offering.route = known
        }
        let quote = Quote(offering, usage: try quantities.usage(), at: try time(), book: book)
        switch format {
        case .json: try StandardOutput.write(quote.json + [10])
        case .csv:
            let rows = [["class", "quantity", "unit_price", "per", "cost"]] + quote.breakdown
            for row in rows { try StandardOutput.write(row.map(ReportCSV.field).joined(separator: ",") + "\r\n") }
        case .table: try StandardOutput.write(text(quote))
        }
    }

    private func time() throws -> Instant {
        try at.map { try PriceTableOptions.time($0, option: "--at") } ?? SystemClock.now()
    }

    private func text(_ quote: Quote) -> String {
        let header = ["class", "quantity", "unit price", "per", "cost \(PriceBook.currency)"]
        var table = TextTable(header, numbers: Set(header.dropFirst()))
        for row in quote.breakdown { table.append(row) }
        table.appendFooter(["total", "", "", "", quote.charge.cost?.description ?? "unpriced"])
        return table.text + quote.warnings.map { "warning: \($0)\n" }.joined()
    }
}
