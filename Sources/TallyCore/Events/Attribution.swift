/// Who a call is charged to.
///
/// What was not said is `nil`.
///
/// Kept in shared storage with its hash: logs name the same few over and over, and events are handed on by the
/// million, so a copy counts one reference, and equal ones from one log are found equal by their address.
public struct Attribution: Sendable {
    private var storage: Storage

    /// The project, `nil` when the call is unattributed.
    public var project: String? {
        get { storage.project }
        set { self = Attribution(project: newValue, user: user, key: key, tags: tags) }
    }

    /// The end user.
    public var user: String? {
        get { storage.user }
        set { self = Attribution(project: project, user: newValue, key: key, tags: tags) }
    }

    /// The name of the key the call was made with; never the key.
    public var key: String? {
        get { storage.key }
        set { self = Attribution(project: project, user: user, key: newValue, tags: tags) }
    }

    /// Free labels, `nil` when none were stated.
    public var tags: [String: String]? {
        get { storage.tags }
        set { self = Attribution(project: project, user: user, key: key, tags: newValue) }
    }

    /// The name reports show for calls without a project.
    public static let unattributed = "unattributed"

    /// Nobody in particular.
    public static let none = Attribution(storage: Storage(project: nil, user: nil, key: nil, tags: nil))

    /// An attribution from its parts; a project named `unattributed` is none, and so are tags without a member.
    public init(project: String? = nil, user: String? = nil, key: String? = nil, tags: [String: String]? = nil) {
        let project = project == Self.unattributed ? nil : project.map(NameText.composed)
        let user = user.map(NameText.composed)
        let key = key.map(NameText.composed)
        let tags = tags?.isEmpty == true ? nil : tags
        if project == nil, user == nil, key == nil, tags == nil {
            self = .none
        } else {
            storage = Storage(project: project, user: user, key: key, tags: tags)
        }
    }

    private init(storage: Storage) {
        self.storage = storage
    }

    /// This attribution with everything `other` states put in its place; what `other` leaves open stays.
    public func corrected(by other: Attribution) -> Attribution {
        if other == .none || other == self { return self }
        if self == .none { return other }
        return Attribution(
            project: other.project ?? project, user: other.user ?? user, key: other.key ?? key,
            tags: other.tags ?? tags)
    }

    private final class Storage: Sendable {
        let project: String?
        let user: String?
        let key: String?
        let tags: [String: String]?
        let hash: Int

        init(project: String?, user: String?, key: String?, tags: [String: String]?) {
            self.project = project
            self.user = user
            self.key = key
            self.tags = tags
            var hasher = Hasher()
            hasher.combine(project)
            hasher.combine(user)
            hasher.combine(key)
            hasher.combine(tags)
            hash = hasher.finalize()
        }
    }
}

extension Attribution: Hashable {
    /// Whether both charge the same.
    public static func == (left: Attribution, right: Attribution) -> Bool {
        if left.storage === right.storage { return true }
        return left.storage.hash == right.storage.hash && left.project == right.project && left.user == right.user
            && left.key == right.key && left.tags == right.tags
    }

    /// Feeds the hash that was made once.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(storage.hash)
    }
}
