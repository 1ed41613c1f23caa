package import CurlTransport

/// Why a bucket could not be read.
///
/// Its text names the bucket and the mend, and no credential.
package struct ObjectStoreError: Error, Sendable, CustomStringConvertible {
    /// What went wrong.
    package enum Reason: Sendable {
        /// There was no answer, or not all of it.
        case noAnswer(FetchError)
        /// The store refused; `code` is its own word for why.
        case refused(status: Int, code: String?)
        /// The answer is not what S3 answers.
        case unreadable
    }

    /// The bucket.
    package let bucket: String
    /// What of it was asked for.
    package let subject: String
    /// What went wrong.
    package let reason: Reason

    /// Whether asking again later may help.
    package var isPassing: Bool {
        switch reason {
        case .noAnswer(let error): error.isPassing
        case .refused(let status, let code): status == 429 || status >= 500 || code == "RequestTimeTooSkewed"
        case .unreadable: true
        }
    }

    package var description: String {
        "bucket \(bucket): \(subject): \(cause)"
    }

    private var cause: String {
        switch reason {
        case .noAnswer(let error): error.description
        case .refused(_, "NoSuchBucket"): "there is no such bucket; check the name, the endpoint and path_style"
        case .refused(_, "SignatureDoesNotMatch"), .refused(_, "InvalidAccessKeyId"):
            "the access key is not accepted; check the variables of access_key_env and secret_key_env, and the region"
        case .refused(_, "RequestTimeTooSkewed"): "this machine's clock is off; set it right"
        case .refused(_, "PermanentRedirect"), .refused(_, "AuthorizationHeaderMalformed"):
            "the bucket is in another region; write its region"
        case .refused(403, let code):
            "refused (\(code ?? "status 403")); allow the key s3:ListBucket on the bucket and s3:GetObject on its objects"
        case .refused(let status, let code):
            "the store answers with status \(status)\(code.map { " (\($0))" } ?? ""); check the endpoint and the bucket"
        case .unreadable: "the answer is not S3's; check the endpoint"
        }
    }
}
