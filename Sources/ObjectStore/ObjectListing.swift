/// One page of the objects of a bucket.
package struct ObjectListing: Equatable, Sendable {
    /// An object as it is listed.
    package struct Object: Equatable, Sendable {
        /// Its key.
        package var key = ""
        /// What tells its state from others, as the store writes it, quotes included.
        package var etag = ""
        /// Its bytes.
        package var size = 0
    }

    /// The objects, in the order of their keys.
    package private(set) var objects: [Object] = []
    /// The token of the next page; `nil` on the last.
    package private(set) var nextToken: String?

    /// Reads the answer of `ListObjectsV2`; `nil` when it is none, or says there is more and not where.
    package init?(xml: [UInt8]) {
        var text = XMLText(xml)
        var object: Object?
        var isTruncated = false
        var isListing = false
        while let item = text.next() {
            switch item {
            case .start(["ListBucketResult"]): isListing = true
            case .start(["ListBucketResult", "Contents"]): object = Object()
            case .end(["ListBucketResult", "Contents"]):
                guard let whole = object, !whole.key.isEmpty else { return nil }
                objects.append(whole)
                object = nil
            case .text(["ListBucketResult", "Contents", "Key"], let value): object?.key += value
            case .text(["ListBucketResult", "Contents", "ETag"], let value): object?.etag += value
            case .text(["ListBucketResult", "Contents", "Size"], let value):
                guard let size = Int(value), size >= 0 else { return nil }
                object?.size = size
            case .text(["ListBucketResult", "IsTruncated"], let value): isTruncated = value == "true"
            case .text(["ListBucketResult", "NextContinuationToken"], let value): nextToken = (nextToken ?? "") + value
            case .start, .end, .text: break
            }
        }
        guard text.isWhole, isListing, !isTruncated || nextToken != nil else { return nil }
        if !isTruncated { nextToken = nil }
    }

    /// The store's word for why it refused: a word of letters and digits, else `nil`.
    static func errorCode(xml: [UInt8]) -> String? {
        var text = XMLText(xml)
        while let item = text.next() {
            guard case .text(["Error", "Code"], let code) = item else { continue }
            return code.utf8.count <= 64 && code.utf8.allSatisfy { $0.isLetterOrDigit } ? code : nil
        }
        return nil
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
