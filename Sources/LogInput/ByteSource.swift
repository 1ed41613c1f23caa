internal import ContentDecoding

/// The bytes of one input, decompressed when they are gzip or Zstandard.
///
/// Which it is, the first bytes tell, not the name. Several gzip members or Zstandard frames in one file are one stream.
@safe
final class ByteSource {
    /// The name errors give the input.
    let name: String
    /// Bytes of the file, or nil for a pipe.
    let totalBytes: Int?
    /// Bytes taken from the file so far, compressed as they may be.
    private(set) var bytesRead = 0

    private let descriptor: any ByteInput
    private let raw: UnsafeMutableRawBufferPointer
    /// The part of `raw` not used yet.
    private var rawStart = 0
    private var rawEnd = 0
    private var archive: Archive?
    private var isBetweenMembers = false
    /// Whether the last step filled its buffer, and the decoder may have more to give without more input.
    private var mayHoldOutput = false
    /// Where the reading begins in the decompressed input.
    private let offset: Int
    private var isStarted = false
    /// What to throw at the next call, the bytes before the fault having been delivered.
    private var failure: LogInputError?

    /// A compressed input.
    private struct Archive {
        let coding: ContentCoding
        let decoder: any SteppingDecoder
    }

    /// Compressed bytes read at once.
    private static let rawBytes = 256 * 1024

    /// The bytes of a descriptor.
    ///
    /// - Parameters:
    ///   - descriptor: An input at its beginning.
    ///   - offset: Where to begin in the decompressed input. What lies before is passed over; of a plain file it is not
    ///     even read.
    /// - Throws: `system` when the descriptor is not open.
    init(_ descriptor: any ByteInput, from offset: Int = 0) throws(LogInputError) {
        self.descriptor = descriptor
        self.offset = offset
        name = descriptor.name
        totalBytes = try descriptor.regularSize()
        unsafe raw = .allocate(byteCount: Self.rawBytes, alignment: 16)
    }

    deinit {
        unsafe raw.deallocate()
    }

    /// Whether the input is compressed; known once bytes were asked for.
    var isCompressed: Bool { archive != nil }

    /// Puts the next bytes into the buffer, which is not empty; 0 at the end of the input.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(LogInputError) -> Int {
        if let failure { throw failure }
        if !isStarted {
            try start()
            unsafe try passOver(using: buffer)
        }
        return unsafe try readNext(into: buffer)
    }

    private func readNext(into buffer: UnsafeMutableRawBufferPointer) throws(LogInputError) -> Int {
        if let archive { return unsafe try decode(archive, into: buffer) }
        guard rawStart < rawEnd else {
            let count = unsafe try descriptor.read(into: buffer)
            bytesRead += count
            return count
        }
        let count = min(rawEnd - rawStart, buffer.count)
        unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: raw[rawStart..<rawStart + count]))
        rawStart += count
        return count
    }

    private func start() throws(LogInputError) {
        isStarted = true
        // A pipe may give its first bytes one by one.
        while rawEnd < Self.magicBytes, try fill() {}
        guard let coding = unsafe Self.coding(of: UnsafeRawBufferPointer(rebasing: raw[..<rawEnd])) else { return }
        let decoder: (any SteppingDecoder)? =
            coding == .zstd ? ZstdDecoder(windowBits: ZstdDecoder.archiveWindowBits) : Inflater(.gzip)
        guard let decoder else { throw .outOfMemory(path: name, bytes: Self.memoryBytes(of: coding)) }
        archive = Archive(coding: coding, decoder: decoder)
    }

    private static let magicBytes = 4

    /// What the first bytes say the input is compressed with (RFC 1952, 2.3.1; RFC 8878, 3.1); `nil` for a plain one.
    private static func coding(of bytes: UnsafeRawBufferPointer) -> ContentCoding? {
        guard bytes.count >= 2 else { return nil }
        if unsafe bytes[0] == 0x1F, unsafe bytes[1] == 0x8B { return .gzip }
        guard bytes.count >= magicBytes else { return nil }
        let magic = unsafe UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self))
        // A frame, or one to be skipped, with which parallel compressors begin.
        return magic == 0xFD2F_B528 || magic & 0xFFFF_FFF0 == 0x184D_2A50 ? .zstd : nil
    }

    private static func memoryBytes(of coding: ContentCoding) -> Int {
        coding == .zstd ? 1 << ZstdDecoder.archiveWindowBits : Inflater.memoryBytes
    }

    /// Goes to where the reading begins.
    private func passOver(using buffer: UnsafeMutableRawBufferPointer) throws(LogInputError) {
        if offset == 0 { return }
        if archive == nil, totalBytes != nil {
            try descriptor.seek(to: offset)
            rawStart = rawEnd
            bytesRead = offset
            return
        }
        var left = offset
        while left > 0 {
            let count = unsafe try readNext(into: UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(left)))
            if count == 0 { return }
            left -= count
        }
    }

    /// Reads more behind what is there; false at the end of the file.
    private func fill() throws(LogInputError) -> Bool {
        if rawStart == rawEnd {
            rawStart = 0
            rawEnd = 0
        }
        let count = unsafe try descriptor.read(into: UnsafeMutableRawBufferPointer(rebasing: raw[rawEnd...]))
        rawEnd += count
        bytesRead += count
        return count > 0
    }

    private func decode(
        _ archive: Archive, into buffer: UnsafeMutableRawBufferPointer
    ) throws(LogInputError) -> Int {
        while true {
            if rawStart == rawEnd, !mayHoldOutput, try !fill() {
                if isBetweenMembers { return 0 }
                throw fail(.truncatedArchive(path: name, coding: archive.coding, byteOffset: bytesRead))
            }
            if isBetweenMembers {
                // Tapes and block devices pad with zeros.
                while archive.coding == .gzip, rawStart < rawEnd, unsafe raw[rawStart] == 0 { rawStart += 1 }
                if rawStart == rawEnd { continue }
                _ = archive.decoder.restart()
                isBetweenMembers = false
            }
            let step = unsafe archive.decoder.step(
                UnsafeRawBufferPointer(rebasing: raw[rawStart..<rawEnd]), into: buffer)
            rawStart += step.consumed
            mayHoldOutput = step.produced == buffer.count
            switch step.outcome {
            case .running: break
            case .memberEnded:
                isBetweenMembers = true
                mayHoldOutput = false
            case .corrupt(let detail):
                let offset = bytesRead - (rawEnd - rawStart)
                failure = .corruptArchive(path: name, coding: archive.coding, byteOffset: offset, detail: detail)
            case .outOfMemory:
                failure = .outOfMemory(path: name, bytes: Self.memoryBytes(of: archive.coding))
            }
            if step.produced > 0 { return step.produced }
            if let failure { throw failure }
        }
    }

    private func fail(_ error: LogInputError) -> LogInputError {
        failure = error
        return error
    }
}
