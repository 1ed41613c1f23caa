import FastJSON
import TallyCore
import TallyMetering
import Testing

struct StreamedUsageTests {
    private static let expected: [String: KeyValuePairs<UsageClass, Int64>] = [
        "chat": [.input: 12, .output: 3],
        "groq": [.input: 9, .output: 4],
        "openrouter": [.input: 10, .cacheRead: 8, .cacheWrite5m: 2, .output: 5],
        "xai, cumulative": [.input: 5, .output: 9, .reasoning: 6],
        "responses": [.input: 20, .cacheRead: 20, .cacheWrite30m: 10, .output: 7, .reasoning: 4],
        "anthropic": [.input: 3, .cacheRead: 80, .cacheWrite5m: 20, .cacheWrite1h: 10, .output: 24],
        "gemini": [.input: 14, .cacheRead: 30, .output: 26, .reasoning: 4],
        "gemini, as a list": [.input: 14, .cacheRead: 30, .output: 26, .reasoning: 4],
        "cohere": [.input: 17, .output: 9],
        "image": [.input: 10, .inputImage: 40, .output: 60],
        "transcription": [.input: 4, .inputAudio: 10, .output: 5],
        "realtime": [
            .input: 20, .inputAudio: 26, .cacheRead: 20, .cacheReadAudio: 4, .output: 10, .outputAudio: 20,
        ],
        "text generation server": [.output: 2],
        "every line ending, a byte order mark, data of several lines": [.input: 6],
        "a whole body": [.input: 8],
    ]

    @Test(arguments: Transcript.all)
    func everyFlavorIsCounted(_ transcript: Transcript) throws {
        let read = try transcript.read()
        #expect(read.usage == UsageBuckets.of(try #require(Self.expected[transcript.name])))
        #expect(read.outcome == .complete && read.refusal == nil)
        let isBody = ["a whole body", "gemini, as a list"].contains(transcript.name)
        let isClosed = transcript.name == "text generation server"
        #expect(read.ending == (isBody ? nil : isClosed ? .closed : .terminated))
    }

    /// Wherever the network cuts a stream in two, it says the same.
    @Test(arguments: Transcript.all)
    func everyCutGivesTheSame(_ transcript: Transcript) throws {
        let parser = try JSONParser()
        let bytes = Array(transcript.text.utf8)
        let whole = transcript.read([bytes], parser: parser)
        for cut in 0...bytes.count {
            let read = transcript.read([Array(bytes[..<cut]), Array(bytes[cut...])], parser: parser)
            #expect(read == whole, "cut at \(cut)")
            if read != whole { return }
        }
        #expect(transcript.read(bytes.map { [$0] }, parser: parser) == whole)
    }

    /// A stream that breaks off never says it came to its end, and never more than the whole did.
    @Test(arguments: Transcript.all)
    func everyBeginningIsLess(_ transcript: Transcript) throws {
        let parser = try JSONParser()
        let bytes = Array(transcript.text.utf8)
        let whole = try #require(transcript.read([bytes], parser: parser).usage)
        for cut in 0..<bytes.count {
            var stream = StreamedUsage(of: transcript.exchange, parser: parser)
            stream.feed(Array(bytes[..<cut]))
            let hasEnded = stream.hasEnded
            let read = stream.finish(isClosed: false)
            #expect(!hasEnded || read.outcome == .complete, "cut at \(cut)")
            if read.outcome == .complete { #expect(read.usage == whole, "cut at \(cut)") }
            if let usage = read.usage {
                #expect(usage.quantity(.output) <= whole.quantity(.output), "cut at \(cut)")
                #expect(usage.inputTokens <= whole.inputTokens, "cut at \(cut)")
            }
        }
    }

    @Test func costsAndNamesAreKept() throws {
        let router = try Transcript.openRouter.read()
        #expect(router.reportedCost?.description == "0.0125" && router.estimatedCost == nil)
        #expect(router.requestID == "gen-1" && router.model == "o/m" && router.provider == "OpenAI")
        #expect(try Transcript.xAI.read().reportedCost?.description == "0.0000012345")
        #expect(try Transcript.responses.read().serviceTier == "flex")
        #expect(try Transcript.anthropic.read().requestID == "a")
    }

    /// Of a stream that is cut within its first event not even the kind is known, but that it was cut is.
    @Test(arguments: [Transcript.chat, .anthropic, .responses])
    func aStreamCutWithinItsFirstEventIsInterrupted(transcript: Transcript) throws {
        let end = try #require(transcript.text.firstRange(of: "{")?.upperBound)
        let cut = Array(transcript.text[..<end].utf8)
        let read = Transcript(name: "cut", text: transcript.text).read([cut], parser: try JSONParser())
        #expect(read.usage == nil)
        #expect(read.ending == .cutOff && read.outcome == .interrupted)
    }

    /// Anthropic opens with a count of one, which is not what was made.
    @Test func aStreamCutBeforeItsCountHasUnknownOutput() throws {
        let start = try #require(Transcript.anthropic.text.components(to: "event: message_delta"))
        let read = Transcript(name: "cut", text: start).read([Array(start.utf8)], parser: try JSONParser())
        #expect(read.usage == .of([.input: 3, .cacheRead: 80, .cacheWrite5m: 20, .cacheWrite1h: 10]))
        #expect(read.ending == .cutOff && read.outcome == .interrupted && read.isBilled == true)
    }

    @Test(arguments: [
        "data: {\"choices\":[{}]}\n\ndata: {\"error\":{\"message\":\"x\",\"code\":500}}\n\n",
        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}\n\n",
        "event: error\ndata: out of memory\n\n",
        "data: {\"choices\":[{}],\"x_groq\":{\"error\":\"over capacity\"}}\n\n",
        "data: {\"type\":\"response.failed\",\"response\":{\"status\":\"failed\",\"error\":{\"code\":\"x\"}}}\n\n",
        "{\"error\":\"Model m is overloaded\",\"error_type\":\"overloaded\"}",
    ])
    func anErrorWithinAStreamIsAFailure(_ text: String) throws {
        let read = try Transcript(name: "error", text: text).read()
        #expect(read.outcome == .failed && read.usage == nil && read.isBilled == nil)
    }

