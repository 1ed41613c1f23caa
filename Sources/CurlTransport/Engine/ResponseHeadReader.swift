/// Makes the head of a response of the lines libcurl found.
struct ResponseHeadReader {
    /// What a line was.
    enum Step {
        /// The head goes on, was an interim one, or is over and this a trailer.
        case more
        /// The last line of the final head.
        case complete(TransferHead)
        /// All lines together are longer than a head may be.
        case tooLong
    }

    /// The most bytes of all heads and trailers of one response; libcurl limits each line to 100 KB itself.
    static let maximumBytes = 256 << 10

    private var head = TransferHead(status: 0, reason: "", headers: [], isHTTP2: false)
    private var bytes = 0
    private var isDone = false

    /// Takes one line with its end.
    mutating func take(_ line: UnsafeRawBufferPointer) -> Step {
        bytes += line.count
        guard bytes <= Self.maximumBytes else { return .tooLong }
        if isDone { return .more }
        var end = line.count
        while unsafe end > 0 && (line[end - 1] == 0x0A || line[end - 1] == 0x0D) { end -= 1 }
        let text = unsafe UnsafeRawBufferPointer(rebasing: line[..<end])
        if unsafe text.isEmpty {
            guard head.status >= 200 else { return .more }
            isDone = true
            // What follows are trailers, which nobody asks for.
            defer { head.headers = [] }
            return .complete(head)
        }
        if unsafe text.starts(with: "HTTP/".utf8) {
            unsafe begin(text)
        } else {
            unsafe add(text)
        }
        return .more
    }

    /// Reads a status line, such as `HTTP/1.1 200 OK`: libcurl takes no other.
    private mutating func begin(_ text: UnsafeRawBufferPointer) {
        let space = 0x20 as UInt8
        let parts = unsafe text.split(separator: space, maxSplits: 2, omittingEmptySubsequences: false)
        head = unsafe TransferHead(
            status: parts.count > 1 ? Int(String(decoding: parts[1], as: UTF8.self)) ?? 0 : 0,
            reason: parts.count > 2 ? String(decoding: parts[2], as: UTF8.self) : "",
            headers: [], isHTTP2: text.count > 5 && text[5] == UInt8(ascii: "2"))
    }

    private mutating func add(_ text: UnsafeRawBufferPointer) {
        if unsafe Self.isBlank(text[0]) {
            // A folded line, which goes on with the value before it.
            guard let last = head.headers.indices.last else { return }
            head.headers[last].value += unsafe " " + Self.trimmed(text[...])
            return
        }
        guard let colon = unsafe text.firstIndex(of: UInt8(ascii: ":")) else { return }
        head.headers.append(
            unsafe (
                name: String(decoding: text[..<colon], as: UTF8.self), value: Self.trimmed(text[(colon + 1)...])
            ))
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func trimmed(_ text: Slice<UnsafeRawBufferPointer>) -> String {
        var text = unsafe text
        while let first = unsafe text.first, isBlank(first) { unsafe text.removeFirst() }
        while let last = unsafe text.last, isBlank(last) { unsafe text.removeLast() }
        return unsafe String(decoding: text, as: UTF8.self)
    }
}
