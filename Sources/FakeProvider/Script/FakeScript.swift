/// How one call is to be answered, as its request asks.
struct FakeScript {
    /// Where a response is broken off.
    enum Place: Equatable {
        case beforeHead
        case afterHead
        /// Half-way: of a stream between two events, of another body amid its bytes.
        case midBody
        /// Half-way: amid an event.
        case midEvent
        case afterChunks(Int)
    }

    /// What happens there.
    enum Break: Equatable {
        case reset
        case close
        case stall
    }

    enum Framing: String {
        case length
        case chunked
        case close
    }

    enum Encoding: String {
        case gzip
        case deflate
        case rawDeflate = "raw-deflate"

        /// What the header says: both forms of deflate are met under the one name.
        var name: String { self == .gzip ? "gzip" : "deflate" }
    }

    enum Garbage: String {
        case head
        case body
        case sse
    }

    var status = 200
    var headDelay = 0
    var interim: Int?
    var fields: [RequestHead.Field] = []
    var headerBytes = 0
    var lengthError = 0
    var framing: Framing?
    var encoding: Encoding?
    var chunks = 20
    var chunkBytes: Int?
    var text: String?
    var chunkInterval = 0
    var flushesEach = false
    var split: Int?
    var endsLinesWithCRLF = false
    var keepAlives: Int?
    var bodyBytes: Int?
    var interruption: (place: Place, kind: Break)?
    var garbage: Garbage?
    var errorAfter: Int?
    var hasNoDone = false
    var hasNoUsage = false
    var hasEmptyID = false
    var cachedTokens = 0
    var reasoningTokens = 0
    var seed: UInt64?
}
