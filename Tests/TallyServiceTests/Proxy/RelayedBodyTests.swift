import FastJSON
import NIOCore
import TallyCore
import TallyMetering
import Testing

@testable import TallyService

struct RelayedBodyTests {
    /// A body, and what of it has gone on.
    private struct Passing: ~Copyable {
        var body: RelayedBody
        var sent: [UInt8] = []

        init(_ headers: [String: String] = [:], length: Int? = nil, status: Int = 200, drops: Bool = false) throws {
            body = RelayedBody(
                of: Exchange(path: "/v1/chat/completions", headers: headers, status: status), length: length,
                dropsUsageChunk: drops, parser: try JSONParser())
        }

        mutating func feed(_ bytes: some Sequence<UInt8>) {
            var sent = sent
            body.feed(ByteBuffer(bytes: Array(bytes))) { sent += $0.readableBytesView }
            self.sent = sent
        }

        mutating func release() { sent += body.release().readableBytesView }
    }

    private static let answer = #"{"id":"c1","usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}"#
    private static let events = """
        data: {"id":"c1","choices":[{"index":0,"delta":{"content":"a"}}]}

        data: {"id":"c1","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}

        data: [DONE]


        """
    private static let stream = ["content-type": "text/event-stream"]

    @Test func aShortBodyIsHeldWholeAndRead() throws {
        var passing = try Passing(length: Self.answer.utf8.count)
        passing.feed(Self.answer.utf8)
        #expect(passing.body.isGathered && passing.sent.isEmpty)
        #expect(passing.body.finish(isEnded: true, isClosed: true).usage?[.output] == 2)
        passing.release()
        #expect(passing.sent == Array(Self.answer.utf8))
    }

    /// However it is cut, a client has all but the last byte before the call is recorded.
    @Test func ofALongBodyTheLastByteIsHeld() throws {
        let bytes = Array(Self.answer.utf8)
        for size in 1...bytes.count {
            var passing = try Passing(length: nil)
            for start in stride(from: 0, to: bytes.count, by: size) {
                passing.feed(bytes[start..<min(start + size, bytes.count)])
                #expect(passing.sent.count == min(start + size, bytes.count) - 1)
            }
            #expect(passing.body.finish(isEnded: true, isClosed: true).usage?[.output] == 2)
            passing.release()
            #expect(passing.sent == bytes, "pieces of \(size)")
        }
    }

    @Test func theTerminalEventOfAStreamIsHeld() throws {
        var passing = try Passing(Self.stream)
        passing.feed(Self.events.utf8)
        #expect(passing.body.hasTerminalEvent && passing.body.isEventStream)
        #expect(!String(decoding: passing.sent, as: UTF8.self).contains("[DONE]"))
        #expect(passing.body.finish(isEnded: false, isClosed: true).usage?[.input] == 3)
        // What comes while the call is recorded waits with it, and what comes later passes.
        passing.feed("\n".utf8)
        passing.release()
        passing.feed(": bye\n\n".utf8)
        #expect(String(decoding: passing.sent, as: UTF8.self) == Self.events + "\n: bye\n\n")
    }

    @Test func theUsageThatTheClientDidNotAskForIsTakenOut() throws {
        var passing = try Passing(Self.stream, drops: true)
        for byte in Self.events.utf8 { passing.feed([byte]) }
        #expect(passing.body.finish(isEnded: false, isClosed: true).usage?[.input] == 3)
        passing.release()
        let sent = String(decoding: passing.sent, as: UTF8.self)
        #expect(!sent.contains("prompt_tokens") && sent.hasSuffix("data: [DONE]\n\n"))
    }

    @Test func aRefusalIsReadHoweverItComes() throws {
        let loading = #"{"error":"Model m is currently loading","estimated_time":20.5}"#
        for length in [nil, loading.utf8.count] {
            var passing = try Passing(length: length, status: 503)
            passing.feed(loading.utf8)
            let error = passing.body.error(parser: try JSONParser())
            #expect(error.type == .loading && error.estimatedTimeMs == 20_500)
        }
        let passing = try Passing(length: nil, status: 200)
        let said = passing.body.error(parser: try JSONParser())
        #expect(said.type == nil)
    }

    @Test func picturesAreNotRead() throws {
        var passing = try Passing(["content-type": "image/png"], length: nil)
        passing.feed(Self.answer.utf8)
        #expect(passing.body.finish(isEnded: true, isClosed: true).usage == nil)
        passing.release()
        #expect(passing.sent == Array(Self.answer.utf8))
    }
}
