internal import Synchronization

/// A number that only grows, counted from any thread without a lock.
final class Counter: Sendable {
    private let value = Atomic<Int64>(0)

    /// Counts on.
    ///
    /// - Parameter count: How much more there is.
    /// - Returns: How much there is by now.
    @discardableResult
    func add(_ count: Int = 1) -> Int64 {
        value.add(Int64(count), ordering: .relaxed).newValue
    }

    /// How much there is by now.
    var count: Int64 { value.load(ordering: .relaxed) }
}
