/// What went wrong, where, and how to mend it; nothing of a call's contents or credentials is in it.
public struct TallyClientError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What a program may want to tell apart.
    public enum Kind: Sendable, Equatable {
        /// The spool cannot be opened, or has no room, so that calls could not be recorded and are not made.
        case spool
        /// The model's server could not be reached, or broke off; the attempt is recorded.
        case call
        /// The call was made and its event could not be written to disk.
        case notRecorded
        /// Events wait in the spool, since Tally does not take them; they are sent again.
        case delivery
        /// The task was cancelled.
        case cancelled
    }

    /// What it is about.
    public let kind: Kind
    /// Where it went wrong: a host, or a folder.
    public let place: String
    /// What is wrong there, and the mend.
    public let reason: String

    /// The place and the reason.
    public var description: String { "\(place): \(reason)" }

    init(_ kind: Kind, at place: String, _ reason: String) {
        self.kind = kind
        self.place = place
        self.reason = reason
    }
}
