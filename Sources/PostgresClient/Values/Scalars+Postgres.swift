extension Bool: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .bool }
    package func encode(into bytes: inout PostgresBytes) throws(PostgresError) { bytes.append(UInt8(self ? 1 : 0)) }
    package static func accepts(_ type: PostgresType) -> Bool { type == .bool }
    package static func decode(_ bytes: RawSpan, type: PostgresType) throws(PostgresError) -> Bool {
        try bytes.exactly(UInt8.self) != 0
    }
}

extension Int16: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .int2 }
    package func encode(into bytes: inout PostgresBytes) throws(PostgresError) { bytes.append(self) }
    package static func accepts(_ type: PostgresType) -> Bool { type == .int2 }
    package static func decode(_ bytes: RawSpan, type: PostgresType) throws(PostgresError) -> Int16 {
        try bytes.exactly(Int16.self)
    }
}

extension Int32: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .int4 }
    package func encode(into bytes: inout PostgresBytes) throws(PostgresError) { bytes.append(self) }
    package static func accepts(_ type: PostgresType) -> Bool { type == .int4 || type == .int2 }
    package static func decode(_ bytes: RawSpan, type: PostgresType) throws(PostgresError) -> Int32 {
        type == .int2 ? Int32(try bytes.exactly(Int16.self)) : try bytes.exactly(Int32.self)
    }
}

extension Int64: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .int8 }
    package func encode(into bytes: inout PostgresBytes) throws(PostgresError) { bytes.append(self) }
    package static func accepts(_ type: PostgresType) -> Bool { type == .int8 || type == .int4 || type == .int2 }
    package static func decode(_ bytes: RawSpan, type: PostgresType) throws(PostgresError) -> Int64 {
        switch type {
        case .int2: Int64(try bytes.exactly(Int16.self))
        case .int4: Int64(try bytes.exactly(Int32.self))
        default: try bytes.exactly(Int64.self)
        }
    }
}

extension Int: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .int8 }
    package func encode(into bytes: inout PostgresBytes) throws(PostgresError) { bytes.append(Int64(self)) }
    package static func accepts(_ type: PostgresType) -> Bool { Int64.accepts(type) }
    package static func decode(_ bytes: RawSpan, type: PostgresType) throws(PostgresError) -> Int {
        Int(try Int64.decode(bytes, type: type))
    }
}

extension Double: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .float8 }
    package func encode(into bytes: inout PostgresBytes) throws(PostgresError) { bytes.append(bitPattern) }
    package static func accepts(_ type: PostgresType) -> Bool { type == .float8 || type == .float4 }
    package static func decode(_ bytes: RawSpan, type: PostgresType) throws(PostgresError) -> Double {
        type == .float4
            ? Double(Float(bitPattern: try bytes.exactly(UInt32.self)))
            : Double(bitPattern: try bytes.exactly(UInt64.self))
    }
}

extension String: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .text }

    package func encode(into bytes: inout PostgresBytes) throws(PostgresError) {
        guard !utf8.contains(0) else { throw .nulInText }
        bytes.append(contentsOf: utf8)
    }

    package static func accepts(_ type: PostgresType) -> Bool {
        switch type {
        case .text, .varchar, .bpchar, .name, .unknown: true
        default: false
        }
    }

    package static func decode(_ bytes: RawSpan, type: PostgresType) throws(PostgresError) -> String {
        try bytes.text()
    }
}

extension PostgresError {
    static var nulInText: PostgresError {
        PostgresError(.encoding, "text holds a NUL character, which PostgreSQL cannot store; remove it or send bytea")
    }
}
