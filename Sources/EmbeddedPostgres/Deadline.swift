import CProcess

/// A moment after which a wait gives up, and the bounded poll towards it.
struct Deadline {
    /// How long one pause of a poll lasts, in milliseconds: short against what is waited for.
    static let pauseMilliseconds: Int32 = 20

    let limit: Duration
    private let end: ContinuousClock.Instant

    init(after limit: Duration) {
        self.limit = limit
        end = ContinuousClock.now + limit
    }

    var hasPassed: Bool { ContinuousClock.now >= end }

    /// The limit in whole seconds, for messages.
    var seconds: Int { Int(limit.components.seconds) }

    /// What is left in milliseconds, at least 0 and at most `ceiling`.
    func milliseconds(atMost ceiling: Int32) -> Int32 {
        let left = (end - ContinuousClock.now).components
        guard left.seconds >= 0 else { return 0 }
        guard left.seconds < Int64(ceiling) / 1000 + 1 else { return ceiling }
        let total = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000
        return Int32(clamping: min(Int64(ceiling), max(0, total)))
    }

    /// Asks again and again, until the answer is there or the time is over.
    func poll<Answer, Failure: Error>(_ ask: () throws(Failure) -> Answer?) throws(Failure) -> Answer? {
        while true {
            if let answer = try ask() { return answer }
            if hasPassed { return nil }
            cprocess_pause(Self.pauseMilliseconds)
        }
    }
}
