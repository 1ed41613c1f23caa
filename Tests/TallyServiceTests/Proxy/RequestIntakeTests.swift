import NIOCore
import NIOHTTP1
import Testing

@testable import TallyService

struct RequestIntakeTests {
    /// An intake that has begun.
    private func begin(
        _ headers: [(String, String)], isRead: Bool = true, maximum: Int = 1000, gathered: Int = 100
    ) -> (intake: RequestIntake, action: RequestIntake.Action) {
        let head = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/", headers: HTTPHeaders(headers))
        var intake = RequestIntake(head, maximumBytes: maximum, maximumGatheredBytes: gathered)
        let action = intake.begin(head, isRead: isRead, allocator: ByteBufferAllocator())
        return (intake, action)
    }

    private func bytes(_ count: Int) -> ByteBuffer { ByteBuffer(repeating: 7, count: count) }

    @Test(arguments: [
        [], [("content-length", "0")], [("Content-Length", "")], [("content-length", "many")],
        [("content-length", "-5")], [("content-length", "1e3")],
    ])
    func withoutABodyTheRequestIsSentAtOnce(headers: [(String, String)]) {
        var (intake, action) = begin(headers)
        #expect(action == .start && intake.isComplete)
        #expect(intake.end() == .wait && intake.byteCount == 0)
    }

    @Test(arguments: [
        "application/json", "APPLICATION/JSON; charset=utf-8", "application/x+json", "text/plain", nil,
        "multipart/form-data; boundary=x",
    ])
    func aBodyThatIsReadIsGathered(type: String?) {
        var (intake, action) = begin([("content-length", "30")] + (type.map { [("Content-Type", $0)] } ?? []))
        #expect(action == .wait && !intake.isComplete)
        #expect(intake.receive(bytes(10)) == .wait)
        #expect(intake.receive(bytes(0)) == .wait)
        #expect(intake.receive(bytes(20)) == .wait)
        #expect(intake.end() == .startWhole(bytes(30)))
        #expect(intake.isComplete && intake.byteCount == 30)
        #expect(intake.end() == .wait)
    }

    @Test(arguments: ["audio/wav", "application/octet-stream", "application/x-www-form-urlencoded", ""])
    func aBodyOfAnotherKindIsPassedOn(type: String) {
        var (intake, action) = begin([("content-length", "30"), ("content-type", type)])
        #expect(action == .startStream(length: 30, first: nil))
        #expect(intake.receive(bytes(30)) == .pass(bytes(30)) && !intake.isComplete)
        #expect(intake.end() == .finish && intake.isComplete && intake.byteCount == 30)
    }

    @Test func aBodyThatIsNotReadIsPassedOn() {
        #expect(begin([("content-length", "30")], isRead: false).action == .startStream(length: 30, first: nil))
        var (intake, action) = begin([("transfer-encoding", "chunked")], isRead: false)
        #expect(action == .startStream(length: nil, first: nil))
        #expect(intake.end() == .finish)
    }

    @Test func aBodyOfUnknownLengthIsGatheredAsFarAsItIsShort() {
        var (intake, action) = begin([("Transfer-Encoding", "chunked")])
        #expect(action == .wait)
        #expect(intake.receive(bytes(100)) == .wait)
        #expect(intake.receive(bytes(1)) == .startStream(length: nil, first: bytes(101)))
        #expect(intake.receive(bytes(5)) == .pass(bytes(5)))
        #expect(intake.end() == .finish && intake.byteCount == 106)
    }

    @Test func aBodyOfUnknownLengthMayBeEmpty() {
        var (intake, _) = begin([("Transfer-Encoding", "chunked")])
        #expect(intake.end() == .startWhole(bytes(0)))
    }

    /// RFC 9112, 6.3: where the two stand together, the length does not hold.
    @Test func aLengthBesideATransferEncodingDoesNotHold() {
        let both = [("content-length", "5"), ("transfer-encoding", "chunked")]
        #expect(begin(both, isRead: false).action == .startStream(length: nil, first: nil))
        #expect(begin([("content-length", "5000"), ("transfer-encoding", "chunked")]).action == .wait)
    }

    @Test func theLimitsAreWhatIsStillTaken() {
        #expect(begin([("content-length", "100")]).action == .wait)
        #expect(begin([("content-length", "101")]).action == .startStream(length: 101, first: nil))
        #expect(begin([("content-length", "1000")]).action == .startStream(length: 1000, first: nil))
        #expect(begin([("content-length", "1001")]).action == .refuse)
        #expect(begin([("content-length", "1")], maximum: 0).action == .refuse)
        #expect(begin([("content-length", "9223372036854775807")]).action == .refuse)
    }

    @Test(arguments: [true, false])
    func aBodyThatGrowsTooLongIsRefusedOnce(isRead: Bool) {
        var (intake, _) = begin([("transfer-encoding", "chunked")], isRead: isRead, gathered: isRead ? 2000 : 100)
        #expect(intake.receive(bytes(1000)) == (isRead ? .wait : .pass(bytes(1000))))
        #expect(intake.receive(bytes(1)) == .refuse && intake.isComplete)
        // What the client still sends is passed over.
        #expect(intake.receive(bytes(1)) == .wait)
        #expect(intake.end() == .wait)
    }

    @Test func whatFollowsARefusalIsPassedOver() {
        var (intake, action) = begin([("content-length", "1001")])
        #expect(action == .refuse)
        for _ in 0..<3 { #expect(intake.receive(bytes(500)) == .wait) }
        #expect(intake.end() == .wait)
    }

    @Test func piecesOfEverySizeGiveTheSameBody() {
        let whole = ByteBuffer(bytes: (0..<100).map { UInt8($0) })
        for size in 1...100 {
            var (intake, _) = begin([("content-length", "100")])
            var rest = whole
            while let piece = rest.readSlice(length: min(size, rest.readableBytes)), piece.readableBytes > 0 {
                #expect(intake.receive(piece) == .wait)
            }
            #expect(intake.end() == .startWhole(whole), "pieces of \(size)")
        }
    }
}
