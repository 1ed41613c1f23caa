/// What to ask a server for.
package struct TransferRequest: Sendable {
    /// What is sent after the head of a request.
    package enum Body: Sendable {
        /// Nothing; POST, PUT and PATCH then say `Content-Length: 0`.
        case none
        /// All of it, known beforehand.
        case bytes([UInt8])
        /// What ``Transfer/send(_:)`` is given, until ``Transfer/finishBody()``; `length` when it is known, otherwise chunked.
        ///
        /// Without a length it goes over HTTP/1.1 where libcurl is older than 8.1, whose HTTP/2 then loses bytes.
        case stream(length: Int?)
    }

    /// The method, any token; HEAD has no body.
    package var method: String
    /// The absolute http or https address, sent as it is; without user and password.
    package var url: String
    /// The header fields, sent as they are and in this order.
    ///
    /// libcurl adds only `Host`, where it is not given, and what frames the body. `Content-Length`, `Transfer-Encoding` and
    /// `Expect` belong to one hop and are left out: the body says how it is framed.
    package var headers: [(name: String, value: String)]
    /// The body.
    package var body: Body
    /// The longest it may take.
    package var limits: TransferLimits
    /// A file of certificates in PEM to trust instead of the system's.
    package var certificateFile: String?

    /// A request of these parts.
    ///
    /// - Parameters:
    ///   - method: The method, any token.
    ///   - url: The absolute http or https address.
    ///   - headers: The header fields.
    ///   - body: The body.
    ///   - limits: The longest it may take.
    ///   - certificateFile: A file of certificates to trust instead of the system's.
    package init(
        method: String, url: String, headers: [(name: String, value: String)] = [], body: Body = .none,
        limits: TransferLimits = TransferLimits(), certificateFile: String? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.limits = limits
        self.certificateFile = certificateFile
    }
}
