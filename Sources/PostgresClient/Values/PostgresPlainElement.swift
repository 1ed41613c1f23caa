/// A type whose arrays are PostgreSQL arrays of that type.
package protocol PostgresPlainElement: PostgresArrayElement, PostgresEncodable, PostgresDecodable {}

extension PostgresPlainElement {
    package static func encodeArray(_ elements: [Self], into bytes: inout PostgresBytes) throws(PostgresError) {
        try ArrayForm.encode(count: elements.count, type: postgresType, into: &bytes) {
            (bytes: inout PostgresBytes) throws(PostgresError) in
            for element in elements { try ArrayForm.encode(element, into: &bytes) }
        }
    }

    package static func acceptsArray(_ type: PostgresType) -> Bool {
        ArrayForm.elementType(ofArray: type).map(accepts) ?? false
    }

    package static func decodeArray(_ bytes: RawSpan, type: PostgresType) throws(PostgresError) -> [Self] {
        var elements: [Self] = []
        try ArrayForm.decode(bytes, as: Self.self) { (element: Self?) throws(PostgresError) in
            guard let element else {
                throw PostgresError(.decoding, "an array element is NULL; ask for optional elements")
            }
            elements.append(element)
        }
        return elements
    }
}
