/// A value that can be sent as a binary parameter.
package protocol PostgresEncodable: Sendable {
    /// The type the parameter is declared with.
    static var postgresType: PostgresType { get }

    /// Appends the value in PostgreSQL's binary form.
    ///
    /// - Throws: kind `.encoding` when PostgreSQL has no such value.
    func encode(into bytes: inout PostgresBytes) throws(PostgresError)
}
