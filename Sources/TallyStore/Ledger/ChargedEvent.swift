internal import PostgresClient
internal import TallyCore

/// What of a stored event its charge is made from, and the charge it has.
struct ChargedEvent {
    let eventID: PostgresUUID
    let time: Instant
    let offeringID: Int32
    let basisID: Int32
    let usage: UsageBuckets?
    let isPartlyPriced: Bool
    let cost: Money?

    /// The columns of ``init(row:)``, of an alias of `events`.
    static func columns(of alias: String) -> String {
        (["event_id", "time", "offering_id", "basis_id", "usage_known", "is_partly_priced", "computed_cost"]
            + UsageClass.names).map { "\(alias).\($0)" }.joined(separator: ", ")
    }

    /// How many columns ``columns(of:)`` names.
    static let columnCount = 7 + UsageClass.count

    /// An event from a row that begins with its columns.
    init(row: Row) throws {
        eventID = try row.decode(PostgresUUID.self, at: 0)
        time = Instant(microseconds: try row.decode(PostgresTimestamp.self, at: 1).microseconds)
        offeringID = try row.decode(Int32.self, at: 2)
        basisID = try row.decode(Int32.self, at: 3)
        if try row.decode(Bool.self, at: 4) {
            var usage = UsageBuckets()
            for usageClass in UsageClass.allCases {
                usage[usageClass] = try row.decode(Int64?.self, at: 7 + usageClass.rawValue)
            }
            self.usage = usage
        } else {
            usage = nil
        }
        isPartlyPriced = try row.decode(Bool.self, at: 5)
        cost = try row.decode(PostgresDecimal?.self, at: 6).map(Money.init(stored:))
    }
}
