internal import FastJSON

/// Which of Google's candidates have come to their end: a stream of several ends with the last of them.
struct CandidateEnds {
    /// The candidates seen, and those that said how they ended, by number; the numbers beyond 63 count as one.
    private var seen: UInt64 = 0
    private var finished: UInt64 = 0

    /// Whether every candidate seen has ended, and there is one.
    var areFinished: Bool { seen != 0 && seen == finished }

    /// Takes the candidates of one event.
    mutating func take(_ candidates: JSONValue) {
        for candidate in candidates.elements {
            let number = candidate["index"]?.int64 ?? 0
            let bit = UInt64(1) << UInt64(max(0, min(number, 63)))
            seen |= bit
            if candidate["finishReason"]?.text != nil { finished |= bit }
        }
    }
}
