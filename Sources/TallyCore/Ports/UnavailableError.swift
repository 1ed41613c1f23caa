/// An error of a port that may mean that what is behind it is away, rather than that the request was wrong.
public protocol UnavailableError: Error {
    /// Whether the same request can succeed later, without being changed.
    var isUnavailable: Bool { get }
}
