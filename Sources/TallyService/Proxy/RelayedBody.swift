internal import ContentDecoding
internal import FastJSON
internal import NIOCore
internal import TallyMetering

/// The body of a response on its way to the client, which is metered as it passes.
///
/// Held back is the end that a client waits for: all of a short body, whose head is held as well; the terminal event of
/// an event stream; the last byte of anything else. A client that has it has a call that is recorded (I4).
struct RelayedBody: ~Copyable {
    /// How the body is passed on.
    private enum Passage {
        /// Nothing before all of it is there.
        case gathered
        /// As it comes, but for its end.
        case streamed(StreamRelay)
    }

    /// The longest body that is gathered before any of it is passed on, so that its cost can stand in its head.
    static let maximumGatheredBytes = 1 << 20
    /// The longest refusal that is read though it is passed on as it comes.
    private static let maximumRefusalBytes = 1 << 16

    private var passage: Passage
    /// Reads what the call used; `nil` where the body says nothing, and once it has been finished.
    private var usage: StreamedUsage?
    /// Undoes the coding of the copy that is read; `nil` for a body that is plain.
    private var decoder: ContentDecoder?
    private let exchange: Exchange
    /// What is held: a gathered body, and what comes behind the end while the call is being recorded.
    private var held = ByteBuffer()
    /// The beginning of a refusal that is passed on as it comes.
    private var refused = ByteBuffer()
    private var isReleased = false
    private(set) var hasTerminalEvent = false

    /// The body of a response whose head is there.
    ///
    /// - Parameters:
    ///   - exchange: What is known of the call.
    ///   - length: The length of the body, where it is known.
    ///   - dropsUsageChunk: Whether the chunk with the usage alone was not asked for by the client.
    ///   - parser: Parses the body; it is shared by the calls of one event loop.
    init(of exchange: Exchange, length: Int?, dropsUsageChunk: Bool, parser: JSONParser) {
        self.exchange = exchange
        let type = exchange.headers["content-type"] ?? ""
        isEventStream = type.hasPrefix("text/event-stream")
        let isGathered = !isEventStream && (length ?? .max) <= Self.maximumGatheredBytes
        passage = isGathered ? .gathered : .streamed(StreamRelay(dropsUsageChunk: dropsUsageChunk))
        let coding = exchange.headers["content-encoding"] ?? ""
        let isCoded = !coding.isEmpty && coding != "identity"
        if isCoded { decoder = ContentDecoder(coding) }
        // Pictures and sounds say nothing; what they cost is in the headers, if anywhere.
        let isMedia = ["image/", "audio/", "video/", "application/octet-stream"].contains { type.hasPrefix($0) }
        if !isMedia, !isCoded || decoder != nil { usage = StreamedUsage(of: exchange, parser: parser) }
    }

    /// Whether the body is a stream of events.
    let isEventStream: Bool

    /// Whether the head waits for the whole body.
    var isGathered: Bool { if case .gathered = passage { true } else { false } }

    /// Takes what the upstream sent.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes.
    ///   - pass: Takes what goes on to the client now, in order.
    mutating func feed(_ bytes: ByteBuffer, pass: (ByteBuffer) -> Void) {
        if isReleased { return pass(bytes) }
        switch passage {
        case .gathered:
            held.writeImmutableBuffer(bytes)
            unsafe bytes.withUnsafeReadableBytes { unsafe read($0) }
        case .streamed(var relay):
            passage = .gathered
            if isRefusal, refused.readableBytes + bytes.readableBytes <= Self.maximumRefusalBytes {
                refused.writeImmutableBuffer(bytes)
            }
            if hasTerminalEvent, usage == nil {
                // The call is being recorded.
                held.writeImmutableBuffer(bytes)
            } else {
                unsafe bytes.withUnsafeReadableBytes { unsafe stream($0, of: bytes, through: &relay, pass) }
            }
            hasTerminalEvent = relay.hasTerminalEvent
            passage = .streamed(relay)
        }
    }

    private mutating func stream(
        _ chunk: UnsafeRawBufferPointer, of bytes: ByteBuffer, through relay: inout StreamRelay,
        _ pass: (ByteBuffer) -> Void
    ) {
        func take(_ passage: StreamRelay.Passage) {
            switch passage {
            case .bytes(let own): pass(ByteBuffer(bytes: own))
            case .part(let range):
                if let part = bytes.getSlice(at: bytes.readerIndex + range.lowerBound, length: range.count) {
                    pass(part)
                }
            }
        }
        let span = unsafe Span<UInt8>(_unsafeBytes: chunk)
        if decoder == nil, var reader = usage.take() {
            relay.feed(span, reading: &reader, pass: take)
            usage = reader
        } else {
            relay.feed(span, pass: take)
            unsafe read(chunk)
        }
    }

    /// Meters bytes that are passed on in another way.
    private mutating func read(_ bytes: UnsafeRawBufferPointer) {
        guard var reader = usage.take() else { return }
        if decoder == nil {
            unsafe reader.feed(Span(_unsafeBytes: bytes))
        } else {
            do throws(ContentDecodingError) {
                try unsafe decoder?.decode(bytes) { unsafe reader.feed(Span(_unsafeBytes: $0)) }
            } catch {
                // What cannot be decoded says nothing more.
                return
            }
        }
        usage = reader
    }

    private var isRefusal: Bool { (exchange.status ?? 200) >= 400 }

    /// What the body of a refusal says beyond its status.
    ///
    /// - Parameter parser: Parses it.
    /// - Returns: What it says; nothing when it is no refusal.
    func error(parser: JSONParser) -> ProviderError {
        guard isRefusal else { return .none }
        return ProviderError(
            body: isGathered ? held : refused, contentEncoding: exchange.headers["content-encoding"], parser: parser)
    }

    /// What the response said; nothing more is read.
    ///
    /// - Parameters:
    ///   - isEnded: Whether the upstream has ended the body, rather than only sent its terminal event.
    ///   - isClosed: Whether it did so in good order.
    /// - Returns: What it said.
    mutating func finish(isEnded: Bool, isClosed: Bool) -> ResponseUsage {
        guard var reader = usage.take() else { return ResponseUsage.read(nil, of: exchange) }
        if isEnded, decoder == nil, case .streamed(var relay) = passage {
            passage = .gathered
            relay.end(reading: &reader)
            passage = .streamed(relay)
        }
        return reader.finish(isClosed: isClosed)
    }

    /// Lets go of what is held; from now on nothing is.
    ///
    /// - Returns: What was held, in order.
    mutating func release() -> ByteBuffer {
        defer {
            held = ByteBuffer()
            isReleased = true
        }
        guard case .streamed(var relay) = passage else { return held }
        var bytes = ByteBuffer(bytes: relay.release())
        bytes.writeBuffer(&held)
        passage = .streamed(relay)
        return bytes
    }
}
