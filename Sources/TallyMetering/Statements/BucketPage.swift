internal import FastJSON
internal import TallyCore

/// Pages of buckets of time with results in them, which the admin APIs of OpenAI and Anthropic answer with.
enum BucketPage {
    /// Reads the results of a page, or of one row of an export, which has its bucket's times itself.
    ///
    /// - Parameters:
    ///   - root: The page, or the row.
    ///   - biller: Whose it is.
    ///   - start: The member that begins a bucket.
    ///   - end: The member that ends it, exclusive.
    ///   - read: Makes a line of a result, given a line with its period.
    /// - Returns: The statement, with the cursor of the next page.
    /// - Throws: ``RecordFailure`` when it is neither a page nor a row.
    static func read(
        _ root: JSONValue, biller: String, start: StaticString, end: StaticString,
        _ read: (JSONValue, StatementPeriod) throws(RecordFailure) -> StatementLine?
    ) throws(RecordFailure) -> StatementReading {
        var statement = StatementReading(biller: biller)
        let page = root["data"]
        if page == nil, let period = try StatementField.period(from: root[start], to: root[end], "bucket") {
            statement.collect { () throws(RecordFailure) in try read(root, period).map { [$0] } ?? [] }
            return statement
        }
        guard let page, page.kind == .array else {
            throw RecordFailure("data is missing; write a page as the API answers it")
        }
        if root["has_more"]?.bool != false { statement.nextPage = LogField.description(root["next_page"]) }
        for bucket in page.elements {
            guard let results = bucket.first("results", "result"), results.count > 0 else { continue }
            let period: StatementPeriod
            do throws(RecordFailure) {
                guard let stated = try StatementField.period(from: bucket[start], to: bucket[end], "bucket") else {
                    throw RecordFailure("a bucket lacks \(start) or \(end); write the page as the API answers it")
                }
                period = stated
            } catch {
                statement.rejected.append(error)
                continue
            }
            for result in results.elements {
                statement.collect { () throws(RecordFailure) in try read(result, period).map { [$0] } ?? [] }
            }
        }
        return statement
    }
}
