internal import ArgumentParser

/// A kind of call that is measured.
enum Workload: String, CaseIterable, Encodable, ExpressibleByArgument {
    /// A whole answer, from nginx that returns the same text each time: it costs next to nothing, so that what differs
    /// between the ways is their own.
    case buffered
    /// A whole answer, from the fake provider.
    case bufferedFake = "buffered-fake"
    /// An event stream without pauses, from the fake provider, which writes each event on its own.
    case streaming
    /// An event stream that takes seconds: for the memory of many at once.
    case slowStreaming = "slow-streaming"

    /// Pieces of text in an answer.
    static let pieces = 20
    /// Bytes of each, so that an answer has about a kilobyte.
    private static let pieceBytes = 40
    /// Milliseconds between two pieces of a slow stream.
    private static let pause = 300

    /// How long one slow stream takes, in seconds.
    static let slowSeconds = Double(pieces * pause) / 1000

    /// What is measured for throughput and latency.
    static let quick: [Workload] = [.buffered, .bufferedFake, .streaming]

    /// Whether the answer is a stream of events.
    var isStream: Bool { self == .streaming || self == .slowStreaming }

    /// What it is called in a table.
    var title: String {
        switch self {
        case .buffered: "whole answers, upstream nginx"
        case .bufferedFake: "whole answers, upstream tally-fake-provider"
        case .streaming: "event streams, upstream tally-fake-provider"
        case .slowStreaming: "open event streams, upstream tally-fake-provider"
        }
    }

    /// The model asked for.
    ///
    /// Each has its own, since litellm chooses the upstream by it; the price table has them all.
    var model: String {
        switch self {
        case .buffered: "gpt-4o"
        case .bufferedFake: "gpt-4o-mini"
        case .streaming: "gpt-4.1-mini"
        case .slowStreaming: "gpt-4.1"
        }
    }

    /// The headers that script the fake provider's answer.
    var script: [(name: String, value: String)] {
        var script = [("x-fake-chunks", "\(Self.pieces)"), ("x-fake-chunk-bytes", "\(Self.pieceBytes)")]
        switch self {
        case .buffered: return []
        case .bufferedFake: break
        case .streaming: script.append(("x-fake-flush", "each"))
        case .slowStreaming: script.append(("x-fake-chunk-interval-ms", "\(Self.pause)"))
        }
        return script
    }

    /// The body of a request, about a kilobyte.
    var request: String {
        let question = String(repeating: "What did the project spend on this model, and who called it? ", count: 12)
        return #"{"model":"\#(model)","messages":[{"role":"system","content":"You answer briefly and give numbers."},"#
            + #"{"role":"user","content":"\#(question)"}],"temperature":0.2,"max_tokens":400"#
            + (isStream ? #","stream":true}"# : "}")
    }

    /// The answer that nginx returns, about a kilobyte.
    static var plainAnswer: String {
        let text = String(repeating: "The project spent what its calls cost. ", count: pieces)
        return #"{"id":"chatcmpl-0123456789abcdef","object":"chat.completion","created":1780000000,"model":"gpt-4o","#
            + #""service_tier":"default","system_fingerprint":"fp_44709d6fcb","choices":[{"index":0,"message":"#
            + #"{"role":"assistant","content":"\#(text)","refusal":null},"logprobs":null,"finish_reason":"stop"}],"#
            + #""usage":{"prompt_tokens":142,"completion_tokens":160,"total_tokens":302,"#
            + #""prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"#
            + #""completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0}}}"#
    }
}
