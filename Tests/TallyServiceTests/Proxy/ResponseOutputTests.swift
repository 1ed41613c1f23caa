import NIOCore
import NIOHTTP1
import Testing

@testable import TallyService

struct ResponseOutputTests {
    /// What is sent of a response with pieces of these lengths, write by write.
    private func sent(_ lengths: [Int], status: HTTPResponseStatus = .ok, isChunked: Bool) -> [String] {
        var output = ResponseOutput()
        var sent: [String] = []
        output.write(
            head: status, version: .http1_1, [("A", "b"), ("c", "")], isChunked: isChunked)
        for length in lengths {
            output.write(ByteBuffer(repeating: UInt8(ascii: "x"), count: length)) { sent.append(String(buffer: $0)) }
        }
        output.end()
        if let rest = output.take() { sent.append(String(buffer: rest)) }
        #expect(output.take() == nil)
        return sent
    }

    @Test func aShortResponseIsOnePiece() {
        #expect(sent([2, 1], isChunked: false) == ["HTTP/1.1 200 OK\r\nA: b\r\nc: \r\n\r\nxxx"])
        #expect(
            sent([2, 0, 17], status: .custom(code: 299, reasonPhrase: "Fine"), isChunked: true) == [
                "HTTP/1.1 299 Fine\r\nA: b\r\nc: \r\ntransfer-encoding: chunked\r\n\r\n2\r\nxx\r\n11\r\n"
                    + String(repeating: "x", count: 17) + "\r\n0\r\n\r\n"
            ])
    }

    @Test func aLongPieceIsSentAsItIs() {
        let long = String(repeating: "x", count: 1 << 14)
        #expect(sent([1 << 14], isChunked: false) == ["HTTP/1.1 200 OK\r\nA: b\r\nc: \r\n\r\n", long])
        #expect(
            sent([1 << 14, 1], isChunked: true) == [
                "HTTP/1.1 200 OK\r\nA: b\r\nc: \r\ntransfer-encoding: chunked\r\n\r\n4000\r\n", long,
                "\r\n1\r\nx\r\n0\r\n\r\n",
            ])
    }
}
