import TallyConfig
import TallyCore
import Testing

/// A table read in, ready to ask what calls cost.
struct ImportedTable {
    let outcome: PriceImport.Outcome
    let book: PriceBook

    init(_ text: String, from origin: PriceImport.Origin, aliases: ProviderAliases = ProviderAliases()) throws {
        outcome = try PriceImport.read(
            Array(text.utf8), from: origin, name: "table.json", source: origin.rawValue, aliases: aliases)
        book = try outcome.table.makeBook()
    }

    /// What a call costs, or why it has no cost.
    func cost(
        _ provider: String, _ model: String, _ usage: KeyValuePairs<UsageClass, Int64>,
        at time: String = "2026-06-01T12:00:00Z", tier: String? = nil
    ) throws -> String {
        guard case .instant(let instant)? = TimeText(time) else { return "no time" }
        var buckets = UsageBuckets()
        for (usageClass, quantity) in usage { buckets[usageClass] = quantity }
        let seller = book.aliases.resolve(biller: nil, provider: provider)
        let offering = Offering(biller: seller.biller, provider: seller.provider, model: model, serviceTier: tier)
        switch book.charge(for: offering, usage: buckets, at: instant) {
        case .priced(let cost, _): return cost.description
        case .unpriced(let reason): return reason.rawValue
        }
    }

    /// What was left out: model, part.
    var skipped: [String] { outcome.skipped.map { "\($0.model) \($0.part)" } }

    /// Whether the table written as a file reads back as the same table.
    func survivesAFile() throws -> Bool {
        let text = PriceFile.text(of: outcome.table, comment: "a table\n\nread in")
        return try PriceFile.parse(text, name: "p.yaml") == outcome.table
    }
}
