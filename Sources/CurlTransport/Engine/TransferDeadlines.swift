/// The times at which one transfer is too slow, in nanoseconds of the engine's clock.
struct TransferDeadlines {
    private let firstByte: UInt64
    private let total: UInt64
    private let idle: UInt64
    /// When the last byte came or went.
    var lastMoved: UInt64
    /// The head of the response is there.
    var hasHead = false

    init(_ limits: TransferLimits, from start: UInt64) {
        firstByte = Self.sum(start, limits.firstByte)
        total = Self.sum(start, limits.total)
        idle = Self.sum(0, limits.idle)
        lastMoved = start
    }

    /// The next time something is too slow, and what.
    ///
    /// `isHeld` says that no byte can move until the receiver, or who sends the body, wants it.
    func next(isHeld: Bool) -> (time: UInt64, phase: TransferPhase) {
        let part: (time: UInt64, phase: TransferPhase) =
            if !hasHead {
                (firstByte, .firstByte)
            } else if isHeld {
                (.max, .idle)
            } else {
                (lastMoved > .max - idle ? .max : lastMoved + idle, .idle)
            }
        return part.time < total ? part : (total, .total)
    }

    /// The largest time stands for never.
    private static func sum(_ start: UInt64, _ duration: Duration) -> UInt64 {
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0, seconds < 4_000_000_000 else { return seconds < 0 ? start : .max }
        return start + UInt64(seconds) * 1_000_000_000 + UInt64(max(0, attoseconds) / 1_000_000_000)
    }
}
