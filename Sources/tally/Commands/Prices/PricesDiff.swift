internal import ArgumentParser
internal import TallyConfig
internal import TallyCore
internal import TallyService

/// What changed between two tables, or between two dates of one.
struct PricesDiff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Show what changed between two price files, or between two dates.",
        discussion: """
            With two files, every price and every name of a model that one has and the other has not, or has otherwise; \
            a name has `name` for its class. With --from and --to, the prices that count at the one time and not at the \
            other; names have no dates.
            """)

    @Argument(help: "The two price files, the older one first.")
    var compared: [String] = []

    @Option(help: "The first of two times.")
    var from: String?

    @Option(help: "The second of two times.")
    var to: String?

    @OptionGroup var table: PriceTableOptions

    @Option(help: "How results are printed: table, json or csv.")
    var format = OutputFormat.table

    func run() async throws {
        let (differences, names) = try differences()
        switch format {
        case .json: try StandardOutput.write(PriceJSON.differences(differences, names: names) + [10])
        case .csv:
            let rows = [Self.columns] + differences.map(fields) + names.map(fields)
            try StandardOutput.write(
                rows.map { $0.map(ReportCSV.field).joined(separator: ",") + "\r\n" }.joined())
        case .table:
            var table = TextTable(Self.columns, numbers: ["old", "new"])
            for row in differences.map(fields) + names.map(fields) { table.append(row) }
            let counts = PriceDifference.Kind.allCases.map { kind in
                "\(differences.count { $0.kind == kind }) \(kind.rawValue)"
            }
            let nameCounts = ModelAliasDifference.Kind.allCases.map { kind in
                "\(names.count { $0.kind == kind }) \(kind.rawValue)"
            }
            try StandardOutput.write(
                table.text + "\nprices: " + counts.joined(separator: ", ") + "; names: "
                    + nameCounts.joined(separator: ", ") + "\n")
        }
    }

    private func differences() throws -> ([PriceDifference], [ModelAliasDifference]) {
        if let from, let to {
            if !compared.isEmpty {
                throw ValidationError("either two files or --from and --to; leave one of the two out")
            }
            let differences = PriceDifference.between(
                try PriceTableOptions.time(from, option: "--from"), try PriceTableOptions.time(to, option: "--to"),
                in: try table.load())
            return (differences, [])
        }
        if from != nil || to != nil { throw ValidationError("--from and --to belong together; name both times") }
        guard compared.count == 2 else {
            throw ValidationError("name two price files, the older one first, or --from and --to")
        }
        if !table.files.isEmpty || table.config != nil {
            throw ValidationError("--prices and --config go with --from and --to; leave them out, or the two files")
        }
        let (old, new) = (try PriceTable.load([compared[0]]), try PriceTable.load([compared[1]]))
        return (PriceDifference.between(old, new), ModelAliasDifference.between(old, new))
    }

    private static let columns = ["change", "biller", "provider", "model", "class", "conditions", "old", "new"]

    private func fields(_ difference: PriceDifference) -> [String] {
        guard let price = difference.new ?? difference.old else { return [] }
        return [
            difference.kind.rawValue, price.biller, price.provider ?? "*", price.model.text, price.usageClass.name,
            PriceRows.conditions(price.conditions), difference.old.map(amount) ?? "", difference.new.map(amount) ?? "",
        ]
    }

    private func fields(_ difference: ModelAliasDifference) -> [String] {
        let (alias, isAdded) = (difference.alias, difference.kind == .added)
        return [
            difference.kind.rawValue, alias.biller, alias.provider ?? "*", alias.model, "name", "",
            isAdded ? "" : alias.name, isAdded ? alias.name : "",
        ]
    }

    private func amount(_ price: Price) -> String {
        "\(price.rate.amount)/\(price.rate.per)" + (price.isFree ? " free" : "")
    }
}
