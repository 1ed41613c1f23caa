import Synchronization

/// What one transfer gathers, and whether it is to go on; libcurl's callbacks work with it.
final class Exchange {
    /// Told from any thread that nobody waits for the transfer any more.
    final class Cancellation: Sendable {
        private let isRequestedFlag = Atomic(false)

        var isRequested: Bool { isRequestedFlag.load(ordering: .relaxed) }

        func request() { isRequestedFlag.store(true, ordering: .relaxed) }
    }

    private(set) var body: [UInt8] = []
    /// The head of the last answer, once it is whole.
    private(set) var head: TransferHead?
    /// The body had more bytes than it may.
    private(set) var isTooLarge = false
    let cancellation: Cancellation
    private let maximumBytes: Int
    private var headReader = ResponseHeadReader()

    init(maximumBytes: Int, cancellation: Cancellation) {
        self.maximumBytes = maximumBytes
        self.cancellation = cancellation
    }

    /// Takes a line of a head; `false` stops the transfer.
    func takeHeadLine(_ line: UnsafeRawBufferPointer) -> Bool {
        // Where an answer redirects to, another head follows.
        if head != nil, unsafe line.starts(with: "HTTP/".utf8) {
            headReader = ResponseHeadReader()
            head = nil
        }
        switch unsafe headReader.take(line) {
        case .more: return true
        case .complete(let head):
            self.head = head
            return true
        case .tooLong: return false
        }
    }

    /// Takes the next bytes, all or none; `false` stops the transfer.
    func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count <= maximumBytes - body.count else {
            isTooLarge = true
            return false
        }
        unsafe body.append(contentsOf: bytes)
        return true
    }
}
