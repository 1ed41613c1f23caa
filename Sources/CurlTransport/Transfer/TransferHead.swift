/// The head of a response, as it was received.
package struct TransferHead: Sendable {
    /// The status, from 200 on.
    package var status: Int
    /// The words after the status; empty in HTTP/2.
    package var reason: String
    /// The fields in the order they came in, names spelled as they were; bytes that are no UTF-8 are replaced.
    package var headers: [(name: String, value: String)]
    /// Whether the server speaks HTTP/2.
    package var isHTTP2: Bool

    /// A head of these parts.
    package init(status: Int, reason: String, headers: [(name: String, value: String)], isHTTP2: Bool) {
        self.status = status
        self.reason = reason
        self.headers = headers
        self.isHTTP2 = isHTTP2
    }
}
