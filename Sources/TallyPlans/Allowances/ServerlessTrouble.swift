/// What was really seen of limits and cold starts, to stand beside what a model of them says.
package struct ServerlessTrouble: Sendable, Hashable {
    /// Calls refused for their number (429).
    package let rateLimited: Int64
    /// Calls refused because the service was away or full (503), those of a loading model left out.
    package let unavailable: Int64
    /// Calls that met a model still loading (503 with an estimate).
    package let coldStarts: Int64
    /// How long those models were still to load, in milliseconds, together.
    package let coldStartMilliseconds: Int64

    /// Nothing seen.
    package static let none = ServerlessTrouble(
        rateLimited: 0, unavailable: 0, coldStarts: 0, coldStartMilliseconds: 0)

    /// Counts from their parts.
    package init(rateLimited: Int64, unavailable: Int64, coldStarts: Int64, coldStartMilliseconds: Int64) {
        self.rateLimited = rateLimited
        self.unavailable = unavailable
        self.coldStarts = coldStarts
        self.coldStartMilliseconds = coldStartMilliseconds
    }
}
