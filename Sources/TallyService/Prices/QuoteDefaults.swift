package import TallyCore

/// What the calls of `tally price -` are taken for where a line does not say.
package struct QuoteDefaults: Sendable {
    /// What was called.
    package var offering = Offering.none
    /// When; `nil` is the time at which the line is priced.
    package var time: Instant?

    /// No defaults.
    package init() {}
}
