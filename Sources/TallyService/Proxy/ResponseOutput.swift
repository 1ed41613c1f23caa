internal import NIOCore
internal import NIOHTTP1

/// The bytes of responses on their way to a client: what comes at one time is sent as one piece.
struct ResponseOutput {
    /// Pieces of a body from this length on are sent as they are rather than copied.
    private static let lentBytes = 16 << 10
    /// The memory that most heads fit in together with a short body.
    private static let usualBytes = 2 << 10

    /// What was not sent yet; without memory between two responses.
    private var pending = ByteBuffer()
    /// Whether the body of the response under way is framed in chunks.
    private var isChunked = false

    /// Writes the head of a response.
    ///
    /// - Parameters:
    ///   - status: The status with its reason.
    ///   - version: The client's version of HTTP.
    ///   - headers: The headers but for the one that says of chunks.
    ///   - isChunked: Whether the body is framed in chunks.
    mutating func write(
        head status: HTTPResponseStatus, version: HTTPVersion, _ headers: [(name: String, value: String)],
        isChunked: Bool
    ) {
        self.isChunked = isChunked
        pending.reserveCapacity(minimumWritableBytes: Self.usualBytes)
        if case .ok = status, version.major == 1, version.minor == 1 {
            pending.writeStaticString("HTTP/1.1 200 OK\r\n")
        } else {
            pending.writeString("HTTP/\(version.major).\(version.minor) \(status.code) \(status.reasonPhrase)\r\n")
        }
        for (name, value) in headers {
            pending.writeString(name)
            pending.writeStaticString(": ")
            pending.writeString(value)
            pending.writeStaticString("\r\n")
        }
        if isChunked { pending.writeStaticString("transfer-encoding: chunked\r\n") }
        pending.writeStaticString("\r\n")
    }

    /// Writes a piece of a body.
    ///
    /// - Parameters:
    ///   - bytes: The piece.
    ///   - send: Sends what is too long to be copied, with what stands before it.
    mutating func write(_ bytes: ByteBuffer, send: (ByteBuffer) -> Void) {
        // A chunk of no length would be the end of the body.
        if bytes.readableBytes == 0 { return }
        if isChunked { pending.writeString(String(bytes.readableBytes, radix: 16) + "\r\n") }
        if bytes.readableBytes < Self.lentBytes {
            pending.writeImmutableBuffer(bytes)
        } else {
            if let before = take() { send(before) }
            send(bytes)
        }
        if isChunked { pending.writeStaticString("\r\n") }
    }

    /// Writes the end of a body.
    mutating func end() {
        if isChunked { pending.writeStaticString("0\r\n\r\n") }
        isChunked = false
    }

    /// Takes what is to be sent; `nil` when that is nothing.
    mutating func take() -> ByteBuffer? {
        guard pending.readableBytes > 0 else { return nil }
        let bytes = pending
        pending = ByteBuffer()
        return bytes
    }
}
