package import FastJSON
internal import TallyCore

/// Reads what a response says of its call while it passes by, chunk by chunk, wherever the chunks are cut.
///
/// It takes event streams, lists of objects as Google streams them, and whole bodies, told apart by their first byte.
/// Of several usage objects it takes the larger of each count, never the sum: hosts that send more than one repeat what
/// was and go on counting. Nothing that was asked or answered outlives the event it stands in, and memory is bounded by
/// the largest event that may be read.
package struct StreamedUsage {
    /// The most bytes of one event or body by default: the last event of the Responses API repeats all that was made.
    package static let defaultMaximumEventBytes = 8 << 20

    private enum Form {
        case unknown
        case events(SSEScanner)
        case objects(ObjectScanner)
        /// Sound, pictures, and whatever else has no usage in it.
        case media
    }

    /// What a chunk may end with that its reader must not have yet.
    enum Tail {
        /// Nothing: whoever reads it waits for more.
        case nothing
        /// The beginning of an event.
        case event
        /// What may be the last byte of all.
        case lastByte
    }

    private var progress: StreamProgress
    private var form = Form.unknown
    private let maximumEventBytes: Int

    /// A reader of one response.
    ///
    /// - Parameters:
    ///   - exchange: What is known of the call beside the body.
    ///   - parser: Parses the events; it may serve several responses on the same thread by turns.
    ///   - maximumEventBytes: The most bytes of one event or body that are read; what is longer is passed over, with a
    ///     warning.
    package init(
        of exchange: Exchange, parser: JSONParser, maximumEventBytes: Int = defaultMaximumEventBytes
    ) {
        progress = StreamProgress(exchange, parser: parser)
        if Self.isMedia(exchange.headers["content-type"]) { form = .media }
        self.maximumEventBytes = maximumEventBytes
    }

    /// Whether the event has come that ends a stream of this kind, such as `[DONE]`.
    package var hasEnded: Bool { progress.isTerminated }

    /// Reads a chunk.
    package mutating func feed(_ chunk: Span<UInt8>) {
        feed(chunk) { _, _ in }
    }

    /// Reads a chunk, and says what ends in it.
    ///
    /// - Parameters:
    ///   - chunk: The next bytes.
    ///   - onBoundary: Takes what an event is that ends, and the place behind it in the chunk; behind the last one
    ///     begins the ``tail``. A list is one ordinary event up to its closing bracket, which is the terminal one.
    mutating func feed(_ chunk: Span<UInt8>, onBoundary: (EventRole, Int) -> Void) {
        if case .unknown = form { recognize(chunk) }
        switch form {
        case .unknown, .media: break
        case .events(var scanner):
            form = .unknown
            scanner.feed(chunk) { event, end in
                onBoundary(event.map { progress.take($0) } ?? .ordinary, end)
            }
            form = .events(scanner)
        case .objects(var scanner):
            form = .unknown
            scanner.feed(chunk) { boundary in
                switch boundary {
                case .object(let object): progress.take(object)
                case .list(let place):
                    onBoundary(.ordinary, place)
                    onBoundary(.terminal, place + 1)
                }
            }
            form = .objects(scanner)
        }
    }

    /// What follows the last boundary.
    var tail: Tail {
        switch form {
        case .unknown, .media: .lastByte
        case .events(let scanner): scanner.isBetweenEvents ? .nothing : .event
        // Of a list the closing bracket is awaited, and of objects line by line the next one.
        case .objects(let scanner): scanner.isInList || scanner.isSequence ? .nothing : .lastByte
        }
    }

    /// Tells events from objects by the first byte.
    private mutating func recognize(_ chunk: Span<UInt8>) {
        guard let first = chunk.indices.first(where: { !UInt8.isJSONSpace(chunk[$0]) }) else { return }
        let isJSON = chunk[first] == UInt8(ascii: "{") || chunk[first] == UInt8(ascii: "[")
        form =
            isJSON
            ? .objects(ObjectScanner(maximumBytes: maximumEventBytes))
            : .events(SSEScanner(maximumBytes: maximumEventBytes))
    }

    /// Whether a body of some type is read by eyes and ears, whatever its bytes look like.
    private static func isMedia(_ contentType: String?) -> Bool {
        guard let contentType else { return false }
        let type = contentType.lowercased()
        return ["audio/", "image/", "video/", "application/vnd.amazon.eventstream"].contains { type.hasPrefix($0) }
    }

    /// Reads a chunk.
    package mutating func feed(_ chunk: [UInt8]) {
        feed(chunk.span)
    }

    /// What the response said.
    ///
    /// - Parameter isClosed: Whether the connection was closed in good order; where the protocol has an event that says
    ///   so, that event counts.
    /// - Returns: What it said, with how it ended; a whole body that came to its end has no ending of its own.
    package consuming func finish(isClosed: Bool = true) -> ResponseUsage {
        end { _ in }
        switch form {
        case .unknown, .media:
            progress.takeNothing()
            return progress.finish(isClosed ? nil : .cutOff)
        case .events:
            return progress.finish(progress.ending(isClosed: isClosed))
        case .objects(let scanner):
            if progress.isEmpty { progress.takeNothing() }
            return progress.finish(scanner.isClosed || progress.isTerminated ? nil : .cutOff)
        }
    }

    /// Takes the event that lacks its end, if there is one; nothing can be fed afterwards.
    mutating func end(_ onEvent: (EventRole) -> Void) {
        guard case .events(var scanner) = form else { return }
        form = .unknown
        scanner.finish { onEvent(progress.take($0)) }
        form = .events(scanner)
    }

    /// Reads a transcript that is there as a whole.
    ///
    /// - Parameters:
    ///   - transcript: The text of the stream.
    ///   - exchange: What is known of the call beside the body.
    ///   - parser: Parses the events; none of its documents may be being read.
    /// - Returns: What it says; `nil` when it holds no event.
    static func read(
        transcript: JSONText, of exchange: Exchange, parser: JSONParser
    ) -> ResponseUsage? {
        var stream = StreamedUsage(of: exchange, parser: parser)
        unsafe stream.feed(Span(_unsafeBytes: transcript.utf8))
        stream.end { _ in }
        return stream.progress.isEmpty ? nil : stream.finish()
    }
}
