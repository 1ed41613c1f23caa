internal import NIOCore

/// A request as far as it has been read.
struct FakeRequest {
    /// The most bytes of a body that are kept; a call with more is refused, after all of it was read.
    static let bodyLimit = 32 * 1024 * 1024

    let head: RequestHead
    /// The part of the target before the query.
    let path: String
    private(set) var body = ByteBuffer()
    private(set) var bodyCount = 0

    init(head: RequestHead) {
        self.head = head
        let end = head.target.utf8.firstIndex(of: UInt8(ascii: "?"))
        path = end.map { String(head.target[..<$0]) } ?? head.target
    }

    var isTooLong: Bool { bodyCount > Self.bodyLimit }

    mutating func append(_ bytes: ByteBuffer) {
        bodyCount += bytes.readableBytes
        if isTooLong {
            body = ByteBuffer()
        } else if body.readableBytes == 0 {
            body = bytes
        } else {
            body.writeImmutableBuffer(bytes)
        }
    }
}
