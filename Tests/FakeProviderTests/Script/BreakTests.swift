import FakeProvider
import ProgramRunner
import Testing

/// Answers that are broken off.
struct BreakTests {
    private let chat = "/v1/chat/completions"

    @Test(arguments: [(ScriptItem.reset, RawClient.Ending.reset), (.close, .closed)])
    func beforeAndAfterTheHead(item: ScriptItem, ending: RawClient.Ending) async throws {
        try await withProvider { provider in
            let before = try RawAnswer.to(provider, chat, question, (item, "before-head"))
            #expect(before.bytes.isEmpty)
            #expect(before.ending == ending)
            let after = try RawAnswer.to(provider, chat, question, (item, "after-head"))
            #expect(after.status == 200 && after.body.isEmpty)
            #expect(after.ending == ending)
            #expect(try await provider.calls(ended: 2).allSatisfy { $0.outcome == .cut })
        }
    }

    @Test(arguments: [(ScriptItem.reset, RawClient.Ending.reset), (.close, .closed)])
    func amidTheBody(item: ScriptItem, ending: RawClient.Ending) async throws {
        try await withProvider { provider in
            let whole = try RawAnswer.to(provider, chat, question, (item, "mid-body"))
            #expect(
                whole["content-length"] == "\(whole.body.count * 2)"
                    || whole["content-length"] == "\(whole.body.count * 2 + 1)")
            #expect(whole.ending == ending)
            let stream = try RawAnswer.to(provider, chat, streamQuestion, (item, "mid-body"), (.chunks, "5"))
            #expect(stream.events.count == 4)
            #expect(stream.text.hasSuffix("}\n\n"))
            #expect(!stream.hasLastChunk)
            #expect(stream.ending == ending)
            let event = try RawAnswer.to(provider, chat, streamQuestion, (item, "mid-event"), (.chunks, "5"))
            #expect(event.events.count == 5)
            #expect(!event.text.hasSuffix("\n"))
            #expect(event.ending == ending)
            let chunks = try RawAnswer.to(
                provider, chat, streamQuestion, (item, "after-3-chunks"), (.chunks, "5"), (.split, "10"))
            #expect(chunks.events.count == 4)
            #expect(chunks.text.hasSuffix("}\n\n"))
            #expect(chunks.ending == ending)
            #expect(try await provider.calls(ended: 4).allSatisfy { $0.outcome == .cut })
        }
    }

    @Test func stallLastsUntilTheOtherSideHangsUp() async throws {
        try await withProvider { provider in
            let before = try RawClient(port: provider.port)
            before.send("POST \(chat) HTTP/1.1\r\nx-fake-stall: before-head\r\ncontent-length: 2\r\n\r\n{}")
            let amid = try RawClient(port: provider.port)
            amid.send(
                "POST \(chat) HTTP/1.1\r\nx-fake-stall: after-2-chunks\r\n"
                    + "content-length: \(streamQuestion.utf8.count)\r\n\r\n\(streamQuestion)")
            #expect(amid.read(until: "lantern ") != nil)
            #expect(Waiting.until(within: .seconds(30)) { provider.calls.count == 2 })
            #expect(provider.calls.allSatisfy { $0.outcome == .underway })
            before.hangUp()
            amid.hangUp()
            #expect(try await provider.calls(ended: 2).allSatisfy { $0.outcome == .cut })
        }
    }

    @Test func aClientThatGoesIsNoted() async throws {
        try await withProvider { provider in
            let client = try RawClient(port: provider.port)
            client.send(
                "POST \(chat)?x-fake-chunk-interval-ms=3600000 HTTP/1.1\r\n"
                    + "content-length: \(streamQuestion.utf8.count)\r\n\r\n\(streamQuestion)")
            #expect(client.read(until: "harbour ") != nil)
            client.hangUp()
            #expect(try await provider.calls(ended: 1).first?.outcome == .cut)
        }
    }
}
