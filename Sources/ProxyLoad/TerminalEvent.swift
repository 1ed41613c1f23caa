internal import NIOCore

/// Looks for the text of a stream's terminal event, however it is split over the pieces.
struct TerminalEvent {
    private static let text = Array("data: [DONE]".utf8)

    private var matched = 0

    /// Whether it has come.
    private(set) var isSeen = false

    mutating func feed(_ bytes: ByteBuffer) {
        if isSeen { return }
        for byte in bytes.readableBytesView {
            // The first byte occurs once in the text, so a failed match can begin nowhere but here.
            matched = byte == Self.text[matched] ? matched + 1 : byte == Self.text[0] ? 1 : 0
            if matched == Self.text.count {
                isSeen = true
                return
            }
        }
    }
}
