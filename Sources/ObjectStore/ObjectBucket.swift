package import CurlTransport

/// One bucket of an object store that speaks S3, read through libcurl, which signs the requests.
package struct ObjectBucket: Sendable {
    /// Where a bucket is, and who asks.
    package struct Address: Sendable {
        /// The store, such as `https://s3.eu-west-1.amazonaws.com`, without a slash at its end.
        package var endpoint: String
        /// The name of the bucket.
        package var bucket: String
        /// The region, which signatures name.
        package var region: String
        /// Whether the bucket is the first part of the path, rather than of the host's name.
        package var isPathStyle: Bool
        /// The access key; `nil` asks as nobody.
        package var credential: Credential?

        /// An address from its parts.
        package init(
            endpoint: String, bucket: String, region: String, isPathStyle: Bool, credential: Credential?
        ) {
            self.endpoint = endpoint
            self.bucket = bucket
            self.region = region
            self.isPathStyle = isPathStyle
            self.credential = credential
        }
    }

    /// An access key.
    package struct Credential: Sendable {
        /// Its id.
        package var keyID: String
        /// Its secret.
        package var secret: String
        /// The token of the session it is of; `nil` for a lasting key.
        package var sessionToken: String?

        /// A key from its parts.
        package init(keyID: String, secret: String, sessionToken: String? = nil) {
            self.keyID = keyID
            self.secret = secret
            self.sessionToken = sessionToken
        }
    }

    private let address: Address
    private let userAgent: String
    private let limits: FetchLimits
    private let pageObjects: Int

    /// The SHA-256 of nothing, which is the body of all requests made here.
    private static let emptyDigest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    /// Objects of one page of a listing, the most there are.
    package static let maximumPageObjects = 1_000

    /// A bucket.
    ///
    /// - Parameters:
    ///   - address: Where it is.
    ///   - userAgent: Who asks.
    ///   - limits: What one answer may take, and one object.
    ///   - pageObjects: Objects of one page of a listing.
    package init(
        _ address: Address, userAgent: String, limits: FetchLimits, pageObjects: Int = maximumPageObjects
    ) {
        precondition((1...Self.maximumPageObjects).contains(pageObjects), "a page has 1,000 objects at most")
        self.pageObjects = pageObjects
        self.address = address
        self.userAgent = userAgent
        self.limits = limits
    }

    /// One page of the objects whose keys begin with a prefix, in the order of their keys.
    ///
    /// - Parameters:
    ///   - prefix: What the keys begin with; empty for all.
    ///   - token: That of the page before; `nil` for the first.
    /// - Returns: The page.
    /// - Throws: ``ObjectStoreError``.
    package func list(prefix: String, after token: String? = nil) async throws(ObjectStoreError) -> ObjectListing {
        // In the order of the names, as they are signed.
        var query: [(String, String)] = []
        if let token { query.append(("continuation-token", token)) }
        query += [("list-type", "2"), ("max-keys", "\(pageObjects)")]
        if !prefix.isEmpty { query.append(("prefix", prefix)) }
        let text = query.map { "\($0)=\(Self.encoded($1))" }.joined(separator: "&")
        let answer = try await ask(path: address.isPathStyle ? "" : "/", query: "?" + text, about: "the bucket")
        guard let listing = ObjectListing(xml: answer.body) else { throw error("the bucket", .unreadable) }
        return listing
    }

    /// The content of an object.
    ///
    /// - Parameters:
    ///   - key: Its key.
    ///   - etag: The state it is wanted in.
    /// - Returns: Its bytes; `nil` when it is gone, or is in another state by now.
    /// - Throws: ``ObjectStoreError``.
    package func content(of key: String, etag: String) async throws(ObjectStoreError) -> [UInt8]? {
        let answer: WebAnswer
        do throws(ObjectStoreError) {
            answer = try await ask(
                path: "/" + Self.encoded(key, keepsSlashes: true), query: "", etag: etag, about: "the object \(key)")
        } catch {
            if case .refused(status: 404, _) = error.reason { return nil }
            if case .refused(status: 412, _) = error.reason { return nil }
            throw error
        }
        return answer.body
    }

    private func ask(
        path: String, query: String, etag: String? = nil, about subject: String
    ) async throws(ObjectStoreError) -> WebAnswer {
        let answer: WebAnswer
        do throws(FetchError) {
            answer = try await CurlTransport.ask(
                request(path: path, query: query, etag: etag), userAgent: userAgent, limits: limits)
        } catch {
            throw self.error(subject, .noAnswer(error))
        }
        guard answer.status == 200 else {
            let refusal = ObjectListing.errorCode(xml: answer.body)
            throw error(subject, .refused(status: answer.status, code: refusal))
        }
        return answer
    }

    private func request(path: String, query: String, etag: String?) throws(FetchError) -> WebRequest {
        var base = address.endpoint
        if address.isPathStyle {
            base += "/" + address.bucket
        } else if let scheme = base.range(of: "://") {
            base.insert(contentsOf: address.bucket + ".", at: scheme.upperBound)
        }
        var request = WebRequest(try WebAddress(base + path + query))
        if let etag { request.headers.append(("If-Match", etag)) }
        if let credential = address.credential {
            request.headers.append(("x-amz-content-sha256", Self.emptyDigest))
            if let token = credential.sessionToken { request.headers.append(("x-amz-security-token", token)) }
            request.signature = RequestSignature(
                region: address.region, service: "s3", keyID: credential.keyID, secret: credential.secret)
        }
        return request
    }

    private func error(_ subject: String, _ reason: ObjectStoreError.Reason) -> ObjectStoreError {
        ObjectStoreError(bucket: address.bucket, subject: subject, reason: reason)
    }

    /// Text as signatures want it in an address: everything but letters, digits and `-_.~` is encoded.
    static func encoded(_ text: String, keepsSlashes: Bool = false) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "~"):
                bytes.append(byte)
            case UInt8(ascii: "/") where keepsSlashes: bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension String {
    /// Where a short text stands first.
    fileprivate func range(of text: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
