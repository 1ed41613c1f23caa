extension Array: PostgresEncodable where Element: PostgresArrayElement {
    package static var postgresType: PostgresType { Element.arrayType }
    package func encode(into bytes: inout PostgresBytes) throws(PostgresError) {
        try Element.encodeArray(self, into: &bytes)
    }
}

extension Array: PostgresDecodable where Element: PostgresArrayElement {
    package static func accepts(_ type: PostgresType) -> Bool { Element.acceptsArray(type) }
    package static func decode(_ bytes: RawSpan, type: PostgresType) throws(PostgresError) -> [Element] {
        try Element.decodeArray(bytes, type: type)
    }
}

/// A byte is no PostgreSQL type; an array of bytes is `bytea`.
extension UInt8: PostgresArrayElement {
    package static var arrayType: PostgresType { .bytea }
    package static func encodeArray(_ elements: [UInt8], into bytes: inout PostgresBytes) throws(PostgresError) {
        bytes.append(contentsOf: elements)
    }
    package static func acceptsArray(_ type: PostgresType) -> Bool { type == .bytea }
    package static func decodeArray(_ bytes: RawSpan, type: PostgresType) throws(PostgresError) -> [UInt8] {
        bytes.copy()
    }
}

extension Optional: PostgresArrayElement where Wrapped: PostgresPlainElement {
    package static var arrayType: PostgresType { Wrapped.arrayType }

    package static func encodeArray(_ elements: [Wrapped?], into bytes: inout PostgresBytes) throws(PostgresError) {
        try ArrayForm.encode(
            count: elements.count, hasNull: elements.contains { $0 == nil }, type: Wrapped.postgresType, into: &bytes
        ) { (bytes: inout PostgresBytes) throws(PostgresError) in
            for element in elements {
                if let element { try ArrayForm.encode(element, into: &bytes) } else { bytes.append(Int32(-1)) }
            }
        }
    }

    package static func acceptsArray(_ type: PostgresType) -> Bool { Wrapped.acceptsArray(type) }

    package static func decodeArray(_ bytes: RawSpan, type: PostgresType) throws(PostgresError) -> [Wrapped?] {
        var elements: [Wrapped?] = []
        try ArrayForm.decode(bytes, as: Wrapped.self) { (element: Wrapped?) throws(PostgresError) in
            elements.append(element)
        }
        return elements
    }
}

extension Bool: PostgresPlainElement { package static var arrayType: PostgresType { .boolArray } }
extension Int16: PostgresPlainElement { package static var arrayType: PostgresType { .int2Array } }
extension Int32: PostgresPlainElement { package static var arrayType: PostgresType { .int4Array } }
extension Int64: PostgresPlainElement { package static var arrayType: PostgresType { .int8Array } }
extension Int: PostgresPlainElement { package static var arrayType: PostgresType { .int8Array } }
extension Double: PostgresPlainElement { package static var arrayType: PostgresType { .float8Array } }
extension String: PostgresPlainElement { package static var arrayType: PostgresType { .textArray } }
