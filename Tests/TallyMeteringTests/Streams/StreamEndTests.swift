import FastJSON
import TallyCore
import TallyMetering
import Testing

/// Which event ends a stream, for its meter and for its relay: one definition.
struct StreamEndTests {
    /// What an event is, seen from outside: whether it counts as the end, and whether it waits.
    private func end(_ text: String, maximumEventBytes: Int = 1 << 20) throws -> (ended: Bool, waits: Bool) {
        var usage = StreamedUsage(of: Exchange(), parser: try JSONParser(), maximumEventBytes: maximumEventBytes)
        var relay = StreamRelay()
        relay.feed(Array(text.utf8).span, reading: &usage) { _ in }
        return (usage.hasEnded, relay.hasTerminalEvent)
    }

    @Test(arguments: [
        "data: [DONE]\n\n", "data:[DONE] \n\n", "event: x\ndata: [DONE]\r\n\r\n", "event: done\ndata: {}\n\n",
        "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n", "event: message_stop\ndata: ok\n\n",
        "data: {\"type\":\"response.incomplete\"}\n\n", "data: {\"type\":\"response.failed\"}\n\n",
        "data: {\"type\":\"response.cancelled\"}\n\n", "data: {\"type\":\"speech.audio.done\"}\n\n",
        "data: {\"type\":\"image_edit.completed\"}\n\n", "data: {\"candidates\":[{\"finishReason\":\"STOP\"}]}\n\n",
    ])
    func theseAreEnds(_ text: String) throws {
        #expect(try end(text) == (true, true))
        // As long as it is not whole, it is none.
        #expect(try end(String(text.unicodeScalars.dropLast(text.hasSuffix("\r\n") ? 2 : 1))) == (false, false))
    }

    @Test(arguments: [
        "data: DONE\n\n", "data: \"[DONE]\"\n\n", ": [DONE]\n\n", "event: message_stop\n\n",
        "data: {\"type\":\"done\"}\n\n", "data: {\"type\":\"message\",\"text\":\"message_stop\"}\n\n",
        "data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\n", "data: {\"error\":{\"message\":\"x\"}}\n\n",
        "data: {\"candidates\":[]}\n\n", "data: {\"candidates\":[{\"finishReason\":null}]}\n\n",
    ])
    func theseAreNone(_ text: String) throws {
        #expect(try end(text) == (false, false))
    }

    /// The last chunk before `[DONE]`, which some hosts leave out: what is metered is whole, and what is awaited is not
    /// this.
    @Test func theUsageChunkEndsTheMeteringAlone() throws {
        #expect(try end("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1}}\n\n") == (true, false))
    }

    /// A stream of several candidates ends with the last of them.
    @Test func everyCandidateHasToEnd() throws {
        let first = "data: {\"candidates\":[{\"index\":0,\"finishReason\":\"STOP\"},{\"index\":1}]}\n\n"
        #expect(try end(first) == (false, false))
        let second = "data: {\"candidates\":[{\"index\":1,\"finishReason\":\"MAX_TOKENS\"}]}\n\n"
        #expect(try end(first + second) == (true, true))
        let odd = "data: {\"candidates\":[{\"index\":-5},{\"index\":999,\"finishReason\":\"STOP\"}]}\n\n"
        #expect(try end(odd) == (false, false))
    }

    /// Of an event that is too large to be read the name is left.
    @Test func whatIsTooLargeIsToldByItsName() throws {
        let data = "data: {\"type\":\"response.completed\",\"text\":\"\(String(repeating: "x", count: 200))\"}\n\n"
        #expect(try end("event: response.completed\n" + data, maximumEventBytes: 100) == (true, true))
        #expect(try end(data, maximumEventBytes: 100) == (false, false))
    }

    /// Speech is no event stream, whatever its bytes look like.
    @Test func ofMediaNothingIsRead() throws {
        let exchange = Exchange(
            path: "/v1/audio/speech", headers: ["content-type": "audio/mpeg"], requestCharacters: 7)
        var usage = StreamedUsage(of: exchange, parser: try JSONParser())
        usage.feed(Array("data: [DONE]\n\n".utf8))
        let read = usage.finish()
        #expect(read.usage == .of([.characters: 7]) && read.ending == nil && read.outcome == .complete)
    }
}
