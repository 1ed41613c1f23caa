import CurlTransport
import Dispatch
import Synchronization

/// A receiver that keeps what it is told, and steers its transfer from a queue of its own.
final class Recorder: TransferReceiver {
    private struct Record {
        var heads: [TransferHead] = []
        var body: [UInt8] = []
        var endings: [TransferEnding] = []
        /// What must not happen: calls out of order, or bytes while it had paused.
        var faults: [String] = []
        var isPaused = false
        var wishes = 0
    }

    private let record = Mutex(Record())
    private let ended = AsyncStream<Void>.makeStream()
    private let began = AsyncStream<Void>.makeStream()
    /// The transfer, once `start` has returned; used only on the desk.
    private let transfer = Mutex<Transfer?>(nil)
    private let desk = DispatchQueue(label: "recorder")
    private let flow: @Sendable (Int) -> TransferFlow
    private let wish: (@Sendable (Transfer, Int) -> Void)?

    private init(
        flow: @escaping @Sendable (Int) -> TransferFlow, wish: (@Sendable (Transfer, Int) -> Void)?
    ) {
        self.flow = flow
        self.wish = wish
    }

    /// A recorder.
    ///
    /// - Parameter flow: What it says to bytes, given how many there are in all; after a pause it resumes from its own queue.
    convenience init(flow: @escaping @Sendable (Int) -> TransferFlow = { _ in .proceed }) {
        self.init(flow: flow, wish: nil)
    }

    /// A recorder that does this when more of a body is wanted, given the number of that wish from 1.
    static func sending(_ wish: @escaping @Sendable (Transfer, Int) -> Void) -> Recorder {
        Recorder(flow: { _ in .proceed }, wish: wish)
    }

    var head: TransferHead? { record.withLock { $0.heads.first } }
    var body: [UInt8] { record.withLock { $0.body } }
    var text: String { String(decoding: body, as: UTF8.self) }
    /// Whether the body is this one: a question without the long answer that an unequal comparison would get.
    func has(_ body: [UInt8]) -> Bool { self.body == body }
    var faults: [String] { record.withLock { $0.faults } }
    var endings: [TransferEnding] { record.withLock { $0.endings } }
    /// The values of a field of the head, by its exact name.
    func values(_ name: String) -> [String] { head?.headers.filter { $0.name == name }.map(\.value) ?? [] }

    /// Starts a transfer; what the recorder does for it waits until the engine has returned it.
    func start(_ engine: TransferEngine, _ request: TransferRequest) {
        desk.sync { transfer.withLock { $0 = engine.start(request, receiver: self) } }
    }

    /// Does something with the transfer, on the recorder's queue.
    func steer(_ action: @escaping @Sendable (Transfer) -> Void) {
        desk.async { [self] in
            if let transfer = transfer.withLock({ $0 }) { action(transfer) }
        }
    }

    /// Waits for the head.
    func beginning() async { for await _ in began.stream { return } }

    /// Waits for the end.
    func ending() async -> TransferEnding? {
        for await _ in ended.stream { break }
        return endings.first
    }

    func receive(_ head: TransferHead) {
        record.withLock { record in
            if !record.heads.isEmpty || !record.endings.isEmpty { record.faults.append("a head too many") }
            record.heads.append(head)
        }
        began.continuation.yield()
    }

    func receive(_ bytes: UnsafeRawBufferPointer) -> TransferFlow {
        let count = record.withLock { record in
            if record.isPaused { record.faults.append("bytes while it was paused") }
            if record.heads.isEmpty { record.faults.append("bytes before the head") }
            if !record.endings.isEmpty { record.faults.append("bytes after the end") }
            if bytes.count == 0 { record.faults.append("no bytes") }
            unsafe record.body.append(contentsOf: bytes)
            return record.body.count
        }
        guard flow(count) == .pause else { return .proceed }
        record.withLock { $0.isPaused = true }
        steer { [self] transfer in
            record.withLock { $0.isPaused = false }
            transfer.resume()
        }
        return .pause
    }

    func wantsBody() {
        let wishes = record.withLock { record in
            if !record.endings.isEmpty { record.faults.append("a wish after the end") }
            record.wishes += 1
            return record.wishes
        }
        if let wish { steer { wish($0, wishes) } }
    }

    func finish(_ ending: TransferEnding) {
        record.withLock { record in
            if !record.endings.isEmpty { record.faults.append("a second end") }
            record.endings.append(ending)
        }
        began.continuation.finish()
        ended.continuation.finish()
    }
}
