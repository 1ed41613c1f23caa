import FastJSON
import TallyMetering

/// A response relayed chunk by chunk, as far as it has come.
struct Relaying {
    private(set) var relay: StreamRelay
    private var usage: StreamedUsage
    /// What the client has.
    private(set) var passed: [UInt8] = []

    init(dropsUsageChunk: Bool = false, of exchange: Exchange = Exchange(), parser: JSONParser) {
        relay = StreamRelay(dropsUsageChunk: dropsUsageChunk)
        usage = StreamedUsage(of: exchange, parser: parser)
    }

    mutating func feed(_ chunk: [UInt8]) {
        var parts: [UInt8] = []
        relay.feed(chunk.span, reading: &usage) { passage in
            switch passage {
            case .bytes(let bytes): parts += bytes
            case .part(let range): parts += chunk[range]
            }
        }
        passed += parts
    }

    /// Ends the response.
    ///
    /// - Returns: What was kept, and what was metered.
    mutating func end() -> (kept: [UInt8], usage: ResponseUsage) {
        relay.end(reading: &usage)
        return (relay.release(), usage.finish())
    }

    /// What passes of some chunks before the call is recorded, and what is kept until then.
    static func run(
        _ chunks: [[UInt8]], dropsUsageChunk: Bool = false, of exchange: Exchange = Exchange(), parser: JSONParser
    ) -> (passed: String, kept: String) {
        var relaying = Relaying(dropsUsageChunk: dropsUsageChunk, of: exchange, parser: parser)
        for chunk in chunks { relaying.feed(chunk) }
        let kept = relaying.end().kept
        return (String(decoding: relaying.passed, as: UTF8.self), String(decoding: kept, as: UTF8.self))
    }
}
