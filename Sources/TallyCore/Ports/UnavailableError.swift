/// An error of a port that may mean that what is behind it is away, rather than that the request was wrong.
public protocol UnavailableError: Error {
    /// Whether the same request can succeed later, without being changed.
    var isUnavailable: Bool { get }
}

/// An error of a port that may mean that what it was given cannot be stored, however often it is tried.
public protocol DataFaultError: Error {
    /// Whether the values are at fault, and neither the store nor its state.
    var isDataFault: Bool { get }
}
