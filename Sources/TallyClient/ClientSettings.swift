/// Where a client records its calls, and its limits.
public struct ClientSettings: Sendable {
    /// The address of Tally's API, such as `http://127.0.0.1:4001`.
    public var tally: String
    /// A token with the scope `ingest`; `nil` while Tally needs none.
    public var token: String?
    /// The folder in which events wait until Tally has them; it belongs to one client at a time.
    public var folder: String
    /// The most events that wait; past it no call is made.
    public var maximumWaiting = 1_000_000
    /// The most bytes of events that wait.
    public var maximumWaitingBytes = 1 << 30
    /// The most calls under way at once.
    public var maximumCalls = 1024
    /// The most bytes of a response that is read as a whole.
    public var maximumResponseBytes = 256 << 20
    /// The longest a call may take.
    public var callTime = Duration.seconds(3600)
    /// The longest until the head of a response is there.
    public var firstByteTime = Duration.seconds(600)
    /// The longest without a byte of a response.
    public var idleTime = Duration.seconds(300)

    /// Settings with the usual limits.
    ///
    /// - Parameters:
    ///   - tally: The address of Tally's API.
    ///   - folder: Where events wait.
    ///   - token: A token with the scope `ingest`.
    public init(tally: String, folder: String, token: String? = nil) {
        self.tally = tally
        self.folder = folder
        self.token = token
    }
}
