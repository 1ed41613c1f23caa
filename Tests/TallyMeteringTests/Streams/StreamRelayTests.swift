import FastJSON
import TallyCore
import TallyMetering
import Testing

/// What of a response passes when: released, kept and dropped bytes are the bytes that came, in order.
struct StreamRelayTests {
    /// A stream taken apart at what its end begins with, where it has one but that of the connection.
    struct Ended: Sendable, CustomTestStringConvertible {
        let name: String
        let text: String
        /// What may pass before the call is recorded, and what waits until then.
        let passing: String
        let waiting: String
        let exchange: Exchange

        var testDescription: String { name }

        init(name: String, text: String, end: String?, exchange: Exchange = Exchange()) {
            self.name = name
            self.text = text
            self.exchange = exchange
            let index = end.flatMap { text.lastRange(of: $0) } ?? text.endIndex
            passing = String(text[..<index])
            waiting = String(text[index...])
        }
    }

    private static let ends: [String: String] = [
        "responses": "event: response.completed", "anthropic": "event: message_stop",
        "cohere": "event: message-end", "image": "event: image_generation.completed",
        "transcription": #"data: {"type":"transcript.text.done""#, "realtime": "data: ", "gemini": "data: ",
        "gemini, as a list": "]\n", "a whole body": " ",
    ]

    private static let transcripts = Transcript.all.map { transcript in
        let end = transcript.name == "text generation server" ? nil : ends[transcript.name] ?? "data: [DONE]"
        return Ended(name: transcript.name, text: transcript.text, end: end, exchange: transcript.exchange)
    }

    private static let fixtures: [Ended] = Fixture.all.compactMap { fixture in
        guard let text = try? fixture.with({ try Fixture.response($0)["sse"]?.string }) else { return nil }
        let markers = ["data: [DONE]", "event: message_stop", "event: response.completed"]
        var end = markers.first { text.lastRange(of: $0) != nil }
        // Google's last event, one that broke off, and failures.
        let others = ["truncated_event", "midstream_error", "error_finish_not_charged"]
        if fixture.file.hasPrefix("15-") || others.contains(fixture.name) { end = "data: " }
        return Ended(name: fixture.testDescription, text: text, end: end)
    }

    private static let failures: [Ended] = [
        ("openai", "data: {\"choices\":[{}]}\n\n", "data: {\"error\":{\"message\":\"x\"}}\n\n"),
        (
            "openrouter", ": wait\n\ndata: {\"choices\":[{}]}\n\n",
            "data: {\"choices\":[{\"finish_reason\":\"error\"}],\"error\":{\"code\":502}}\n\ndata: [DONE]\n\n"
        ),
        (
            "anthropic", "event: ping\ndata: {}\n\n",
            "event: error\ndata: {\"type\":\"error\",\"error\":{}}\n\n: end\n\n"
        ),
    ].map { name, passing, waiting in
        Ended(name: "a failure of \(name)", text: passing + waiting, end: String(waiting.prefix(12)))
    }

    @Test func theFixturesAreThere() {
        #expect(Self.fixtures.count == 11)
        #expect(Self.fixtures.count { !$0.waiting.isEmpty } == 9)
    }

    /// Wherever the network cuts a stream in two, all but its end passes, and its end waits.
    @Test(arguments: transcripts + fixtures + failures)
    func everyCutKeepsTheEndAndNothingElse(_ stream: Ended) throws {
        let parser = try JSONParser()
        let bytes = Array(stream.text.utf8)
        let expected = (stream.passing, stream.waiting)
        for cut in 0...bytes.count {
            let chunks = [Array(bytes[..<cut]), Array(bytes[cut...])]
            let read = Relaying.run(chunks, of: stream.exchange, parser: parser)
            #expect(read == expected, "cut at \(cut)")
            if read != expected { return }
        }
        let read = Relaying.run(bytes.map { [$0] }, of: stream.exchange, parser: parser)
        #expect(read == expected)
    }

    /// A stream that breaks off, wherever: what has passed is never more than what stands before the end.
    @Test(arguments: transcripts + fixtures + failures)
    func noBeginningPassesTheEnd(_ stream: Ended) throws {
        let parser = try JSONParser()
        var relaying = Relaying(of: stream.exchange, parser: parser)
        let passing = Array(stream.passing.utf8)
        for byte in stream.text.utf8 {
            relaying.feed([byte])
            let isBefore = relaying.passed.count <= passing.count
            #expect(isBefore)
            if !isBefore { return }
        }
        #expect(relaying.passed == passing)
    }

    /// What is metered is the same, relayed or not.
    @Test(arguments: transcripts)
    func whatIsRelayedIsMetered(_ stream: Ended) throws {
        let parser = try JSONParser()
        let bytes = Array(stream.text.utf8)
        let expected = Transcript(name: "", exchange: stream.exchange, text: stream.text).read([bytes], parser: parser)
        for cut in 0...bytes.count {
            var relaying = Relaying(of: stream.exchange, parser: parser)
            relaying.feed(Array(bytes[..<cut]))
            relaying.feed(Array(bytes[cut...]))
            #expect(relaying.end().usage == expected)
        }
    }

