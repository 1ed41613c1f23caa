internal import ContentDecoding

/// The bytes of one input, inflated when they are gzip.
///
/// Which of the two it is, the first two bytes tell, not the name. Several gzip members in one file are one stream.
@safe
final class ByteSource {
    /// The name errors give the input.
    let name: String
    /// Bytes of the file, or nil for a pipe.
    let totalBytes: Int?
    /// Bytes taken from the file so far, compressed as they may be.
    private(set) var bytesRead = 0

    private let descriptor: Descriptor
    private let raw: UnsafeMutableRawBufferPointer
    /// The part of `raw` not used yet.
    private var rawStart = 0
    private var rawEnd = 0
    private var inflater: Inflater?
    private var isBetweenMembers = false
    private var isStarted = false
    /// What to throw at the next call, the bytes before the fault having been delivered.
    private var failure: LogInputError?

    /// Compressed bytes read at once.
    private static let rawBytes = 256 * 1024

    init(_ descriptor: Descriptor) throws(LogInputError) {
        self.descriptor = descriptor
        name = descriptor.name
        totalBytes = try descriptor.regularSize()
        unsafe raw = .allocate(byteCount: Self.rawBytes, alignment: 16)
    }

    deinit {
        unsafe raw.deallocate()
    }

    /// Puts the next bytes into the buffer, which is not empty; 0 at the end of the input.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(LogInputError) -> Int {
        if let failure { throw failure }
        if !isStarted { try start() }
        if let inflater { return unsafe try inflate(with: inflater, into: buffer) }
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
        while rawEnd < 2, try fill() {}
        guard rawEnd >= 2, unsafe raw[0] == 0x1F, unsafe raw[1] == 0x8B else { return }
        guard let inflater = Inflater(.gzip) else {
            throw .outOfMemory(path: name, bytes: Inflater.memoryBytes)
        }
        self.inflater = inflater
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

    private func inflate(
        with inflater: Inflater, into buffer: UnsafeMutableRawBufferPointer
    ) throws(LogInputError) -> Int {
        while true {
            if rawStart == rawEnd, try !fill() {
                if isBetweenMembers { return 0 }
                throw fail(.truncatedGzip(path: name, byteOffset: bytesRead))
            }
            if isBetweenMembers {
                // Tapes and block devices pad with zeros.
                while rawStart < rawEnd, unsafe raw[rawStart] == 0 { rawStart += 1 }
                if rawStart == rawEnd { continue }
                inflater.restart()
                isBetweenMembers = false
            }
            let step = unsafe inflater.step(
                UnsafeRawBufferPointer(rebasing: raw[rawStart..<rawEnd]), into: buffer)
            rawStart += step.consumed
            switch step.outcome {
            case .running: break
            case .memberEnded: isBetweenMembers = true
            case .corrupt(let detail):
                let offset = bytesRead - (rawEnd - rawStart)
                failure = .corruptGzip(path: name, byteOffset: offset, detail: detail)
            case .outOfMemory:
                failure = .outOfMemory(path: name, bytes: Inflater.memoryBytes)
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
