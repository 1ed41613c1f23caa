/// What a provider knows of one call.
struct ProviderCall: Sendable, Equatable {
    /// What it used, in Tally's classes; those with nothing are left out.
    var usage: [String: Int]
    /// The id in the body; empty for some, as in life.
    var bodyID: String?
    /// The status it answered with.
    var status: Int
    /// How often it was asked.
    var timesSeen = 1
}
