internal import ArgumentParser
internal import TallyCore
internal import TallyService

/// All there is on one model.
struct PricesShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a model's prices over time, with its other names.",
        discussion: "The model may be named by any of its names. It is shown for every biller and provider that has it."
    )

    @Argument(help: "The model.")
    var model: String

    @OptionGroup var table: PriceTableOptions

    @OptionGroup var selected: PriceSelectionOptions

    @Option(help: "How results are printed: table, json or csv.")
    var format = OutputFormat.table

    func run() async throws {
        var selection = try selected.selection()
        selection.model = model
        let table = try table.load()
        let models = try table.models(selection)
        if models.isEmpty { throw CommandFailure(problem(in: table)) }
        switch format {
        case .json: try StandardOutput.write(PriceJSON.history(models) + [10])
        case .csv: try StandardOutput.write(PriceRows.csv(models.flatMap(\.prices)))
        case .table: try StandardOutput.write(models.map(text).joined(separator: "\n"))
        }
    }

    private func text(_ model: PricedModel) -> String {
        var text = "\(model.model.text), billed by \(model.biller), served by \(model.provider ?? "any provider")\n"
        if !model.aliases.isEmpty { text += "also called \(model.aliases.joined(separator: ", "))\n" }
        return text + "\n" + PriceRows.table(model.prices, columns: [])
    }

    private func problem(in table: PriceTable) -> String {
        let isKnown = table.prices.contains { $0.model.text.lowercased() == model.lowercased() }
        return isKnown
            ? "\(model): no price of it is meant by --biller, --provider and --at; leave one of them out"
            : "\(model): no such model in the price table; `tally prices list` shows all, a price file adds it"
    }
}
