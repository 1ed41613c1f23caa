/// One thing a request can ask of its answer, by a header `x-fake-NAME` or a query item of that name.
///
/// The headers stand before the query; of a repeated item the last counts, but `header` adds up.
package enum ScriptItem: String, CaseIterable, Sendable {
    case status
    case delayHead = "delay-head-ms"
    case interim
    case header
    case headerBytes = "header-bytes"
    case contentLength = "content-length"
    case framing
    case encoding
    case chunks
    case chunkBytes = "chunk-bytes"
    case text
    case chunkInterval = "chunk-interval-ms"
    case flush
    case split
    case lineEnd = "line-end"
    case keepAlives = "keep-alives"
    case bodyBytes = "body-bytes"
    case reset
    case close
    case stall
    case garbage
    case errorAfter = "error-after"
    case noDone = "no-done"
    case noUsage = "no-usage"
    case emptyID = "empty-id"
    case cachedTokens = "cached-tokens"
    case reasoningTokens = "reasoning-tokens"
    case seed

    /// What may be given, as help shows it.
    package var values: String {
        switch self {
        case .status: "200…599"
        case .interim: "100…199"
        case .header: "NAME: VALUE"
        case .text: "TEXT"
        case .contentLength: "+N|-N"
        case .framing: "length|chunked|close"
        case .encoding: "gzip|deflate|raw-deflate"
        case .flush: "each|end"
        case .lineEnd: "lf|crlf"
        case .reset, .close, .stall: "before-head|after-head|mid-body|mid-event|after-N-chunks"
        case .garbage: "head|body|sse"
        case .noDone, .noUsage, .emptyID: "true|false"
        case .delayHead, .headerBytes, .chunks, .chunkBytes, .chunkInterval, .split, .keepAlives, .bodyBytes,
            .errorAfter, .cachedTokens, .reasoningTokens, .seed:
            "N"
        }
    }

    /// What it does, in one line.
    package var effect: String {
        switch self {
        case .status: "answers with this status; from 400 on with the error body of the host"
        case .delayHead: "waits before the response begins"
        case .interim: "sends a response of this status before the real one"
        case .header: "adds a response header; may be repeated"
        case .headerBytes: "adds headers of N bytes in all, at least 16 and at most 1 MiB"
        case .contentLength: "states a length that is wrong by so much, and closes the connection after the body"
        case .framing: "how the end of the body is told; streams are chunked, other bodies have a length"
        case .encoding: "compresses the body; a stream is flushed at each event"
        case .chunks: "pieces of text in the answer, 20 unless told otherwise, at most 10,000,000"
        case .chunkBytes: "bytes of each piece, at most 1 MiB; one word unless told otherwise"
        case .text: "what each piece is, and the message of an error"
        case .chunkInterval: "waits after each piece of text of a stream"
        case .flush: "whether each event is a write of its own; without an interval the default is end"
        case .split: "writes a stream in pieces of N bytes, each on its own, wherever events end"
        case .lineEnd: "how the lines of a stream end"
        case .keepAlives: "comments before the first event of a stream; 2 at OpenRouter, else 0"
        case .bodyBytes: "answers with N bytes that mean nothing, at most 1 TiB"
        case .reset: "at this place the connection is reset (HTTP/2: the stream)"
        case .close: "at this place the connection is closed, without a word more"
        case .stall: "at this place nothing more comes until the other side hangs up"
        case .garbage: "bytes that are no HTTP, a body spoilt from its middle on, or one spoilt event amid a stream"
        case .errorAfter: "after N pieces of text a stream ends with the host's error event"
        case .noDone: "leaves out the last event of a stream"
        case .noUsage: "leaves out the usage"
        case .emptyID: "the id in the body is the empty string"
        case .cachedTokens: "how many of the prompt's tokens came from a cache"
        case .reasoningTokens: "how many of the completion's tokens were reasoning"
        case .seed: "makes the ids of this number, and the time a fixed one: equal requests are answered equally"
        }
    }
}
