/// A coding of HTTP content that can be undone (RFC 9110, 8.4.1).
package enum ContentCoding: String, Sendable, Equatable {
    /// Gzip members, one after the other.
    case gzip
    /// A zlib stream, or bare deflate, which some servers send under this name.
    case deflate
    /// Brotli.
    case brotli = "br"
    /// Zstandard frames.
    case zstd

    /// The most codings of one body.
    static let maximumCount = 4

    /// The codings of a `Content-Encoding` header, in the order in which they were applied.
    ///
    /// - Returns: The codings, none for `identity` or empty text; `nil` when one is not known or there are too many.
    static func list(_ header: String) -> [ContentCoding]? {
        var codings: [ContentCoding] = []
        for word in header.split(separator: ",") {
            switch word.trimmingSpace().lowercased() {
            case "", "identity": continue
            case "gzip", "x-gzip": codings.append(.gzip)
            case "deflate": codings.append(.deflate)
            case "br": codings.append(.brotli)
            case "zstd": codings.append(.zstd)
            default: return nil
            }
        }
        return codings.count <= maximumCount ? codings : nil
    }

    /// What undoes the coding; `nil` when there is no memory for it.
    func decoder(firstByte: UInt8) -> (any SteppingDecoder)? {
        switch self {
        case .gzip: Inflater(.gzip)
        // The method and window size of a zlib header; bare deflate would begin so only with padding that is not zero.
        case .deflate: Inflater(firstByte & 0x0F == 8 && firstByte >> 4 <= 7 ? .zlib : .none)
        case .brotli: BrotliDecoder()
        case .zstd: ZstdDecoder()
        }
    }
}

extension Substring {
    /// The text without spaces and tabs around it.
    fileprivate func trimmingSpace() -> Substring {
        func isSpace(_ character: Character) -> Bool { character == " " || character == "\t" }
        var rest = drop(while: isSpace)
        while let last = rest.last, isSpace(last) { rest.removeLast() }
        return rest
    }
}
