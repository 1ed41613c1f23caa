/// One row of a result; it keeps the result alive.
package struct Row: Sendable {
    let result: QueryResult
    let row: Int

    /// How many columns the row has.
    package var columnCount: Int { result.columnCount }

    /// The value of a column counted from 0.
    ///
    /// - Throws: kind `.decoding` for NULL, a type that does not fit, or a column that does not exist.
    package func decode<Value: PostgresDecodable>(
        _ type: Value.Type = Value.self, at column: Int
    ) throws(PostgresError) -> Value {
        guard let value = try decodeValue(type, at: column) else {
            throw PostgresError(.decoding, "NULL where \(type) was expected; ask for an optional").located(
                place(column))
        }
        return value
    }

    /// The value of a column counted from 0, nil for NULL.
    ///
    /// - Throws: kind `.decoding` for a type that does not fit or a column that does not exist.
    package func decode<Value: PostgresDecodable>(
        _ type: Value?.Type = Value?.self, at column: Int
    ) throws(PostgresError) -> Value? {
        try decodeValue(Value.self, at: column)
    }

    /// The value of the first column of that name, spelled exactly.
    ///
    /// - Throws: kind `.decoding` for NULL, a type that does not fit, or a column that does not exist.
    package func decode<Value: PostgresDecodable>(
        _ type: Value.Type = Value.self, named name: String
    ) throws(PostgresError) -> Value {
        try decode(type, at: try column(named: name))
    }

    /// The value of the first column of that name, spelled exactly, nil for NULL.
    ///
    /// - Throws: kind `.decoding` for a type that does not fit or a column that does not exist.
    package func decode<Value: PostgresDecodable>(
        _ type: Value?.Type = Value?.self, named name: String
    ) throws(PostgresError) -> Value? {
        try decodeValue(Value.self, at: try column(named: name))
    }

    private func decodeValue<Value: PostgresDecodable>(
        _ type: Value.Type, at column: Int
    ) throws(PostgresError) -> Value? {
        guard column >= 0, column < result.columnCount else {
            throw PostgresError(.decoding, "column \(column) of a row that has \(result.columnCount)")
        }
        guard !result.isNull(row: row, column: column) else { return nil }
        let columnType = result.type(ofColumn: column)
        guard type.accepts(columnType) else {
            throw PostgresError(
                .decoding, "type \(columnType.rawValue) cannot be read as \(type); cast it in the statement"
            ).located(place(column))
        }
        do throws(PostgresError) {
            return try result.withBytes(row: row, column: column) { (bytes: RawSpan) throws(PostgresError) in
                try type.decode(bytes, type: columnType)
            }
        } catch {
            throw error.located(place(column))
        }
    }

    private func column(named name: String) throws(PostgresError) -> Int {
        guard let column = result.column(named: name) else {
            throw PostgresError(.decoding, "no column is named \(name); the row has \(result.columnNames)")
        }
        return column
    }

    private func place(_ column: Int) -> String { "column \(column) (\(result.columnNames[column]))" }
}
