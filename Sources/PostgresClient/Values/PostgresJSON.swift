/// A JSON document as text, column types `jsonb` and `json`.
package struct PostgresJSON: Sendable, Hashable {
    /// The document; the server checks it.
    package let text: String

    /// Takes a document as it is.
    package init(text: String) { self.text = text }
}

extension PostgresJSON: PostgresPlainElement {
    /// The only version of jsonb's binary form so far.
    private static let version: UInt8 = 1

    package static var postgresType: PostgresType { .jsonb }
    package static var arrayType: PostgresType { .jsonbArray }

    package func encode(into bytes: inout PostgresBytes) throws(PostgresError) {
        guard !text.utf8.contains(0) else { throw .nulInText }
        bytes.append(Self.version)
        bytes.append(contentsOf: text.utf8)
    }

    package static func accepts(_ type: PostgresType) -> Bool { type == .jsonb || type == .json }

    package static func decode(_ bytes: RawSpan, type: PostgresType) throws(PostgresError) -> PostgresJSON {
        guard type == .jsonb else { return PostgresJSON(text: try bytes.text()) }
        guard bytes.bigEndian(UInt8.self) == version else {
            throw PostgresError(.decoding, "jsonb of an unknown version; cast it to text")
        }
        return PostgresJSON(text: try bytes.extracting(1..<bytes.byteCount).text())
    }
}
