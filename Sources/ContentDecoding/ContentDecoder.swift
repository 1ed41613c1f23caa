/// Undoes the content codings of a body, chunk by chunk, wherever the chunks are cut.
///
/// All that the bytes so far say is handed on at once, in pieces of at most ``windowBytes`` that are lent, never
/// collected: memory is that of the libraries (48 KiB for gzip and deflate, up to 16 MiB for brotli and 8 MiB for zstd,
/// as the sender chose the window).
package struct ContentDecoder: ~Copyable {
    /// The most decoded bytes by default: a few bytes may stand for any number, and reading them takes time.
    package static let defaultMaximumBytes = 256 << 20
    /// The most bytes lent at once, but for content that is not coded.
    package static let windowBytes = 16 << 10

    private let first: DecodingStage?
    private let maximumBytes: Int
    private var count = 0
    private var failure: ContentDecodingError?

    /// A decoder of the codings that a header names: `gzip`, `x-gzip`, `deflate` (with a zlib header or without), `br`,
    /// `zstd`, `identity`, or a list of at most four.
    ///
    /// - Parameters:
    ///   - contentEncoding: The value of `Content-Encoding`; `nil` is returned when it names a coding that is not known.
    ///   - maximumBytes: The most bytes that are decoded.
    package init?(_ contentEncoding: String, maximumBytes: Int = defaultMaximumBytes) {
        guard let codings = ContentCoding.list(contentEncoding) else { return nil }
        var first: DecodingStage?
        for coding in codings { first = DecodingStage(coding, next: first) }
        self.first = first
        self.maximumBytes = maximumBytes
    }

    /// Whether the content is handed on as it is.
    package var isIdentity: Bool { first == nil }

    /// Decodes a chunk.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes of the body.
    ///   - body: Takes what they say, piece by piece; a piece is lent for the call.
    /// - Throws: ``ContentDecodingError``, after the bytes before the fault were handed on, and at every later call again.
    package mutating func decode(
        _ bytes: UnsafeRawBufferPointer, into body: (UnsafeRawBufferPointer) -> Void
    ) throws(ContentDecodingError) {
        if let failure { throw failure }
        do throws(ContentDecodingError) {
            guard let first else { return unsafe try Self.take(bytes, &count, maximumBytes, body) }
            unsafe try first.decode(bytes) { piece throws(ContentDecodingError) in
                unsafe try Self.take(piece, &count, maximumBytes, body)
            }
        } catch {
            failure = error
            throw error
        }
    }

    /// Ends the body.
    ///
    /// - Throws: ``ContentDecodingError``, when it ended before its codings did. A body without a byte is none, whatever
    ///   its header says, and no fault.
    package mutating func finish() throws(ContentDecodingError) {
        if let failure { throw failure }
        do throws(ContentDecodingError) {
            try first?.finish()
        } catch {
            failure = error
            throw error
        }
    }

    private static func take(
        _ piece: UnsafeRawBufferPointer, _ count: inout Int, _ maximumBytes: Int,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(ContentDecodingError) {
        let part = min(piece.count, maximumBytes - count)
        count += part
        if part > 0 { unsafe body(UnsafeRawBufferPointer(rebasing: piece[..<part])) }
        if part < piece.count { throw .tooLarge(maximumBytes: maximumBytes) }
    }
}
