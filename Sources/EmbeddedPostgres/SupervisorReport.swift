/// What a supervisor tells the process that started it, as text on its standard output; the end of the stream without
/// a text means that it was killed.
enum SupervisorReport: Equatable {
    /// The server takes connections.
    case ready
    /// Another supervisor was there first.
    case busy
    /// The server cannot be started; the text is for the user.
    case failed(String)

    /// The longest text that is read, in bytes.
    static let limit = 16_384

    private static let readyText = "ready\n"
    private static let busyText = "busy\n"
    private static let failedHead = "failed\n"

    var text: String {
        switch self {
        case .ready: Self.readyText
        case .busy: Self.busyText
        case .failed(let message): Self.failedHead + message
        }
    }

    /// The report in a text; nil when there is none.
    init?(text: String) {
        if text == Self.readyText {
            self = .ready
        } else if text == Self.busyText {
            self = .busy
        } else if text.hasPrefix(Self.failedHead) {
            self = .failed(String(text.dropFirst(Self.failedHead.count)))
        } else {
            return nil
        }
    }
}
