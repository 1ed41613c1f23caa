internal import FastJSON
internal import PostgresClient
internal import TallyCore

/// A line of a statement as it is stored, with what tells it from all others.
struct StatementRow {
    let id: EventIdentity
    let biller: String
    let account: String?
    let line: StatementLine
    let ordinal: Int32
    let asOf: Instant?

    /// The rows of a statement, in its order.
    static func rows(of statement: ProviderStatement) -> [StatementRow] {
        var earlier: [Key: Int32] = [:]
        var record = IdentityRecord()
        return statement.lines.map { line in
            let key = Key(kind: line.kind, period: line.period, dimensions: line.dimensions)
            let ordinal = earlier[key, default: 0]
            earlier[key] = ordinal + 1
            return StatementRow(
                id: key.identity(
                    biller: statement.biller, account: statement.account?.name, ordinal: ordinal, &record),
                biller: statement.biller, account: statement.account?.name, line: line, ordinal: ordinal,
                asOf: statement.asOf)
        }
    }

    /// What tells a line from its neighbours.
    private struct Key: Hashable {
        let kind: StatementLine.Kind
        let period: StatementPeriod?
        let dimensions: StatementDimensions

        func identity(
            biller: String, account: String?, ordinal: Int32, _ record: inout IdentityRecord
        ) -> EventIdentity {
            record.reset("statement line")
            record.append(biller)
            record.append(account)
            record.append(kind.rawValue)
            record.append(period?.from.microseconds)
            record.append(period?.to.microseconds)
            record.append(dimensions.provider)
            record.append(dimensions.model)
            record.append(dimensions.endpoint)
            record.append(dimensions.project)
            record.append(dimensions.group)
            record.append(dimensions.user)
            record.append(dimensions.key)
            record.append(dimensions.session)
            record.append(dimensions.serviceTier)
            record.append(dimensions.isBatch.map { $0 ? 1 : 0 })
            record.append(dimensions.lineItem)
            record.append(Int64(ordinal))
            return EventIdentity(hashing: record)
        }
    }

    /// The quantities as an object of decimal strings; of two of one measure the last counts.
    var quantities: PostgresJSON {
        var values: [String: String] = [:]
        for quantity in line.quantities { values[quantity.measure.name] = quantity.value.plainText }
        var writer = JSONWriter()
        writer.beginObject()
        for (name, value) in values.sorted(by: { $0.key < $1.key }) { writer.member(name, value) }
        writer.endObject()
        return PostgresJSON(text: String(decoding: writer.bytes, as: UTF8.self))
    }
}
