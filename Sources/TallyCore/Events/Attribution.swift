/// Who a call is charged to. What was not said is `nil`.
public struct Attribution: Sendable, Hashable {
    /// The project, `nil` when the call is unattributed.
    public var project: String?
    /// The end user.
    public var user: String?
    /// The name of the key the call was made with; never the key.
    public var key: String?
    /// Free labels, `nil` when none were stated.
    public var tags: [String: String]?

    /// The name reports show for calls without a project.
    public static let unattributed = "unattributed"

    /// An attribution from its parts; a project named `unattributed` is none.
    public init(project: String? = nil, user: String? = nil, key: String? = nil, tags: [String: String]? = nil) {
        self.project = project == Self.unattributed ? nil : project
        self.user = user
        self.key = key
        self.tags = tags
    }

    /// This attribution with everything `other` states put in its place; what `other` leaves open stays.
    public func corrected(by other: Attribution) -> Attribution {
        Attribution(
            project: other.project ?? project, user: other.user ?? user, key: other.key ?? key,
            tags: other.tags ?? tags)
    }
}
