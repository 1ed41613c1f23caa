/// The shapes of call that a load is made of.
package enum CallKind: String, Sendable, CaseIterable {
    /// A body of known length.
    case whole
    /// A body in chunks.
    case chunked
    /// A compressed body.
    case compressed
    /// A body longer than the proxy gathers before it passes any of it on.
    case long
    /// A stream whose client does not ask for the usage.
    case stream
    /// A stream whose client asks for the usage itself.
    case streamWithUsage
    /// A stream whose events come all at once.
    case hastyStream
    /// A compressed stream: its terminal event cannot be seen, only its end.
    case compressedStream
    /// The provider refuses.
    case refused
    /// The provider resets the connection before it answers.
    case resetBeforeHead
    /// The provider resets the connection amid a body.
    case resetAmidBody
    /// The provider resets the connection amid a stream.
    case resetAmidStream
    /// The provider closes the connection amid an event.
    case closedAmidEvent
    /// The provider sends no more, for longer than it may.
    case stalled
    /// The provider sends what is no HTTP.
    case garbage
    /// The body is shorter than the provider has said.
    case shortBody
    /// A stream ends with an error.
    case errorEvent
    /// The client leaves before it is answered.
    case leftBeforeHead
    /// The client leaves amid a stream.
    case leftAmidStream

    /// Those of which nothing is broken.
    package static let sound: [CallKind] = [
        .whole, .chunked, .compressed, .long, .stream, .streamWithUsage, .hastyStream, .compressedStream,
    ]
    /// Those that are broken, each in its own way.
    package static let broken: [CallKind] = allCases.filter { !sound.contains($0) }

    /// How often a call is a long one: they are slow, and many would leave few others.
    private static let longInterval = 61

    /// The kind of a call of a mix, by its number.
    init(number: Int, of mix: LoadMix) {
        switch mix {
        case .sound: self.init(number: number)
        case .halfBroken:
            let half = number / 2
            self = number % 2 == 0 ? CallKind(number: half) : Self.broken[half % Self.broken.count]
        }
    }

    /// The kind of a call that is sound, by its number: even ones are streams.
    private init(number: Int) {
        if number % 2 == 0 {
            let kinds: [CallKind] = [.stream, .streamWithUsage, .hastyStream, .compressedStream]
            self = kinds[number / 2 % kinds.count]
        } else if number % Self.longInterval == 0 {
            self = .long
        } else {
            let kinds: [CallKind] = [.whole, .chunked, .compressed]
            self = kinds[number / 2 % kinds.count]
        }
    }

    /// Whether the response is a stream of events.
    package var isStream: Bool {
        switch self {
        case .whole, .chunked, .compressed, .long, .refused, .resetBeforeHead, .resetAmidBody, .garbage, .shortBody:
            false
        case .stream, .streamWithUsage, .hastyStream, .compressedStream, .resetAmidStream, .closedAmidEvent, .stalled,
            .errorEvent, .leftBeforeHead, .leftAmidStream:
            true
        }
    }

    /// What the fake provider is asked to do, as headers.
    var script: [(name: String, value: String)] {
        switch self {
        case .whole: []
        case .chunked: [("x-fake-framing", "chunked")]
        case .compressed: [("x-fake-encoding", "gzip")]
        case .long: [("x-fake-chunks", "1500"), ("x-fake-chunk-bytes", "1024")]
        case .stream, .streamWithUsage: [("x-fake-chunk-interval-ms", "1")]
        case .hastyStream: []
        case .compressedStream: [("x-fake-chunk-interval-ms", "1"), ("x-fake-encoding", "gzip")]
        case .refused: [("x-fake-status", "429")]
        case .resetBeforeHead: [("x-fake-reset", "before-head")]
        case .resetAmidBody: [("x-fake-reset", "mid-body")]
        case .resetAmidStream: [("x-fake-reset", "after-3-chunks")]
        case .closedAmidEvent: [("x-fake-close", "mid-event")]
        case .stalled: [("x-fake-stall", "after-3-chunks")]
        case .garbage: [("x-fake-garbage", "head")]
        case .shortBody: [("x-fake-content-length", "+9")]
        case .errorEvent: [("x-fake-error-after", "3")]
        case .leftBeforeHead: [("x-fake-delay-head-ms", "5")]
        case .leftAmidStream: [("x-fake-chunk-interval-ms", "1")]
        }
    }
}
