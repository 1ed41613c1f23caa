import Synchronization

/// What there is on one engine thread, counted for everybody to see.
final class EngineCounts: Sendable {
    /// Transfers the thread was given and has not yet ended.
    let transfers = Atomic(0)
    /// Handles of libcurl that are not yet freed, with a transfer or without.
    let handles = Atomic(0)
}

extension Atomic<Int> {
    borrowing func countUp() { add(1, ordering: .relaxed) }

    borrowing func countDown() { subtract(1, ordering: .relaxed) }

    var count: Int { load(ordering: .relaxed) }
}
