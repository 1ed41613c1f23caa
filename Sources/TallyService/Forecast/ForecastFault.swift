/// Why a request or a row of spend cannot be forecast: the field and the mend.
package struct ForecastFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// The reason, such as `as_of: missing; write a date, such as 2026-06-14`.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
