/// What a fake provider has counted since it started.
package struct FakeCounters: Sendable {
    /// Requests whose head and body were received.
    package var requests: Int
    /// The same by path, without the query; after the first thousand paths the others are counted as `other`.
    package var requestsByPath: [String: Int]
    /// Connections that were made.
    package var connections: Int
    /// Connections that are open.
    package var openConnections: Int
    /// Bytes received, as HTTP has them: before compression of headers, after TLS.
    package var bytesReceived: Int
    /// Bytes sent, counted alike.
    package var bytesSent: Int
}
