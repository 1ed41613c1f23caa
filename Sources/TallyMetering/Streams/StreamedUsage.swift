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
        self.maximumEventBytes = maximumEventBytes
    }

    /// Whether the event has come that ends a stream of this kind, such as `[DONE]`.
    package var hasEnded: Bool { progress.isTerminated }

    /// Reads a chunk.
    package mutating func feed(_ chunk: Span<UInt8>) {
        if case .unknown = form {
            guard let first = chunk.indices.first(where: { !UInt8.isJSONSpace(chunk[$0]) }) else { return }
            let isJSON = chunk[first] == UInt8(ascii: "{") || chunk[first] == UInt8(ascii: "[")
            form =
                isJSON
                ? .objects(ObjectScanner(maximumBytes: maximumEventBytes))
                : .events(SSEScanner(maximumBytes: maximumEventBytes))
        }
        switch form {
        case .unknown: break
        case .events(var scanner):
            form = .unknown
            scanner.feed(chunk) { progress.take($0) }
            form = .events(scanner)
        case .objects(var scanner):
            form = .unknown
            scanner.feed(chunk) { progress.take($0) }
            form = .objects(scanner)
        }
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
        end()
        switch form {
        case .unknown:
            progress.takeNothing()
            return progress.finish(isClosed ? nil : .cutOff)
        case .events:
            return progress.finish(progress.ending(isClosed: isClosed))
        case .objects(let scanner):
            if progress.isEmpty { progress.takeNothing() }
            return progress.finish(scanner.isClosed || progress.isTerminated ? nil : .cutOff)
        }
    }

    /// Takes the event that lacks its end, if there is one.
    private mutating func end() {
        guard case .events(var scanner) = form else { return }
        form = .unknown
        scanner.finish { progress.take($0) }
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
        stream.end()
        return stream.progress.isEmpty ? nil : stream.finish()
    }
}
