#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Copies of the lines behind an opened quote, in case they turn out to be records of their own.
///
/// It holds at most one record of the greatest length and one line more, twice over while lines are taken away.
@safe
final class CSVWindow {
    private struct Entry {
        let number: Int
        let byteOffset: Int
        /// Where the line behind it begins in the input.
        let endOffset: Int
        /// The line lies at `start..<end` of the storage, and its end at `end..<next`.
        let start: Int
        let end: Int
        let next: Int
        let quotes: Int
        let tooLongLength: Int?
    }

    /// The storage is kept for reuse up to this size.
    private static let keptBytes = 1 << 20

    /// Kept by hand, since the fields of the record read last point into it.
    private var storage = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var used = 0
    private var entries: [Entry] = []
    /// Entries before this one are used up; likewise the storage before the entry's start.
    private var head = 0

    var isEmpty: Bool { head == entries.count }
    var count: Int { entries.count - head }
    var firstNumber: Int { entries[head].number }
    var firstOffset: Int { entries[head].byteOffset }
    var firstEndOffset: Int { endOffset(ofLines: 1) }
    var firstTooLongLength: Int? { entries[head].tooLongLength }
    var firstLength: Int { firstTooLongLength ?? (entries[head].end - entries[head].start) }

    init() {}

    deinit {
        unsafe storage.deallocate()
    }

    /// Keeps a copy of the line with its end.
    func append(_ line: Line) {
        compact()
        unsafe reserve(line.bytes.count + line.terminatorLength)
        let start = used
        let end = unsafe start + line.bytes.count
        unsafe UnsafeMutableRawBufferPointer(rebasing: storage[start..<end]).copyBytes(from: line.bytes)
        used = end
        if line.terminatorLength == 2 { put(0x0D) }
        if line.terminatorLength > 0 { put(0x0A) }
        let quotes = unsafe CSVTokenizer.quotes(in: line.bytes)
        entries.append(
            Entry(
                number: line.number, byteOffset: line.byteOffset,
                endOffset: line.byteOffset + line.length + line.terminatorLength, start: start, end: end, next: used,
                quotes: quotes, tooLongLength: line.isTooLong ? line.length : nil))
    }

    /// Drops lines at the front.
    func removeFirst(_ count: Int = 1) {
        // The bytes stay where they are until the next line comes: the fields of the record point to them.
        head += count
    }

    func quotes(inLine index: Int) -> Int { entries[head + index].quotes }

    func isTooLong(line index: Int) -> Bool { entries[head + index].tooLongLength != nil }

    /// Where the line behind the first lines begins in the input.
    func endOffset(ofLines count: Int) -> Int { entries[head + count - 1].endOffset }

    /// Bytes of the first lines together, the last without its end.
    func length(ofLines count: Int) -> Int { entries[head + count - 1].end - entries[head].start }

    /// The first lines as one text, the last without its end; valid until the next call of `append`.
    func text(ofLines count: Int) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(rebasing: storage[entries[head].start..<entries[head + count - 1].end])
    }

    private func put(_ byte: UInt8) {
        unsafe storage[used] = byte
        used += 1
    }

    private func reserve(_ count: Int) {
        guard unsafe storage.count - used < count else { return }
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: max(4096, (used + count) * 2), alignment: 1)
        unsafe larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[..<used]))
        unsafe storage.deallocate()
        unsafe storage = unsafe larger
    }

    /// Forgets what is used up, when that is most of it.
    private func compact() {
        if isEmpty {
            entries.removeAll(keepingCapacity: true)
            head = 0
            used = 0
            guard unsafe storage.count > Self.keptBytes else { return }
            unsafe storage.deallocate()
            unsafe storage = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)
            return
        }
        let gone = entries[head].start
        guard gone > used / 2, let base = unsafe storage.baseAddress else { return }
        unsafe memmove(base, base + gone, used - gone)
        used -= gone
        entries = entries[head...].map { entry in
            Entry(
                number: entry.number, byteOffset: entry.byteOffset, endOffset: entry.endOffset,
                start: entry.start - gone, end: entry.end - gone, next: entry.next - gone,
                quotes: entry.quotes, tooLongLength: entry.tooLongLength)
        }
        head = 0
    }
}
