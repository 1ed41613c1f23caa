/// An `SQL` made ready for the wire: numbered text, parameter types, and all parameter bytes in one run.
struct Statement: Sendable {
    let text: String
    private(set) var types: [PostgresType] = []
    private(set) var bytes: [UInt8] = []
    /// The place of each parameter in `bytes`; nil is NULL.
    private(set) var ranges: [Range<Int>?] = []

    /// Numbers and gathers.
    ///
    /// - Throws: the first parameter's `.encoding` error, or one for NUL in the text or too many parameters.
    init(_ sql: SQL) throws(PostgresError) {
        var text = ""
        for piece in sql.pieces {
            switch piece {
            case .text(let part): text += part
            case .parameter(let type, let value):
                types.append(type)
                text += "$\(types.count)"
                if let value = try value.get() {
                    ranges.append(bytes.count..<bytes.count + value.count)
                    bytes += value
                } else {
                    ranges.append(nil)
                }
            }
        }
        try Self.check(text)
        guard types.count <= SQL.maximumParameters else {
            throw PostgresError(
                .encoding,
                "\(types.count) parameters, the limit is \(SQL.maximumParameters); send arrays and unnest them")
        }
        self.text = text
        // An empty value needs an address that is not null.
        bytes.append(0)
    }

    /// Refuses what C would cut short.
    static func check(_ text: String) throws(PostgresError) {
        guard !text.utf8.contains(0) else {
            throw PostgresError(.encoding, "a statement holds a NUL character; remove it")
        }
    }
}
