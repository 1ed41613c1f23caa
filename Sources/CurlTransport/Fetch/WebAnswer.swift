/// What a server answered to a request, whatever its status.
package struct WebAnswer: Sendable {
    /// The status.
    package let status: Int
    /// The fields of the head.
    package let headers: [(name: String, value: String)]
    /// The whole body, uncompressed.
    package let body: [UInt8]

    /// An answer from its parts.
    package init(status: Int, headers: [(name: String, value: String)], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The value of a field of the head, the first of several; `nil` when there is none.
    package func header(_ name: String) -> String? {
        headers.first { HeaderField.isSame($0.name, name) }?.value
    }
}
