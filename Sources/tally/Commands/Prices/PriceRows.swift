internal import TallyCore
internal import TallyService

/// Prices as rows of a table or of CSV.
enum PriceRows {
    private static let columns = [
        "biller", "provider", "model", "class", "unit_price", "per", "effective_from", "effective_to",
        "input_tokens_above", "hours_utc", "service_tier", "free", "price_id", "source",
    ]

    static func csv(_ prices: [Price]) -> String {
        let rows = [columns] + prices.map(fields)
        return rows.map { $0.map(ReportCSV.field).joined(separator: ",") + "\r\n" }.joined()
    }

    static func table(_ prices: [Price]) -> String {
        table(prices, columns: ["biller", "provider", "model"]) + "\n\(Counted(prices.count, "price"))\n"
    }

    /// The rows of one model's prices, with what they have in common left out.
    static func table(_ prices: [Price], columns leading: [String]) -> String {
        // Conditions that no price has would only make the table wide.
        let optional: Set = [
            "effective_from", "effective_to", "input_tokens_above", "hours_utc", "service_tier", "free",
        ]
        let rows = prices.map(fields)
        let shown = columns.indices.filter { index in
            let name = columns[index]
            if ["biller", "provider", "model"].contains(name) { return leading.contains(name) }
            if name == "price_id" { return false }
            return !optional.contains(name) || rows.contains { !$0[index].isEmpty && $0[index] != "false" }
        }
        var table = TextTable(
            shown.map { columns[$0].split(separator: "_").joined(separator: " ") },
            numbers: ["unit price", "per", "input tokens above"])
        for row in rows { table.append(shown.map { row[$0] }) }
        return table.text
    }

    /// A price in the order of the columns.
    private static func fields(_ price: Price) -> [String] {
        let conditions = price.conditions
        return [
            price.biller, price.provider ?? "*", price.model.text, price.usageClass.name,
            price.rate.amount.description, String(price.rate.per), conditions.effectiveFrom?.description ?? "",
            conditions.effectiveTo?.description ?? "", conditions.inputTokensAbove.map { String($0) } ?? "",
            conditions.window?.text ?? "", conditions.serviceTier ?? "", String(price.isFree), price.id, price.source,
        ]
    }

    /// What a price holds under, in words; empty when it always holds.
    static func conditions(_ conditions: Price.Conditions) -> String {
        [
            conditions.effectiveFrom.map { "from \($0)" }, conditions.effectiveTo.map { "to \($0)" },
            conditions.inputTokensAbove.map { "above \($0) input tokens" },
            conditions.window.map { "at \($0.text) UTC" },
            conditions.serviceTier.map { "tier \($0)" },
        ].compactMap(\.self).joined(separator: ", ")
    }
}
