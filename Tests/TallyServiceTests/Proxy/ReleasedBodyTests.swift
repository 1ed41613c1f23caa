import NIOCore
import Testing

@testable import TallyService

struct ReleasedBodyTests {
    private func text(_ bytes: ByteBuffer?) -> String? { bytes.map { String(buffer: $0) } }

    @Test func aShortBodyIsHeldWhole() {
        var body = ReleasedBody.gathered(ByteBuffer())
        #expect(body.feed(ByteBuffer(string: "one ")) == nil)
        #expect(body.feed(ByteBuffer()) == nil)
        #expect(body.feed(ByteBuffer(string: "two")) == nil && !body.holdsTerminalEvent)
        #expect(text(body.release()) == "one two")
        #expect(body.release() == nil)
    }

    @Test func aBodyWithoutBytesIsHeldToo() {
        var gathered = ReleasedBody.gathered(ByteBuffer())
        #expect(text(gathered.release()) == "")
        var bytes = ReleasedBody.bytes(last: nil)
        #expect(bytes.feed(ByteBuffer()) == nil && bytes.release() == nil)
    }

    @Test func ofOtherBytesTheLastIsHeld() {
        var body = ReleasedBody.bytes(last: nil)
        #expect(body.feed(ByteBuffer(string: "a")) == nil)
        #expect(text(body.feed(ByteBuffer(string: "b"))) == "a")
        #expect(body.feed(ByteBuffer()) == nil)
        #expect(text(body.feed(ByteBuffer(string: "cde"))) == "bcd")
        #expect(!body.holdsTerminalEvent)
        #expect(text(body.release()) == "e")
        #expect(body.release() == nil)
        // Once released, nothing is held any more.
        #expect(text(body.feed(ByteBuffer(string: "f"))) == "f")
    }

    @Test func aPieceOfALargerBufferIsItself() {
        var buffer = ByteBuffer(string: "xxabcyy")
        buffer.moveReaderIndex(forwardBy: 2)
        buffer.moveWriterIndex(to: 5)
        var body = ReleasedBody.bytes(last: nil)
        #expect(text(body.feed(buffer)) == "ab")
        #expect(text(body.release()) == "c")
        #expect(text(buffer) == "abc")
    }

    @Test func anOpenBodyHoldsNothing() {
        var body = ReleasedBody.open
        #expect(text(body.feed(ByteBuffer(string: "abc"))) == "abc")
        #expect(body.release() == nil && !body.holdsTerminalEvent)
    }

    /// However it is cut, a client has all but the last byte before the call is recorded, and all after.
    @Test func everyCutGivesTheSameBytes() {
        let whole = Array("A response of some length, in pieces.".utf8)
        for size in 1...whole.count {
            var body = ReleasedBody.bytes(last: nil)
            var sent: [UInt8] = []
            for start in stride(from: 0, to: whole.count, by: size) {
                let piece = ByteBuffer(bytes: whole[start..<min(start + size, whole.count)])
                if let released = body.feed(piece) {
                    #expect(released.readableBytes > 0)
                    sent += released.readableBytesView
                }
                #expect(sent.count == min(start + size, whole.count) - 1)
            }
            if let rest = body.release() { sent += rest.readableBytesView }
            #expect(sent == whole, "pieces of \(size)")
        }
    }
}
