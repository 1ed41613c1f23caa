internal import CurlTransport
internal import DurableQueue
internal import Synchronization

/// The response to a streamed call: the data of its events, such as `{"id":…}` and at last `[DONE]`.
///
/// It is read once, by one reader. The terminal event comes when the call is recorded. Whoever stops reading before it
/// ends the call, which is recorded as interrupted.
public struct ModelStream: AsyncSequence, Sendable {
    /// The HTTP status; a refusal is no event stream, and its body is read with ``body()``.
    public let status: Int
    /// The header fields in the order they came.
    public let headers: [(name: String, value: String)]
    /// The id of the event in Tally.
    public let eventID: String
    private let reading: StreamReading

    init(_ reading: StreamReading, _ head: TransferHead, eventID: String) {
        status = head.status
        headers = head.headers
        self.reading = reading
        self.eventID = eventID
    }

    /// Reads the data of the events, in their order.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let reading: StreamReading

        /// The data of the next event; `nil` behind the last.
        ///
        /// - Throws: ``TallyClientError`` when the response breaks off, or cannot be recorded.
        public mutating func next() async throws(TallyClientError) -> String? { try await reading.nextEvent() }
    }

    /// Begins to read.
    public func makeAsyncIterator() -> Iterator { Iterator(reading: reading) }

    /// Reads all that is left as it was sent, for what is no event stream, such as a refusal.
    ///
    /// - Throws: ``TallyClientError`` when the response breaks off, is too long, or cannot be recorded.
    public func body() async throws(TallyClientError) -> [UInt8] { try await reading.rest() }
}
