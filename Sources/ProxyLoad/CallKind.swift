/// The shapes of call that a load is made of: half of them streams.
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

    /// How often a call is a long one: they are slow, and many would leave few others.
    private static let longInterval = 61

    /// The kind of a call by its number: even ones are streams.
    package init(number: Int) {
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
        case .whole, .chunked, .compressed, .long: false
        case .stream, .streamWithUsage, .hastyStream, .compressedStream: true
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
        }
    }
}
