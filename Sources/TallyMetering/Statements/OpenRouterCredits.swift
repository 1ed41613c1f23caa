package import FastJSON
package import TallyCore

/// OpenRouter's credits: what was bought and what was used, since the account began (OpenRouter, OpenAPI `/credits`).
package enum OpenRouterCredits {
    /// Reads an answer.
    ///
    /// - Throws: ``RecordFailure`` when it is none.
    package static func read(_ root: JSONValue) throws(RecordFailure) -> ProviderStatement {
        guard let data = root["data"]?.object,
            let bought = try StatementField.amount(data["total_credits"], "total_credits"),
            let used = try StatementField.amount(data["total_usage"], "total_usage")
        else {
            throw RecordFailure("data.total_credits or data.total_usage is missing; the answer has no credits")
        }
        var statement = ProviderStatement(biller: "openrouter")
        for (kind, amount) in [(StatementLine.Kind.charge, used), (.limit, bought)] {
            var line = StatementLine(kind: kind, period: nil)
            line.dimensions.lineItem = "credits"
            line.amount = amount
            statement.lines.append(line)
        }
        return statement
    }
}
