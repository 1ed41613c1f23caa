internal import FastJSON
internal import TallyCore

/// The billing reads of the Hub (facts, 1.9; Hub OpenAPI): inference in nano-dollars, other compute in micro-dollars,
/// sessions and resource groups in cents.
///
/// The inference numbers may hold placeholders of calls that are not settled yet.
enum HuggingFaceBilling {
    /// Reads whatever of them an answer is.
    ///
    /// - Throws: ``RecordFailure`` when it is none of them. A partial snapshot of the live stream gives no lines.
    static func read(_ root: JSONValue) throws(RecordFailure) -> StatementReading {
        guard root.kind == .object else {
            throw RecordFailure("the answer is not a JSON object; write it as the Hub gives it")
        }
        var statement = StatementReading(biller: "huggingface")
        if let periods = root["periods"], periods.kind == .array {
            let currency = (try LogField.text(root["currency"], "currency") ?? "USD").uppercased()
            for entry in periods.elements { readPeriod(entry, currency, into: &statement) }
        } else if let usage = root["usage"]?.object {
            try readUsage(usage, root["period"]?.object, into: &statement)
        } else if root["billingMode"] != nil || root["isPro"] != nil {
            statement.account = try account(root)
        } else {
            try readInference(root["inference"]?.object, into: &statement)
        }
        return statement
    }

    /// Usage by groups of products (version 1), or the sums of inference and jobs (version 2).
    private static func readUsage(
        _ usage: JSONValue, _ period: JSONValue?, into statement: inout StatementReading
    ) throws(RecordFailure) {
        let span = try StatementField.closedPeriod(from: period?["periodStart"], to: period?["periodEnd"], "period")
        try readInference(usage.first("inferenceProviders", "inference")?.object, into: &statement)
        if let jobs = usage["jobs"]?.object {
            var line = StatementLine(kind: .charge, period: span ?? statement.lines.first?.period)
            line.dimensions.lineItem = "jobs"
            line.amount = try StatementField.amount(jobs["usedMicroUsd"], "jobs.usedMicroUsd", places: 6)
            line.add(.unit("minutes"), try StatementField.number(jobs["totalMinutes"], "jobs.totalMinutes"))
            statement.lines.append(line)
        }
        for (group, items) in usage.members where items.kind == .array {
            let name = try FieldReader.text(group.string, field: "the name of a group")
            for item in items.elements {
                statement.collect { () throws(RecordFailure) in [try product(item, of: name, span)] }
            }
        }
    }

    private static func product(
        _ item: JSONValue, of group: String?, _ period: StatementPeriod?
    ) throws(RecordFailure) -> StatementLine {
        var line = StatementLine(kind: .charge, period: period)
        line.amount = try StatementField.amount(item["totalCostMicroUSD"], "totalCostMicroUSD", places: 6)
        if line.amount == nil { throw RecordFailure("totalCostMicroUSD is missing; every entry needs it") }
        line.dimensions.lineItem = try LogField.text(item["product"], "product")
        line.dimensions.group = group
        let unit = try LogField.text(item["unitLabel"], "unitLabel")
        line.add(.unit(unit ?? "units"), try StatementField.number(item["quantity"], "quantity"))
        return line
    }

    private static func readInference(
        _ inference: JSONValue?, into statement: inout StatementReading
    ) throws(RecordFailure) {
        guard let inference else { return }
        let period = try StatementField.closedPeriod(
            from: inference["periodStart"], to: inference["periodEnd"], "period")
        statement.asOf = try StatementField.time(inference["lastUpdated"], "lastUpdated")
        var charge = StatementLine(kind: .charge, period: period)
        charge.dimensions.lineItem = inferenceItem
        charge.amount = try StatementField.amount(inference["usedNanoUsd"], "usedNanoUsd", places: 9)
        charge.requests = try StatementField.count(inference["numRequests"], "numRequests")
        if charge.amount == nil { throw RecordFailure("usedNanoUsd is missing; the answer has no sum") }
        statement.lines.append(charge)
        for (name, kind) in [("includedNanoUsd", StatementLine.Kind.includedCredits), ("limitNanoUsd", .limit)] {
            guard let amount = try StatementField.amount(inference[name], name, places: 9) else { continue }
            var line = StatementLine(kind: kind, period: period)
            line.dimensions.lineItem = inferenceItem
            line.amount = amount
            statement.lines.append(line)
        }
    }

    /// The line item of the sum of routed inference, as the Hub names its member.
    static let inferenceItem = "inferenceProviders"

    /// One month by sessions or by resource groups.
    private static func readPeriod(_ entry: JSONValue, _ currency: String, into statement: inout StatementReading) {
        let period: StatementPeriod
        do throws(RecordFailure) {
            guard let month = try StatementField.month(entry["period"], "period") else {
                throw RecordFailure("period is missing; every entry needs its month")
            }
            period = month
        } catch {
            statement.rejected.append(error)
            return
        }
        if let sessions = entry["sessions"] {
            for session in sessions.elements {
                statement.collect { () throws(RecordFailure) in
                    var line = try costs(session, period, currency, "session")
                    line.dimensions.session = try LogField.text(session["id"], "session.id")
                    return [line]
                }
            }
        }
        if let groups = entry["resourceGroups"] {
            for group in groups.elements {
                statement.collect { () throws(RecordFailure) in try resourceGroup(group, period, currency) }
            }
        }
    }

    private static func costs(
        _ object: JSONValue, _ period: StatementPeriod, _ currency: String, _ name: String
    ) throws(RecordFailure) -> StatementLine {
        var line = StatementLine(kind: .charge, period: period)
        line.currency = currency
        line.amount = try StatementField.amount(object["costCents"], "\(name).costCents", places: 2)
        if line.amount == nil { throw RecordFailure("\(name).costCents is missing; every entry needs it") }
        line.requests = try StatementField.count(object["requestCount"], "\(name).requestCount")
        line.dimensions.lineItem = inferenceItem
        return line
    }

    private static func resourceGroup(
        _ group: JSONValue, _ period: StatementPeriod, _ currency: String
    ) throws(RecordFailure) -> [StatementLine] {
        var name = try LogField.text(group["id"], "resourceGroup.id")
        if name == nil { name = try LogField.text(group["name"], "resourceGroup.name") }
        var lines: [StatementLine] = []
        if let inference = group["inference"]?.object {
            lines.append(try costs(inference, period, currency, "inference"))
        }
        if let compute = group["compute"]?.object {
            for (kind, object) in compute.members where object.kind == .object {
                var line = try costs(object, period, currency, "compute")
                line.dimensions.lineItem = try FieldReader.text(kind.string, field: "the name of a compute kind")
                line.add(.unit("seconds"), try StatementField.number(object["uptimeSec"], "uptimeSec"))
                lines.append(line)
            }
        }
        for index in lines.indices { lines[index].dimensions.group = name }
        return lines
    }

    /// `whoami-v2`.
    private static func account(_ root: JSONValue) throws(RecordFailure) -> StatementAccount {
        var account = StatementAccount()
        account.name = try LogField.text(root["name"], "name")
        account.isPro = root["isPro"]?.bool
        account.canPay = root["canPay"]?.bool
        account.billingMode = try LogField.text(root["billingMode"], "billingMode")
        account.periodEnd = try StatementField.time(root["periodEnd"], "periodEnd")
        guard let organizations = root["orgs"] else { return account }
        for organization in organizations.elements {
            if let name = LogField.description(organization["name"]) { account.organizations.append(name) }
        }
        return account
    }
}
