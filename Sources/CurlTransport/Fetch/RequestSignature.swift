/// What a request is signed with, in the way of Amazon's web services (AWS Signature Version 4), which libcurl does.
///
/// libcurl signs the path and the query as they are written: both must be in their canonical form.
package struct RequestSignature: Sendable {
    /// The region of the service.
    package var region: String
    /// The service, such as `s3`.
    package var service: String
    /// The id of the access key.
    package var keyID: String
    /// The secret of the access key.
    package var secret: String

    /// A signature from its parts.
    package init(region: String, service: String, keyID: String, secret: String) {
        self.region = region
        self.service = service
        self.keyID = keyID
        self.secret = secret
    }
}
