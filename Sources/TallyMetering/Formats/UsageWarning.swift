/// What the reader of a usage should know about it.
package enum UsageWarning: String, Sendable, Hashable, CaseIterable {
    /// The stated counts do not sum to the stated total.
    case totalsContradict = "totals_contradict"
    /// A count is larger than the one it is a part of.
    case partsContradict = "parts_contradict"
    /// A count is no number, negative, has a fraction, or is larger than any call can have.
    case countRefused = "count_refused"
    /// Cached tokens of video, or of a kind that was not told, are counted as cached tokens like any other.
    case cachedKindsMerged = "cached_kinds_merged"
    /// The host says nothing of the unit of its compute time, which is seconds on one server and milliseconds on
    /// another.
    case computeTimeUnitUnknown = "compute_time_unit_unknown"
    /// The number of billable units has a fraction, which is not kept.
    case billableUnitsFractional = "billable_units_fractional"
    /// The call was served in a region that costs more, which prices do not tell apart.
    case regionalPremium = "regional_premium"
    /// More models served the call than are told apart.
    case tooManyModels = "too_many_models"
    /// An event of a stream, or the body, is larger than may be read, so that its usage may be missing.
    case eventTooLarge = "event_too_large"
    /// An event of a stream, or the body, is no JSON.
    case notJSON = "not_json"
}
