/// A bucket of an object store that speaks S3.
package struct BucketSourceSettings: Sendable, Equatable {
    /// The bucket.
    package let bucket: String
    /// What the keys begin with; empty for all.
    package let prefix: String
    /// Where the store is, without a slash at its end.
    package let endpoint: String
    /// Its region, which signatures name.
    package let region: String
    /// Whether the bucket is the first part of the path, rather than of the host.
    package let isPathStyle: Bool
    /// The environment variable that holds the id of the access key.
    package let accessKeyVariable: String
    /// The environment variable that holds the secret of the access key.
    package let secretKeyVariable: String
    /// The environment variable that holds the token of a session, which need not be set.
    package let sessionTokenVariable: String
    /// The most bytes of an object.
    package let objectBytes: Int
    /// The most objects that are listed.
    package let maximumObjects: Int
    /// The longest a request may take, in seconds.
    package let timeoutSeconds: Int
}
