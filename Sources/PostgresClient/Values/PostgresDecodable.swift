/// A value that can be read from a column in binary form.
package protocol PostgresDecodable: Sendable {
    /// Whether columns of this type can be read as this Swift type.
    static func accepts(_ type: PostgresType) -> Bool

    /// Reads one value that is not NULL.
    ///
    /// - Throws: kind `.decoding` when the bytes do not fit.
    static func decode(_ bytes: RawSpan, type: PostgresType) throws(PostgresError) -> Self
}
