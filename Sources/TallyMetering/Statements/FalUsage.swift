package import FastJSON
package import TallyCore

/// fal's usage by day, endpoint and unit, as its platform API answers (`/models/usage?expand=time_series`).
///
/// The shape is that of the vendor's description; no answer of a real account was seen.
package enum FalUsage {
    /// Reads an answer.
    ///
    /// - Throws: ``RecordFailure`` when it is none, or a line cannot be read.
    package static func read(_ root: JSONValue) throws(RecordFailure) -> ProviderStatement {
        guard let series = root["time_series"], series.kind == .array else {
            throw RecordFailure("time_series is missing; the answer has no usage by day")
        }
        var statement = ProviderStatement(biller: "fal")
        for bucket in series.elements {
            guard let day = try StatementField.day(bucket["bucket"], "bucket"),
                let results = bucket["results"], results.kind == .array
            else {
                throw RecordFailure("bucket or results is missing; every entry of time_series needs both")
            }
            for result in results.elements { statement.lines.append(try line(result, of: day)) }
        }
        return statement
    }

    private static func line(_ result: JSONValue, of day: StatementPeriod) throws(RecordFailure) -> StatementLine {
        guard let model = try LogField.text(result["endpoint_id"], "endpoint_id") else {
            throw RecordFailure("endpoint_id is missing; every result needs its model")
        }
        var line = StatementLine(kind: .charge, period: day)
        line.dimensions.model = model
        line.dimensions.key = try LogField.text(result["auth_method"], "auth_method")
        let unit = try LogField.text(result["unit"], "unit") ?? "units"
        line.add(.unit(unit), try StatementField.number(result["quantity"], "quantity"))
        line.amount = try StatementField.amount(result["cost"], "cost")
        if line.amount == nil { throw RecordFailure("cost is missing; every result needs its amount") }
        return line
    }
}
