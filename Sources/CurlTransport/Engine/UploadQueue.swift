/// A streamed body on its way: what was given and is not yet taken by libcurl.
struct UploadQueue {
    /// Below this many bytes more is asked for.
    static let lowWater = 64 << 10
    /// As long as no more than this was taken it is kept, so that a request can be sent again on another connection.
    static let replayed = 64 << 10

    private let length: Int?
    private var chunks: [[UInt8]] = []
    /// The next byte: in which chunk, and where in it.
    private var next = (chunk: 0, offset: 0)
    private var given = 0
    private var taken = 0
    private var isReplayable = true
    /// The giver has said that there is no more.
    private(set) var isFinished = false
    /// More was asked for, and nothing given since.
    private var hasAsked = false

    init(length: Int?) { self.length = length }

    /// Nothing is left to take at the moment.
    var isEmpty: Bool { taken == given }

    /// More was given than was announced.
    var isTooLong: Bool { length.map { given > $0 } ?? false }

    /// Less was given than was announced, and no more comes.
    var isTooShort: Bool { isFinished && length.map { given < $0 } ?? false }

    mutating func append(_ bytes: [UInt8]) {
        guard !isFinished else { return }
        hasAsked = false
        guard !bytes.isEmpty else { return }
        given += bytes.count
        chunks.append(bytes)
    }

    mutating func finish() { isFinished = true }

    /// Whether to ask for more now: once for each time it runs low.
    mutating func shouldAsk() -> Bool {
        guard !hasAsked, !isFinished, given - taken < Self.lowWater, length.map({ given < $0 }) ?? true else {
            return false
        }
        hasAsked = true
        return true
    }

    /// Moves as many bytes as there are and fit.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        var written = 0
        while written < buffer.count, next.chunk < chunks.count {
            let chunk = chunks[next.chunk]
            let count = min(chunk.count - next.offset, buffer.count - written)
            unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[written...])
                .copyBytes(from: chunk[next.offset..<(next.offset + count)])
            written += count
            next.offset += count
            if next.offset == chunk.count { next = (next.chunk + 1, 0) }
        }
        taken += written
        if taken > Self.replayed { isReplayable = false }
        if !isReplayable {
            chunks.removeFirst(next.chunk)
            next.chunk = 0
        }
        return written
    }

    /// Goes back to the first byte; `false` when it is no longer there.
    mutating func rewind() -> Bool {
        guard isReplayable else { return false }
        next = (0, 0)
        taken = 0
        return true
    }
}
