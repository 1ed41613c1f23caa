/// Bytes under construction in network order.
package struct PostgresBytes: Sendable {
    /// PostgreSQL's own limit for one value.
    static let maximumValueBytes = 1 << 30 - 1

    private(set) var bytes: [UInt8] = []

    /// Appends an integer, most significant byte first.
    mutating func append<T: FixedWidthInteger & BitwiseCopyable>(_ value: T) {
        unsafe withUnsafeBytes(of: value.bigEndian) { unsafe bytes.append(contentsOf: $0) }
    }

    mutating func append(contentsOf other: some Sequence<UInt8>) {
        bytes.append(contentsOf: other)
    }

    mutating func reserve(_ count: Int) { bytes.reserveCapacity(bytes.count + count) }

    /// Writes a length field that is only known once what follows is written; returns its place.
    mutating func beginLength() -> Int {
        append(Int32(0))
        return bytes.count
    }

    /// Fills in the length field that `beginLength` returned the place of.
    mutating func endLength(at start: Int) throws(PostgresError) {
        let count = bytes.count - start
        guard count <= Self.maximumValueBytes else {
            throw PostgresError(.encoding, "a value of \(count) bytes is above PostgreSQL's limit of 1 GB; split it")
        }
        let field = UInt32(count)
        for place in 0..<4 { bytes[start - 4 + place] = UInt8(truncatingIfNeeded: field >> (24 - 8 * UInt32(place))) }
    }
}

extension RawSpan {
    /// The integer at a byte offset, or nil when the span is too short.
    func bigEndian<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, at offset: Int = 0) -> T? {
        guard offset >= 0, byteCount >= MemoryLayout<T>.size, offset <= byteCount - MemoryLayout<T>.size else {
            return nil
        }
        return unsafe T(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: T.self))
    }

    /// The integer that the whole span is.
    func exactly<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type) throws(PostgresError) -> T {
        guard byteCount == MemoryLayout<T>.size, let value = bigEndian(type) else {
            throw PostgresError(.decoding, "\(byteCount) bytes where \(MemoryLayout<T>.size) were expected")
        }
        return value
    }

    /// A copy of the bytes.
    func copy() -> [UInt8] {
        unsafe withUnsafeBytes { unsafe [UInt8]($0) }
    }

    /// The bytes as text.
    func text() throws(PostgresError) -> String {
        guard let text = unsafe withUnsafeBytes({ unsafe String(validating: $0, as: UTF8.self) }) else {
            throw PostgresError(.decoding, "text is not UTF-8; set client_encoding to UTF8")
        }
        return text
    }
}
