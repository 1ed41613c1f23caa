internal import NIOCore

/// Writes responses as HTTP/1, small parts together.
struct HTTP1Output {
    /// From this size on, a part of a body is handed on as it is, and what came before it first.
    private static let directSize = 8_192
    /// What is gathered at most.
    private static let gatherSize = 32_768

    let counters: CounterBoard
    var bytes = ByteBuffer()
    /// Whether the connection ends with the response that was begun last.
    private(set) var closes = false
    /// Whether nothing of HTTP is to be added.
    var writesRaw = false
    private var isChunked = false

    init(counters: CounterBoard) { self.counters = counters }

    mutating func writeInterim(_ status: Int) {
        bytes.writeString("HTTP/1.1 \(status) Interim\r\n\r\n")
    }

    mutating func write(_ head: ResponseHead) {
        isChunked = head.framing == .chunked
        closes = head.closes
        bytes.writeStaticString("HTTP/1.1 ")
        bytes.writeString(String(head.status))
        bytes.writeString(Self.reason(head.status))
        for (name, value) in head.fields {
            bytes.writeString(name)
            bytes.writeStaticString(": ")
            bytes.writeString(value)
            bytes.writeStaticString("\r\n")
        }
        switch head.framing {
        case .none, .untilClose: break
        case .length(let length):
            bytes.writeStaticString("content-length: ")
            bytes.writeString(String(length))
            bytes.writeStaticString("\r\n")
        case .chunked: bytes.writeStaticString("transfer-encoding: chunked\r\n")
        }
        bytes.writeString(closes ? "connection: close\r\n\r\n" : "\r\n")
    }

    mutating func write(_ body: ByteBuffer, to context: ChannelHandlerContext) {
        let count = body.readableBytes
        guard count > 0 else { return }
        if isChunked {
            bytes.writeString(String(count, radix: 16))
            bytes.writeStaticString("\r\n")
        }
        if count >= Self.directSize {
            hand(to: context)
            counters.countSent(count)
            context.writeAndFlush(NIOAny(body), promise: nil)
        } else {
            bytes.writeImmutableBuffer(body)
        }
        if isChunked { bytes.writeStaticString("\r\n") }
        if bytes.readableBytes >= Self.gatherSize { flush(to: context, promise: nil) }
    }

    mutating func writeEnd() {
        if isChunked { bytes.writeStaticString("0\r\n\r\n") }
    }

    mutating func flush(to context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        if bytes.readableBytes > 0 || promise != nil {
            let bytes = take()
            context.writeAndFlush(NIOAny(bytes), promise: promise)
        }
    }

    private mutating func hand(to context: ChannelHandlerContext) {
        if bytes.readableBytes > 0 { context.write(NIOAny(take()), promise: nil) }
    }

    private mutating func take() -> ByteBuffer {
        let taken = bytes
        bytes = ByteBuffer()
        counters.countSent(taken.readableBytes)
        return taken
    }

    private static func reason(_ status: Int) -> String {
        switch status {
        case 200: " OK\r\n"
        case 400: " Bad Request\r\n"
        case 404: " Not Found\r\n"
        case 429: " Too Many Requests\r\n"
        case 503: " Service Unavailable\r\n"
        default: " Status\r\n"
        }
    }
}
