/// What the records of a source are, and what they do not say.
package struct SourceRecords: Sendable, Equatable {
    /// The form of the log, as `--log-format` has it; `nil` finds it out.
    package var format: String?
    /// Which columns or members fill which fields, as `--map` has it.
    package var map = ""
    /// Who sends the bill.
    package var biller: String?
    /// Who served.
    package var provider: String?
    /// The model that served.
    package var model: String?
    /// How calls were billed, a name of a route.
    package var route: String?
    /// The project.
    package var project: String?
    /// The user.
    package var user: String?
    /// Tags, by key.
    package var tags: [String: String] = [:]
    /// The IANA time zone of times without an offset.
    package var timeZone = "UTC"
}
