/// The wire form of arrays: dimensions, a flag for NULLs, the element type, bounds, then length and bytes of each.
enum ArrayForm {
    /// PostgreSQL's own limit (MaxArraySize, a quarter of its 1 GB allocation limit over eight).
    static let maximumElements = 134_217_727

    static func encode(
        count: Int, hasNull: Bool = false, type: PostgresType, into bytes: inout PostgresBytes,
        elements: (inout PostgresBytes) throws(PostgresError) -> Void
    ) throws(PostgresError) {
        guard count <= maximumElements else {
            throw PostgresError(.encoding, "an array of \(count) elements is above PostgreSQL's limit; split it")
        }
        bytes.reserve(20 + 12 * count)
        bytes.append(Int32(count == 0 ? 0 : 1))
        bytes.append(Int32(hasNull ? 1 : 0))
        bytes.append(type.rawValue)
        guard count > 0 else { return }
        bytes.append(Int32(count))
        bytes.append(Int32(1))
        try elements(&bytes)
    }

    static func encode(_ element: some PostgresEncodable, into bytes: inout PostgresBytes) throws(PostgresError) {
        let start = bytes.beginLength()
        try element.encode(into: &bytes)
        try bytes.endLength(at: start)
    }

    static func elementType(ofArray type: PostgresType) -> PostgresType? {
        switch type {
        case .boolArray: .bool
        case .byteaArray: .bytea
        case .int2Array: .int2
        case .int4Array: .int4
        case .int8Array: .int8
        case .float8Array: .float8
        case .textArray: .text
        case .timestamptzArray: .timestamptz
        case .numericArray: .numeric
        case .uuidArray: .uuid
        case .jsonbArray: .jsonb
        case PostgresType(rawValue: 1015): .varchar
        case PostgresType(rawValue: 1021): .float4
        default: nil
        }
    }

    static func decode<Element: PostgresDecodable>(
        _ bytes: RawSpan, as element: Element.Type, _ take: (Element?) throws(PostgresError) -> Void
    ) throws(PostgresError) {
        guard let dimensions = bytes.bigEndian(Int32.self), let rawType = bytes.bigEndian(UInt32.self, at: 8) else {
            throw truncated
        }
        guard dimensions != 0 else { return }
        guard dimensions == 1 else {
            throw PostgresError(.decoding, "an array of \(dimensions) dimensions; only one is supported")
        }
        let type = PostgresType(rawValue: rawType)
        guard Element.accepts(type) else {
            throw PostgresError(.decoding, "array elements of type \(rawType) cannot be read as \(Element.self)")
        }
        guard let count = bytes.bigEndian(Int32.self, at: 12), count >= 0 else { throw truncated }
        var offset = 20
        for _ in 0..<count {
            guard let length = bytes.bigEndian(Int32.self, at: offset) else { throw truncated }
            offset += 4
            guard length >= 0 else {
                try take(nil)
                continue
            }
            let end = offset + Int(length)
            guard end <= bytes.byteCount else { throw truncated }
            try take(Element.decode(bytes.extracting(offset..<end), type: type))
            offset = end
        }
    }

    private static var truncated: PostgresError { PostgresError(.decoding, "the array ends before its last element") }
}
