internal import Hummingbird
internal import TallyCore

/// The price table.
struct PriceEndpoints: Sendable {
    let sources: ReportAPI.Sources
    let settings: ReportAPI.Settings

    private static let defaultRows = 100

    func prices(_ request: Request) async throws -> Response {
        let page = try ListPage(
            try QueryString.parameters(request), filters: ["biller", "provider", "model", "class"],
            defaultRows: Self.defaultRows, maximumRows: settings.maximumRows)
        let book = try await sources.prices.priceBook()
        let matching = book.prices.filter { price in
            page.filters.allSatisfy { name, values in
                switch name {
                case "biller": values.contains { book.aliases.canonical($0) == book.aliases.canonical(price.biller) }
                case "provider":
                    values.contains { value in
                        price.provider.map { book.aliases.canonical(value) == book.aliases.canonical($0) } ?? false
                    }
                case "model": values.contains { $0.lowercased() == price.model.text.lowercased() }
                default: values.contains(price.usageClass.name)
                }
            }
        }
        var start = 0
        if let cursor = page.cursor {
            guard let index = matching.firstIndex(where: { $0.id == cursor }) else {
                throw QuestionError("cursor", "not a cursor of this question; take next_cursor from an answer")
            }
            start = index + 1
        }
        let rows = matching[start...].prefix(page.limit)
        let next = rows.endIndex < matching.endIndex ? rows.last?.id : nil
        return Answer.json(PriceJSON.list(rows, nextCursor: next))
    }
}
