#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Cuts one record into fields by RFC 4180.
///
/// Strict about quotes: one inside an unquoted field is an error. So whether a quote is open behind a line depends on
/// the number of quotes alone, and looking for the line that closes one never reads a line twice.
@safe
struct CSVTokenizer: ~Copyable {
    /// How a record ended.
    enum Outcome: Equatable {
        case complete
        case openQuote
        case strayQuote(byteOffset: Int)
    }

    let delimiter: UInt8
    /// The fields of the last record; they point into it, or into `scratch`.
    private(set) var fields: [UnsafeRawBufferPointer] = unsafe []
    /// Fields with doubled quotes, decoded.
    ///
    /// As long as the record at least, so that it never moves within one.
    private var scratch: UnsafeMutableRawBufferPointer
    private var scratchUsed = 0

    private static let quote = UInt8(ascii: "\"")

    init(delimiter: UInt8) {
        self.delimiter = delimiter
        unsafe scratch = .allocate(byteCount: 0, alignment: 1)
    }

    deinit {
        unsafe scratch.deallocate()
    }

    /// The number of quotes in the bytes.
    static func quotes(in bytes: UnsafeRawBufferPointer) -> Int {
        var count = 0
        for index in 0..<bytes.count where unsafe bytes[index] == quote { count += 1 }
        return count
    }

    /// Cuts the record; `fields` are its fields when the outcome is complete.
    mutating func cut(_ record: UnsafeRawBufferPointer) -> Outcome {
        unsafe fields.removeAll(keepingCapacity: true)
        scratchUsed = 0
        guard let base = record.baseAddress, unsafe memchr(base, Int32(Self.quote), record.count) != nil else {
            unsafe cutUnquoted(record)
            return .complete
        }
        if unsafe scratch.count < record.count {
            unsafe scratch.deallocate()
            unsafe scratch = .allocate(byteCount: record.count, alignment: 1)
        }
        var position = 0
        while true {
            if position < record.count, unsafe record[position] == Self.quote {
                guard let close = unsafe cutQuoted(record, from: position + 1) else { return .openQuote }
                position = close
            } else {
                let start = position
                while position < record.count, unsafe record[position] != delimiter {
                    if unsafe record[position] == Self.quote { return .strayQuote(byteOffset: position) }
                    position += 1
                }
                unsafe fields.append(UnsafeRawBufferPointer(rebasing: record[start..<position]))
            }
            if position == record.count { return .complete }
            guard unsafe record[position] == delimiter else { return .strayQuote(byteOffset: position) }
            position += 1
        }
    }

    private mutating func cutUnquoted(_ record: UnsafeRawBufferPointer) {
        var start = 0
        while start < record.count, let base = record.baseAddress,
            let found = unsafe memchr(base + start, Int32(delimiter), record.count - start)
        {
            let end = unsafe UnsafeRawPointer(found) - base
            unsafe fields.append(UnsafeRawBufferPointer(rebasing: record[start..<end]))
            start = end + 1
        }
        unsafe fields.append(UnsafeRawBufferPointer(rebasing: record[start...]))
    }

    /// Takes a quoted field whose content begins at `start`; returns the place behind its closing quote.
    private mutating func cutQuoted(_ record: UnsafeRawBufferPointer, from start: Int) -> Int? {
        let decodedStart = scratchUsed
        var isDecoded = false
        var pieceStart = start
        var position = start
        while position < record.count {
            guard unsafe record[position] == Self.quote else {
                position += 1
                continue
            }
            let isDoubled = unsafe position + 1 < record.count && record[position + 1] == Self.quote
            if !isDoubled, !isDecoded {
                unsafe fields.append(UnsafeRawBufferPointer(rebasing: record[start..<position]))
                return position + 1
            }
            isDecoded = true
            // Of two quotes, the first is kept with the piece before it.
            let piece = unsafe record[pieceStart..<position + (isDoubled ? 1 : 0)]
            unsafe UnsafeMutableRawBufferPointer(rebasing: scratch[scratchUsed...]).copyBytes(from: piece)
            unsafe scratchUsed += piece.count
            guard isDoubled else {
                let decoded = unsafe UnsafeRawBufferPointer(rebasing: scratch[decodedStart..<scratchUsed])
                unsafe fields.append(decoded)
                return position + 1
            }
            position += 2
            pieceStart = position
        }
        return nil
    }
}
