import FastJSON
import TallyMetering
import Testing

/// Chunks say `"usage": null` since the usage was asked for on the client's behalf: that goes again, and nothing else.
struct NullUsageTests {
    /// An event as it came, and as it passes.
    private static let events: [(sent: String, passes: String)] = [
        (#"data: {"choices":[],"usage":null}"#, #"data: {"choices":[]}"#),
        (#"data: {"usage":null,"choices":[]}"#, #"data: {"choices":[]}"#),
        (#"data: {"id":"c","usage":null,"choices":[{}]}"#, #"data: {"id":"c","choices":[{}]}"#),
        (#"data: { "usage" : null , "choices" : [ ] }"#, #"data: { "choices" : [ ] }"#),
        (#"data: {"choices": [], "usage": null, "x": "}\""}"#, #"data: {"choices": [], "x": "}\""}"#),
        (#"data: {"choices": [] , "usage": null }"#, #"data: {"choices": []  }"#),
        (#"data:{"choices":[],"usage":null}"#, #"data:{"choices":[]}"#),
        (#"data: {"choices":[{"usage":null}],"usage":null}"#, #"data: {"choices":[{"usage":null}]}"#),
        (
            #"data: {"a\\":"\",\"usage\":null","choices":[],"usage":null}"#,
            #"data: {"a\\":"\",\"usage\":null","choices":[]}"#
        ),
        (
            "event: x\nid: 1\ndata: {\"choices\":[],\"usage\":null}\nretry: 1",
            "event: x\nid: 1\ndata: {\"choices\":[]}\nretry: 1"
        ),
        // Groq tells it elsewhere, too.
        (
            #"data: {"choices":[{}],"x_groq":{"usage":{"prompt_tokens":1},"a":null},"usage":null}"#,
            #"data: {"choices":[{}],"x_groq":{"usage":{"prompt_tokens":1},"a":null}}"#
        ),
    ]

    private static let untouched = [
        #"data: {"choices":[{"usage":null,"delta":{"content":",\"usage\":null"}}]}"#,
        #"data: {"choices":[{}],"usage":{"prompt_tokens":1}}"#, #"data: {"choices":[{}],"usage":[null]}"#,
        #"data: {"choices":[{}],"usage":0}"#, #"data: {"choices":[{}],"Usage":null}"#,
        #"data: {"choices":[{}],"x":{"usage":null}}"#, #"data: {"error":{},"usage":null}"#,
        #"data: [{"choices":[],"usage":null}]"#, #"data: {"choices":[],"usage":null"#, #"data: "usage":null"#,
        "data: {\"choices\":[],\ndata: \"usage\":null}",
    ]

    @Test(arguments: events)
    func goesWithItsComma(event: (sent: String, passes: String)) throws {
        let parser = try JSONParser()
        for end in ["\n\n", "\r\n\r\n"] {
            let passes = (event.passes + end + event.passes + end, "")
            let bytes = Array((event.sent + end + event.sent + end).utf8)
            for cut in 0...bytes.count {
                let chunks = [Array(bytes[..<cut]), Array(bytes[cut...])]
                let read = Relaying.run(chunks, dropsUsageChunk: true, parser: parser)
                #expect(read == passes, "cut at \(cut)")
            }
            #expect(Relaying.run(bytes.map { [$0] }, dropsUsageChunk: true, parser: parser) == passes)
            #expect(Relaying.run([bytes], parser: parser).passed == String(decoding: bytes, as: UTF8.self))
        }
        // The last one of a stream that lacks its last empty line.
        let unended = Relaying.run([Array(event.sent.utf8)], dropsUsageChunk: true, parser: parser)
        #expect(unended == ("", event.passes))
    }

    @Test(arguments: untouched)
    func nothingElseGoes(event: String) throws {
        let text = event + "\n\n"
        let read = Relaying.run([Array(text.utf8)], dropsUsageChunk: true, parser: try JSONParser())
        // A failure is held, as it came.
        #expect(read == (event.contains("\"error\"") ? ("", text) : (text, "")))
    }

    /// A client reads at once what came at once.
    @Test func aChunkPassesAsOne() throws {
        var relay = StreamRelay(dropsUsageChunk: true)
        var usage = StreamedUsage(of: Exchange(), parser: try JSONParser())
        let event = "data: {\"choices\":[{}],\"usage\":null}\n\n"
        let chunks = [event, event + event, "data: {\"cho", "ices\":[{}]}\n\n" + event + ": x\n"]
        let passed = chunks.map { chunk in
            var passages: [StreamRelay.Passage] = []
            relay.feed(Array(chunk.utf8).span, reading: &usage) { passages.append($0) }
            return passages.count
        }
        #expect(passed == [1, 1, 0, 1])
    }

    /// What is too long to be kept passes as it is.
    @Test func ofALongEventNothingGoes() throws {
        let long = String(repeating: "x", count: StreamRelay.maximumEventBytes)
        let event = "data: {\"choices\":[],\"text\":\"\(long)\",\"usage\":null}\n\n"
        let parser = try JSONParser()
        for chunks in [[Array(event.utf8)], event.utf8.map { [$0] }] {
            #expect(Relaying.run(chunks, dropsUsageChunk: true, parser: parser) == (event, ""))
        }
    }
}
