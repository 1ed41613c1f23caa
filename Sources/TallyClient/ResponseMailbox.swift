internal import CurlTransport
internal import Synchronization

/// Hands what an engine thread receives of one response to the task that waits for it, and stops the server while that
/// is behind.
final class ResponseMailbox: TransferReceiver, Sendable {
    /// What comes next of a response.
    enum Piece {
        case head(TransferHead)
        case bytes([UInt8])
        case end(TransferEnding)
    }

    private struct State {
        var pieces: [Piece] = []
        var bytes = 0
        var isPaused = false
        var waiter: CheckedContinuation<Void, Never>?
        var transfer: Transfer?
        var isAbandoned = false
    }

    private let state = Mutex(State())
    /// The bytes that wait before the server is held up.
    private static let highWater = 256 << 10

    /// Starts a transfer.
    func start(_ request: TransferRequest, on engine: TransferEngine) {
        let transfer = engine.start(request, receiver: self)
        let isAbandoned = state.withLock { state in
            state.transfer = transfer
            return state.isAbandoned
        }
        if isAbandoned { transfer.cancel() }
    }

    func receive(_ head: TransferHead) { put(.head(head)) }

    func receive(_ bytes: UnsafeRawBufferPointer) -> TransferFlow {
        let piece = unsafe Array(bytes)
        put(.bytes(piece))
        return state.withLock { state in
            state.bytes += piece.count
            state.isPaused = state.bytes > Self.highWater
            return state.isPaused ? .pause : .proceed
        }
    }

    func wantsBody() {}

    func finish(_ ending: TransferEnding) { put(.end(ending)) }

    /// The next piece; when the task is cancelled, so is the transfer, and the end comes.
    func next() async -> Piece {
        while true {
            if let piece = take() { return piece }
            await withTaskCancellationHandler {
                await withCheckedContinuation { waiter in
                    let isThere = state.withLock { state in
                        if state.pieces.isEmpty { state.waiter = waiter }
                        return !state.pieces.isEmpty
                    }
                    if isThere { waiter.resume() }
                }
            } onCancel: {
                cancel()
            }
        }
    }

    /// Ends the transfer, if it has not ended.
    func cancel() {
        let transfer = state.withLock { state in
            state.isAbandoned = true
            return state.transfer
        }
        transfer?.cancel()
    }

    private func put(_ piece: Piece) {
        let waiter = state.withLock { state in
            state.pieces.append(piece)
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    private func take() -> Piece? {
        let (piece, resumed) = state.withLock { state -> (Piece?, Transfer?) in
            if state.pieces.isEmpty { return (nil, nil) }
            let piece = state.pieces.removeFirst()
            if case .bytes(let bytes) = piece { state.bytes -= bytes.count }
            let goesOn = state.isPaused && state.bytes <= Self.highWater / 2
            if goesOn { state.isPaused = false }
            return (piece, goesOn ? state.transfer : nil)
        }
        resumed?.resume()
        return piece
    }
}
