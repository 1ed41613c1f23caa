/// A GET of something on the web, with what has to be said in its head.
package struct WebRequest: Sendable {
    /// What is asked for.
    package var address: WebAddress
    /// Fields of the head besides those that libcurl writes; they are not sent on to where an answer redirects.
    package var headers: [(name: String, value: String)]
    /// The signature that the head is to have; `nil` for none.
    package var signature: RequestSignature?
    /// A file of certificates to trust instead of the system's.
    package var certificateFile: String?

    /// A request from its parts.
    package init(
        _ address: WebAddress, headers: [(name: String, value: String)] = [], signature: RequestSignature? = nil,
        certificateFile: String? = nil
    ) {
        self.address = address
        self.headers = headers
        self.signature = signature
        self.certificateFile = certificateFile
    }
}
