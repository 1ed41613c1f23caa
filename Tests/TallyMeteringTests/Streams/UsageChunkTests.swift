import FastJSON
import TallyCore
import TallyMetering
import Testing

/// The chunk that was asked for on the client's behalf is taken out again, and nothing else.
struct UsageChunkTests {
    /// A piece of a stream, and what becomes of it.
    private struct Piece {
        enum Fate {
            case passes, isDropped, isKept
        }

        let text: String
        /// What the client has of it, if it passes.
        let passed: String
        let fate: Fate

        init(_ text: String, _ fate: Fate, passed: String? = nil) {
            (self.text, self.fate) = (text, fate)
            self.passed = passed ?? text
        }
    }

    private static let delta =
        #"{"id":"c","choices":[{"delta":{"content":"\"usage\":{},\"choices\":[]"}}],"usage":null}"#
    /// The same, had nobody asked for the usage.
    private static let plainDelta = #"{"id":"c","choices":[{"delta":{"content":"\"usage\":{},\"choices\":[]"}}]}"#
    private static let usage = #"{"id":"c","choices":[],"usage":{"prompt_tokens":12,"completion_tokens":3}}"#
    /// As Azure opens a stream.
    private static let azure = #"{"id":"","choices":[],"prompt_filter_results":[{"prompt_index":0}]}"#

    @Test func onlyThatChunkIsDropped() throws {
        let others = [
            Self.plainDelta, Self.azure, #"{"choices":[]}"#, #"{"usage":{"prompt_tokens":1}}"#,
            #"{"choices":[{}],"usage":{"prompt_tokens":1}}"#, #"{"choices":{},"usage":{"prompt_tokens":1}}"#,
            #"{"choices":[],"usage":[]}"#, #"{"choices":[],"x_groq":{"usage":{"prompt_tokens":1}}}"#,
            #"{"response":{"choices":[],"usage":{"prompt_tokens":1}}}"#, #"[{"choices":[],"usage":{}}]"#, "ping",
            #"{"choices":[],"usage":{}"#,
        ]
        let parser = try JSONParser()
        let text = others.map { "data: \($0)\n\n" }.joined()
        let whole = text + "data: \(Self.usage)\n\n" + "data: [DONE]\n\n"
        let read = Relaying.run([Array(whole.utf8)], dropsUsageChunk: true, parser: parser)
        #expect(read == (text, "data: [DONE]\n\n"))
        // What the client asked for itself passes.
        let asked = Relaying.run([Array(whole.utf8)], parser: parser)
        #expect(asked == (text + "data: \(Self.usage)\n\n", "data: [DONE]\n\n"))
    }

    @Test(arguments: ["\n", "\r\n", "\r"])
    func everyCutDropsTheSame(lineEnd: String) throws {
        func events(_ data: [String]) -> String {
            data.map { "event: message\(lineEnd)data: \($0)\(lineEnd)\(lineEnd)" }.joined()
        }
        let parser = try JSONParser()
        let end = "data: [DONE]\(lineEnd)\(lineEnd)"
        for after in [[], [Self.delta]] {
            let comment = ": hello\(lineEnd)"
            let sent = comment + events([Self.azure, Self.delta, Self.usage]) + comment + events(after) + end
            let bytes = Array(sent.utf8)
            let plain = comment + events([Self.azure, Self.plainDelta]) + comment
            let expected = (plain + events(after.map { _ in Self.plainDelta }), end)
            for cut in 0...bytes.count {
                let chunks = [Array(bytes[..<cut]), Array(bytes[cut...])]
                let read = Relaying.run(chunks, dropsUsageChunk: true, parser: parser)
                #expect(read == expected, "cut at \(cut)")
                if read != expected { return }
            }
            let read = Relaying.run(bytes.map { [$0] }, dropsUsageChunk: true, parser: parser)
            #expect(read == expected)
        }
    }

    /// Some hosts leave out `[DONE]`, or the last empty line.
    @Test func theLastChunkOfAStreamIsDroppedToo() throws {
        for (end, count) in [("\n\n", 3), ("\n", 3), ("", 3)] {
            var relaying = Relaying(dropsUsageChunk: true, parser: try JSONParser())
            relaying.feed(Array("data: \(Self.delta)\n\ndata: \(Self.usage)\(end)".utf8))
            let rest = relaying.end()
            #expect(relaying.passed == Array("data: \(Self.plainDelta)\n\n".utf8) && rest.kept.isEmpty)
            #expect(rest.usage.usage?[.output] == Int64(count) && rest.usage.ending == .terminated)
        }
        // What broke off is not what it was to be: it passes as it came.
        let cut = "data: " + Self.usage.dropLast()
        let read = Relaying.run([Array(cut.utf8)], dropsUsageChunk: true, parser: try JSONParser())
        #expect(read == ("", cut))
    }

