import NIOCore
import Testing

@testable import ProxyLoad

/// The terminal event of a stream is seen wherever the pieces end.
struct TerminalEventTests {
    @Test(arguments: 1...14)
    func isSeenInPiecesOfAnySize(size: Int) {
        let text = Array("data: {\"a\":1}\n\ndata: ddata: [DONE]".utf8)
        var event = TerminalEvent()
        for start in stride(from: 0, to: text.count, by: size) {
            #expect(!event.isSeen)
            event.feed(ByteBuffer(bytes: text[start..<min(start + size, text.count)]))
        }
        #expect(event.isSeen)
    }

    @Test(arguments: ["data: [DONE", "data: {\"a\":\"[DONE]\"}\n\n", ""])
    func isNotSeenInOtherText(text: String) {
        var event = TerminalEvent()
        event.feed(ByteBuffer(string: text))
        #expect(!event.isSeen)
    }
}
