/// A value that arrays can hold, both ways.
package protocol PostgresArrayElement: Sendable {
    /// The type of an array of it.
    static var arrayType: PostgresType { get }

    /// Appends a whole array.
    ///
    /// - Throws: kind `.encoding` when an element cannot be sent.
    static func encodeArray(_ elements: [Self], into bytes: inout PostgresBytes) throws(PostgresError)

    /// Whether columns of this type can be read as an array of it.
    static func acceptsArray(_ type: PostgresType) -> Bool

    /// Reads a whole array.
    ///
    /// - Throws: kind `.decoding` when the bytes do not fit.
    static func decodeArray(_ bytes: RawSpan, type: PostgresType) throws(PostgresError) -> [Self]
}