    @Test func whatIsTooLargeIsPassedOverWithAWarning() throws {
        let long = #"data: {"choices":[{"delta":{"content":""# + String(repeating: "x", count: 300) + "\"}}]}\n\n"
        let end = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":4}}\n\ndata: [DONE]\n\n"
        for (text, warnings) in [(end, [UsageWarning]()), (long + end, [.eventTooLarge])] {
            var stream = StreamedUsage(of: Exchange(), parser: try JSONParser(), maximumEventBytes: 100)
            for byte in text.utf8 { stream.feed([byte]) }
            let read = stream.finish()
            #expect(read.usage == .of([.input: 4]) && read.warnings == warnings && read.outcome == .complete)
        }
        var lines = StreamedUsage(of: Exchange(), parser: try JSONParser(), maximumEventBytes: 100)
        lines.feed(Array((String(repeating: "data: {\"a\":1,\n", count: 20) + "\n" + end).utf8))
        #expect(lines.finish().warnings == [.eventTooLarge])
        var body = StreamedUsage(of: Exchange(), parser: try JSONParser(), maximumEventBytes: 100)
        body.feed(Array(#"{"data":[\#(String(repeating: "0,", count: 60))0],"usage":{"prompt_tokens":4}}"#.utf8))
        let read = body.finish()
        #expect(read.usage == nil && read.warnings == [.eventTooLarge])
    }

    @Test func whatIsNoJSONIsPassedOver() throws {
        let read = try Transcript(name: "", text: "data: {oops}\n\ndata: ping\n\n" + Transcript.chat.text).read()
        #expect(read.usage == .of([.input: 12, .output: 3]) && read.warnings == [.notJSON])
        // What stands at the end of a stream that broke off is no fault of its own.
        #expect(try Transcript(name: "", text: "data: {\"choices\":[{").read().warnings == [])
    }

    @Test func aStreamWithoutABodyIsReadFromItsHeaders() throws {
        var exchange = Exchange()
        exchange.headers = ["x-fal-billable-units": "3"]
        let empty = StreamedUsage(of: exchange, parser: try JSONParser()).finish()
        #expect(empty.usage == .of([.billableUnits: 3]) && empty.ending == nil)
        let cut = StreamedUsage(of: Exchange(), parser: try JSONParser()).finish(isClosed: false)
        #expect(cut.usage == nil && cut.outcome == .interrupted)
    }

    @Test func nothingOfTheTextIsKept() throws {
        let secret = "SECRET-PROMPT"
        let text =
            "data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"\(secret)\",\"reasoning\":\"\(secret)\"}}]}\n\n"
            + "data: {\"type\":\"message_start\",\"message\":{\"content\":\"\(secret)\"},\"delta\":{\"text\":\"\(secret)\"}}\n\n"
            + "data: {\"error\":{\"message\":\"\(secret)\"},\"response\":{\"instructions\":\"\(secret)\"}}\n\n"
        var dumped = ""
        dump(try Transcript(name: "", text: text).read(), to: &dumped)
        #expect(!dumped.contains(secret))
    }
}

extension String {
    /// What stands before some text.
    fileprivate func components(to text: String) -> String? {
        var rest = self[...]
        while !rest.isEmpty {
            if rest.hasPrefix(text) { return String(self[..<rest.startIndex]) }
            rest = rest.dropFirst()
        }
        return nil
    }
}
