#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Waits for something to become true that nobody tells of.
package enum Waiting {
    /// Milliseconds the thread gives way between two looks.
    private static let pause: Int32 = 5

    /// Looks until the condition holds, at most for the limit.
    ///
    /// - Returns: Whether it came to hold.
    package static func until(within limit: Duration, _ holds: () throws -> Bool) rethrows -> Bool {
        let clock = ContinuousClock()
        let end = clock.now + limit
        while try !holds() {
            if clock.now >= end { return false }
            _ = poll(nil, 0, pause)
        }
        return true
    }
}
