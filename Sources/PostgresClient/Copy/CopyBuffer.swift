/// Rows in PostgreSQL's binary COPY form, built in one run of memory.
///
/// Each row is `beginRow(columns:)` followed by exactly that many appends, in the order and with the exact types of the
/// columns; the server refuses the whole COPY otherwise. The memory is kept between uses of
/// `removeAll(keepingCapacity: true)`. Not thread safe by itself: a value, as an array is.
package struct CopyBuffer: Sendable {
    /// Where a buffer stops taking rows unless told otherwise: 1 GB.
    package static let defaultMaximumBytes = 1 << 30
    /// The 19 bytes every binary COPY starts with: signature, flags, and an empty extension.
    static let header: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00] + [UInt8](repeating: 0, count: 8)
    /// The two bytes every binary COPY ends with: −1 in place of a column count.
    static let trailer: [UInt8] = [0xFF, 0xFF]
    private static let initialBytes = 4_096

    /// Memory in use and behind it zeros kept for later; only the first `used` bytes count.
    private var storage: [UInt8]
    private var used: Int
    private var columnsLeft = 0
    private let maximumBytes: Int

    /// How many rows were begun.
    package private(set) var rowCount = 0

    /// The bytes COPY will send, the trailer apart.
    package var byteCount: Int { used }

    /// Makes an empty buffer; `maximumBytes` is where `beginRow` refuses to go on.
    package init(reservingBytes: Int = 0, maximumBytes: Int = defaultMaximumBytes) {
        precondition(reservingBytes >= 0 && maximumBytes > 0, "sizes must be positive")
        self.maximumBytes = maximumBytes
        storage = Self.header
        used = storage.count
        storage.append(contentsOf: repeatElement(0, count: max(reservingBytes, Self.initialBytes)))
    }

    /// Forgets all rows.
    package mutating func removeAll(keepingCapacity: Bool) {
        if !keepingCapacity {
            storage.removeSubrange(min(storage.count, Self.header.count + Self.initialBytes)...)
        }
        used = Self.header.count
        rowCount = 0
        columnsLeft = 0
    }

    /// Starts a row; the one before must be complete.
    ///
    /// - Throws: kind `.encoding` when the buffer holds `maximumBytes`: send it and empty it first.
    package mutating func beginRow(columns: Int) throws(PostgresError) {
        precondition(columnsLeft == 0, "the row before lacks \(columnsLeft) columns")
        precondition(columns > 0 && columns <= Int(Int16.max), "a row of \(columns) columns")
        guard used < maximumBytes else {
            throw PostgresError(.encoding, "the copy buffer holds \(used) bytes; send it and empty it before more rows")
        }
        put(Int16(columns))
        columnsLeft = columns
        rowCount += 1
    }

    /// Appends NULL.
    package mutating func appendNull() {
        beginColumn()
        put(Int32(-1))
    }

    /// Appends a `bool`.
    package mutating func append(_ value: Bool) { appendFixed(UInt8(value ? 1 : 0)) }
    /// Appends an `int2`.
    package mutating func append(_ value: Int16) { appendFixed(value) }
    /// Appends an `int4`.
    package mutating func append(_ value: Int32) { appendFixed(value) }
    /// Appends an `int8`.
    package mutating func append(_ value: Int64) { appendFixed(value) }
    /// Appends a `float8`.
    package mutating func append(_ value: Double) { appendFixed(value.bitPattern) }
    /// Appends a `"char"`.
    package mutating func append(byte: UInt8) { appendFixed(byte) }
    /// Appends a `uuid`.
    package mutating func append(_ value: PostgresUUID) { append(uuidHigh: value.high, low: value.low) }

    /// Appends a `uuid` by its halves, most significant bytes first.
    package mutating func append(uuidHigh high: UInt64, low: UInt64) {
        beginColumn()
        reserve(20)
        store(Int32(16))
        store(high)
        store(low)
    }

    /// Appends a `timestamptz` by its microseconds since 1970-01-01 00:00 UTC.
    ///
    /// - Throws: kind `.encoding` for a moment before anything PostgreSQL can store; the row is then incomplete.
    package mutating func append(timestampMicroseconds: Int64) throws(PostgresError) {
        appendFixed(try PostgresTimestamp.wire(microseconds: timestampMicroseconds))
    }

    /// Appends a `text` or `varchar`.
    ///
    /// - Throws: kind `.encoding` for a NUL character or more than 1 GB; the row is then incomplete.
    package mutating func append(text: String) throws(PostgresError) {
        let stored = unsafe text.utf8.withContiguousStorageIfAvailable { utf8 in
            unsafe appendText(UnsafeRawBufferPointer(utf8))
        }
        if let stored { return try stored.get() }
        var copy = text
        try copy.withUTF8 { utf8 in unsafe appendText(UnsafeRawBufferPointer(utf8)) }.get()
    }

    /// Appends a `bytea`.
    ///
    /// - Throws: kind `.encoding` for more than 1 GB; the row is then incomplete.
    package mutating func append(bytes: [UInt8]) throws(PostgresError) {
        try unsafe bytes.withUnsafeBytes { bytes in unsafe appendRun(bytes) }.get()
    }

    /// Appends a `jsonb`.
    ///
    /// - Throws: kind `.encoding` for a NUL character or more than 1 GB; the row is then incomplete.
    package mutating func append(json: PostgresJSON) throws(PostgresError) {
        var form = PostgresBytes()
        try json.encode(into: &form)
        try append(bytes: form.bytes)
    }

    /// Appends a `numeric`: `decimalUnscaled` × 10^−`scale`, exactly, with `scale` digits after its point.
    package mutating func append(decimalUnscaled: Int128, scale: Int) {
        beginColumn()
        let form = NumericForm(unscaled: decimalUnscaled, scale: scale)
        reserve(12 + 2 * NumericForm.maximumGroups)
        store(Int32(8 + 2 * form.count))
        store(Int16(form.count))
        store(form.weight)
        store(form.sign)
        store(form.displayScale)
        for place in 0..<form.count { store(form.group(place)) }
    }

    /// Lends the rows: what COPY sends, header and trailer apart.
    func withRows<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        precondition(columnsLeft == 0, "the last row lacks \(columnsLeft) columns")
        return unsafe storage.withUnsafeBytes {
            unsafe body(UnsafeRawBufferPointer(rebasing: $0[Self.header.count..<used]))
        }
    }

    // MARK: Writing

    private mutating func beginColumn() {
        precondition(columnsLeft > 0, "more columns than the row was begun with")
        columnsLeft -= 1
    }

    private mutating func appendFixed<T: FixedWidthInteger & BitwiseCopyable>(_ value: T) {
        beginColumn()
        let size = MemoryLayout<T>.size
        reserve(4 + size)
        let place = used
        precondition(place + 4 + size <= storage.count, "write without room")
        unsafe storage.withUnsafeMutableBytes { target in
            unsafe target.storeBytes(of: Int32(size).bigEndian, toByteOffset: place, as: Int32.self)
            unsafe target.storeBytes(of: value.bigEndian, toByteOffset: place + 4, as: T.self)
        }
        used = place + 4 + size
    }

    private mutating func appendText(_ utf8: UnsafeRawBufferPointer) -> Result<Void, PostgresError> {
        guard unsafe !utf8.contains(0) else { return .failure(.nulInText) }
        return unsafe appendRun(utf8)
    }

    private mutating func appendRun(_ bytes: UnsafeRawBufferPointer) -> Result<Void, PostgresError> {
        let count = bytes.count
        guard count <= PostgresBytes.maximumValueBytes else {
            return .failure(PostgresError(.encoding, "a value of \(count) bytes is above PostgreSQL's limit of 1 GB"))
        }
        beginColumn()
        reserve(4 + count)
        store(Int32(count))
        let place = used
        unsafe storage.withUnsafeMutableBytes { target in
            unsafe UnsafeMutableRawBufferPointer(rebasing: target[place..<place + count]).copyMemory(from: bytes)
        }
        used += count
        return .success(())
    }

    private mutating func put<T: FixedWidthInteger & BitwiseCopyable>(_ value: T) {
        reserve(MemoryLayout<T>.size)
        store(value)
    }

    /// Makes room for `count` more bytes; grows by half at least, so that appends stay constant on average.
    private mutating func reserve(_ count: Int) {
        guard used + count > storage.count else { return }
        let growth = max(used + count - storage.count, storage.count / 2)
        storage.append(contentsOf: repeatElement(0, count: growth))
    }

    /// Writes into room that `reserve` made; a raw buffer checks its bounds only in debug builds, hence the check here.
    private mutating func store<T: FixedWidthInteger & BitwiseCopyable>(_ value: T) {
        let place = used
        precondition(place + MemoryLayout<T>.size <= storage.count, "write without room")
        unsafe storage.withUnsafeMutableBytes { target in
            unsafe target.storeBytes(of: value.bigEndian, toByteOffset: place, as: T.self)
        }
        used = place + MemoryLayout<T>.size
    }
}
