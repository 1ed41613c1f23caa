internal import TallyCore

/// How the counts of a shape hang together, and which of them it has.
struct Accounting: Sendable {
    /// Where a count stands that may be a part of another one or not.
    enum Place: Sendable {
        /// Within it.
        case inside
        /// Beside it.
        case beside
        /// Wherever the stated total proves it to be; the given place where there is no total.
        case asTotalSays(otherwiseBeside: Bool)
    }

    /// What a total is for that does not agree.
    enum Check: Sendable {
        /// The usage is unknown.
        case mustAgree
        /// The usage stands, with a warning: the caller has said which fields count.
        case warns
        /// The total means something else.
        case ignored
    }

    /// The counts that are read.
    var readable = CountSet.all
    /// Whether `input` holds the cached and written tokens.
    var inputHoldsCache = true
    /// Where reasoning stands, seen from `output`.
    var reasoning = Place.asTotalSays(otherwiseBeside: false)
    /// The class of written tokens whose lifetime is not said.
    var writes = UsageClass.cacheWrite5m
    /// What happens when the total does not agree.
    var check = Check.mustAgree
    /// Whether counts by kind (audio, image, video) are estimates that need not fit their whole.
    var kindsAreLoose = false
    /// Whether a count of zero is left out rather than stated.
    var omitsZeros = false
}
