internal import NIOCore

/// Takes HTTP/1 requests out of the bytes of a connection.
///
/// Strict where laxness would hide a fault of the client: line ends, lengths and chunk sizes must be right.
struct HTTP1RequestReader {
    /// What the next bytes amount to.
    enum Step {
        case needsMore
        case head(RequestHead)
        case body(ByteBuffer)
        case end
    }

    private enum State {
        case head
        case fixed(remaining: Int)
        case chunkSize
        case chunkData(remaining: Int)
        case chunkEnd
        case trailers
        case end
    }

    /// The most bytes of a request line with its headers, and of trailers.
    static let headLimit = 256 * 1024

    private var state = State.head
    private let keepsFields: Bool

    init(keepsFields: Bool) { self.keepsFields = keepsFields }

    /// Takes the next part of a request off the front of the input.
    mutating func next(_ input: inout ByteBuffer) throws(HTTP1RequestError) -> Step {
        while true {
            switch state {
            case .head:
                guard let head = try HTTP1HeadParser.parse(&input, keepsFields: keepsFields) else { return .needsMore }
                if head.isChunked {
                    state = .chunkSize
                } else {
                    state = head.contentLength.map { $0 > 0 ? .fixed(remaining: $0) : .end } ?? .end
                }
                return .head(head)
            case .fixed(let remaining):
                guard let bytes = take(remaining, of: &input) else { return .needsMore }
                let rest = remaining - bytes.readableBytes
                state = rest == 0 ? .end : .fixed(remaining: rest)
                return .body(bytes)
            case .chunkSize:
                guard let line = try line(of: &input) else { return .needsMore }
                let digits = line.prefix { $0 != ";" }
                guard digits.utf8.count <= 15, let size = Int(digits, radix: 16), size >= 0 else { throw .chunkSize }
                state = size == 0 ? .trailers : .chunkData(remaining: size)
            case .chunkData(let remaining):
                guard let bytes = take(remaining, of: &input) else { return .needsMore }
                let rest = remaining - bytes.readableBytes
                state = rest == 0 ? .chunkEnd : .chunkData(remaining: rest)
                return .body(bytes)
            case .chunkEnd:
                guard let line = try line(of: &input) else { return .needsMore }
                guard line.isEmpty else { throw .chunkSize }
                state = .chunkSize
            case .trailers:
                guard let line = try line(of: &input) else { return .needsMore }
                if line.isEmpty { state = .end }
            case .end:
                state = .head
                return .end
            }
        }
    }

    private func take(_ limit: Int, of input: inout ByteBuffer) -> ByteBuffer? {
        let count = min(limit, input.readableBytes)
        return count > 0 ? input.readSlice(length: count) : nil
    }

    private func line(of input: inout ByteBuffer) throws(HTTP1RequestError) -> String? {
        guard let end = input.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else {
            if input.readableBytes > Self.headLimit { throw .headTooLong }
            return nil
        }
        let count = end - input.readerIndex
        guard let line = input.readString(length: count + 1), line.utf8.suffix(2).elementsEqual("\r\n".utf8) else {
            throw .chunkSize
        }
        return String(decoding: line.utf8.dropLast(2), as: UTF8.self)
    }
}