    @Test func anEventPassesWhenItIsWholeAndACommentAtOnce() throws {
        var relaying = Relaying(parser: try JSONParser())
        var seen: [String] = []
        let chunks = [
            ": ke", "ep-alive", "\n", "\n", "da", "ta: {\"choices\":[{}]}", "\n", "\ndata: {\"a\":1}\n\n: x", "y\r",
            "\n",
            "id: 1\n", "data: {}\r\n\r", "\n", "\r\n", "data: [DO", "NE]\n\n", ": over\n\n",
        ]
        for chunk in chunks {
            let before = relaying.passed.count
            relaying.feed(Array(chunk.utf8))
            seen.append(String(decoding: relaying.passed[before...], as: UTF8.self))
        }
        #expect(
            seen == [
                ": ke", "ep-alive", "\n", "\n", "", "", "", "data: {\"choices\":[{}]}\n\ndata: {\"a\":1}\n\n: x", "y\r",
                "\n", "", "id: 1\ndata: {}\r\n\r", "\n", "\r\n", "", "", "",
            ])
        #expect(relaying.relay.hasTerminalEvent)
        #expect(String(decoding: relaying.end().kept, as: UTF8.self) == "data: [DONE]\n\n: over\n\n")
    }

    @Test func afterTheReleaseEverythingPasses() throws {
        var usage = StreamedUsage(of: Exchange(), parser: try JSONParser())
        var relay = StreamRelay()
        var passages: [StreamRelay.Passage] = []
        let chunk = Array("data: {\"a\":1}\n\ndata: [DONE]\n\n".utf8)
        relay.feed(chunk.span, reading: &usage) { passages.append($0) }
        #expect(passages == [.part(0..<15)] && relay.hasTerminalEvent && relay.keptCount == 14)
        #expect(relay.release() == Array(chunk[15...]))
        passages = []
        relay.feed(chunk.span, reading: &usage) { passages.append($0) }
        relay.end(reading: &usage)
        #expect(passages == [.part(0..<chunk.count)] && relay.release() == [])
        #expect(usage.finish().ending == .terminated)
    }

    /// Of a coded body nothing can be told but that its last byte may be the last of all.
    @Test func ofACodedBodyTheLastByteWaits() throws {
        var relay = StreamRelay()
        var passages: [StreamRelay.Passage] = []
        for count in [3, 1, 0, 2] {
            relay.feed([UInt8](repeating: UInt8(count), count: count).span) { passages.append($0) }
        }
        #expect(passages == [.part(0..<2), .bytes([3]), .bytes([1]), .part(0..<1)])
        #expect(relay.release() == [2] && relay.release() == [])
        let more: [UInt8] = [7, 8]
        relay.feed(more.span) { passages.append($0) }
        #expect(passages.last == .part(0..<2))
    }

    @Test(arguments: ["audio/mpeg", "image/png", "Video/mp4", "application/vnd.amazon.eventstream"])
    func ofMediaTheLastByteWaits(type: String) throws {
        let exchange = Exchange(headers: ["content-type": type])
        let chunks = [Array("data: [DO".utf8), Array("NE]\n\n".utf8)]
        let read = Relaying.run(chunks, of: exchange, parser: try JSONParser())
        #expect(read == ("data: [DONE]\n", "\n"))
    }

    /// Objects line by line have no last one: only of the first it might be the whole body.
    @Test func objectsLineByLinePass() throws {
        var relaying = Relaying(parser: try JSONParser())
        var counts: [Int] = []
        for line in ["{\"a\":1}\n", "{\"a\":2}\n", "{\"a\":3}\n"] {
            relaying.feed(Array(line.utf8))
            counts.append(relaying.passed.count)
        }
        #expect(counts == [7, 16, 24] && relaying.end().kept.isEmpty)
    }

    /// Behind a failure a host may go on for long; then the call is recorded without waiting for its end.
    @Test func aFailureWaitsWithAllThatFollowsItWithinABound() throws {
        var relaying = Relaying(parser: try JSONParser())
        relaying.feed(Array("data: {\"error\":{\"message\":\"x\"}}\n\n".utf8))
        let piece = Array((": " + String(repeating: "x", count: 1022) + "\n").utf8)
        var count = 0
        while !relaying.relay.hasTerminalEvent, count < 2 * StreamRelay.maximumKeptBytes {
            relaying.feed(piece)
            count += piece.count
        }
        #expect(relaying.passed.isEmpty)
        #expect(relaying.relay.keptCount > StreamRelay.maximumKeptBytes)
        #expect(relaying.relay.keptCount <= StreamRelay.maximumKeptBytes + piece.count)
    }

    /// The terminal event behind a failure is the end at once; what stands between them is metered.
    @Test func whatFollowsAFailureIsMetered() throws {
        var relaying = Relaying(parser: try JSONParser())
        relaying.feed(Array("data: {\"choices\":[{}]}\n\ndata: {\"error\":{\"message\":\"x\"}}\n\n".utf8))
        #expect(!relaying.relay.hasTerminalEvent)
        relaying.feed(Array("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":1}}\n\n".utf8))
        #expect(!relaying.relay.hasTerminalEvent)
        relaying.feed(Array("data: [DONE]\n\n".utf8))
        #expect(relaying.relay.hasTerminalEvent)
        #expect(String(decoding: relaying.passed, as: UTF8.self) == "data: {\"choices\":[{}]}\n\n")
        let usage = relaying.end().usage
        #expect(usage.usage?[.input] == 7)
        #expect(usage.outcome == .failed)
    }
}

extension String {
    /// Where the last occurrence of a text begins.
    fileprivate func lastRange(of text: String) -> String.Index? {
        var found: String.Index?
        for index in unicodeScalars.indices where self[index...].unicodeScalars.starts(with: text.unicodeScalars) {
            found = index
        }
        return found
    }
}