    /// An event that is too long to be kept passes but for its end, so that no terminal one is ever whole.
    @Test func ofALongEventTheEndWaits() throws {
        let parser = try JSONParser()
        let long = String(repeating: "x", count: StreamRelay.maximumEventBytes)
        let event = "data: {\"type\":\"response.completed\",\"text\":\"\(long)\"}\nid: 1\n\n"
        for size in [1, 100, 1000, 20_000, 100_000] {
            var relaying = Relaying(parser: parser)
            let bytes = Array(event.utf8)
            var most = 0
            for start in stride(from: 0, to: bytes.count, by: size) {
                relaying.feed(Array(bytes[start..<min(start + size, bytes.count)]))
                if !relaying.relay.hasTerminalEvent { most = max(most, relaying.relay.keptCount) }
                let rest = bytes.count - relaying.passed.count
                #expect(rest >= StreamRelay.keptTailBytes)
            }
            let passed = relaying.passed
            let rest = relaying.end()
            #expect(passed + rest.kept == bytes && rest.usage.ending == .terminated)
            #expect(most <= StreamRelay.maximumEventBytes)
        }
        // What is too long is not dropped, in however many chunks it comes.
        let usage = #"data: {"choices":[],"usage":{"prompt_tokens":1},"text":""# + long + "\"}\n\n"
        for chunks in [[Array(usage.utf8)], usage.utf8.map { [$0] }] {
            #expect(Relaying.run(chunks, dropsUsageChunk: true, parser: parser) == (usage, ""))
        }
    }

    /// Streams made at random, cut at random.
    @Test(arguments: 0..<200)
    func releasedKeptAndDroppedAreWhatCame(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var pieces: [Piece] = []
        for _ in 0..<Int.random(in: 1...30, using: &generator) { pieces.append(Self.piece(&generator)) }
        if generator.chance(80) {
            let end = Self.event(generator.pick(["[DONE]", #"{"type":"message_stop"}"#]), &generator)
            pieces.append(Piece(end, .isKept))
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                pieces.append(Piece(Self.piece(&generator).text, .isKept))
            }
        }
        let bytes = pieces.flatMap { Array($0.text.utf8) }
        var chunks: [[UInt8]] = []
        var start = 0
        let largest = generator.pick([1, 3, 50, 2000])
        while start < bytes.count {
            let end = min(bytes.count, start + Int.random(in: 1...largest, using: &generator))
            chunks.append(Array(bytes[start..<end]))
            start = end
        }
        let read = Relaying.run(chunks, dropsUsageChunk: true, parser: try JSONParser())
        #expect(read.passed == pieces.filter { $0.fate == .passes }.map(\.passed).joined())
        #expect(read.kept == pieces.filter { $0.fate == .isKept }.map(\.text).joined())
    }

    private static func piece(_ generator: inout SeededGenerator) -> Piece {
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: return Piece(generator.pick([": ping\n\n", ":\n", "\r\n", ": a\r\n\r\n"]), .passes)
        case 1: return Piece(event(azure, &generator), .passes)
        case 2: return Piece(event(usage, &generator), .isDropped)
        case 3: return Piece("id: 7\nretry: 10\ndata: {\"choices\":[],\ndata: \"id\":\"x\"}\n\n", .passes)
        case 4: return Piece("data: {\"choices\":[],\ndata:\"usage\":{\"prompt_tokens\":1}}\n\n", .isDropped)
        default:
            var other = generator
            return Piece(event(delta, &generator), .passes, passed: event(plainDelta, &other))
        }
    }

    private static func event(_ data: String, _ generator: inout SeededGenerator) -> String {
        let end = generator.pick(["\n", "\r\n", "\n", "\r\n", "\r"])
        let name = generator.chance(20) ? "event: message\(end)" : ""
        return name + "data:\(generator.chance(80) ? " " : "")\(data)\(end)\(end)"
    }
}
