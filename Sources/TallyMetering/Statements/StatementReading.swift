internal import TallyCore

/// A statement as it is read, with the rows that could not be; the others are good without them.
@dynamicMemberLookup
struct StatementReading {
    /// What could be read.
    var statement: ProviderStatement
    /// Rows that could not be read.
    var rejected: [RecordFailure] = []

    /// A reading of nothing yet.
    init(biller: String) {
        statement = ProviderStatement(biller: biller)
    }

    subscript<Value>(dynamicMember path: WritableKeyPath<ProviderStatement, Value>) -> Value {
        get { statement[keyPath: path] }
        set { statement[keyPath: path] = newValue }
    }
}
