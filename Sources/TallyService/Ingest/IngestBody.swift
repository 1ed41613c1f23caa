internal import ContentDecoding
internal import FastJSON
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// The body of a request, whole and decoded.
struct IngestBody {
    /// The bytes, behind which there is what a parser of JSON wants to be readable.
    private let padded: [UInt8]
    /// How many bytes the body has.
    let count: Int

    /// The codings that are undone, as `Accept-Encoding` names them.
    private static let codings = "gzip, deflate, br, zstd"

    /// Reads a body.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - limits: How long it may be.
    ///   - visit: Gives room for its bytes.
    /// - Throws: ``Problem`` when it is too long, is coded in a way that cannot be undone, or does not come.
    init(_ request: Request, _ limits: IngestLimits, _ visit: IngestGate.Visit) async throws(Problem) {
        guard
            var decoder = ContentDecoder(
                request.headers[.contentEncoding] ?? "", maximumBytes: limits.maximumDecodedBytes)
        else {
            throw Problem(
                .unsupportedMediaType, title: "The body is coded in an unknown way",
                detail: "Content-Encoding names what is not known; send \(Self.codings), or the body as it is"
            ).with(.acceptEncoding, Self.codings)
        }
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limits.maximumBodyBytes {
            throw Self.tooLong(limits)
        }
        var bytes: [UInt8] = []
        var received = 0
        let deadline = ContinuousClock.now + limits.bodyTime
        do {
            for try await piece in request.body {
                received += piece.readableBytes
                if received > limits.maximumBodyBytes { throw Self.tooLong(limits) }
                if ContinuousClock.now > deadline { throw Self.tooSlow(limits) }
                let before = bytes.count
                try Self.decode(piece, with: &decoder, into: &bytes)
                try visit.take(bytes: bytes.count - before + (decoder.isIdentity ? 0 : piece.readableBytes))
            }
        } catch let problem as Problem {
            throw problem
        } catch {
            throw Problem(
                .badRequest, title: "The body broke off", detail: "it did not come whole; send the request again")
        }
        do throws(ContentDecodingError) {
            try decoder.finish()
        } catch {
            throw Self.problem(error)
        }
        count = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: JSONParser.padding))
        padded = bytes
    }

    /// A body that is there already.
    init(_ bytes: [UInt8]) {
        count = bytes.count
        padded = bytes + [UInt8](repeating: 0, count: JSONParser.padding)
    }

    /// The bytes.
    var bytes: [UInt8] { Array(padded[..<count]) }

    /// Lends the bytes; behind them ``JSONParser/padding`` more are readable.
    func withBytes<Failure: Error>(_ body: (UnsafeRawBufferPointer) throws(Failure) -> Void) throws(Failure) {
        let result = unsafe padded.withUnsafeBytes { bytes in
            Result { () throws(Failure) in try unsafe body(UnsafeRawBufferPointer(rebasing: bytes[..<count])) }
        }
        try result.get()
    }

    private static func decode(
        _ piece: ByteBuffer, with decoder: inout ContentDecoder, into bytes: inout [UInt8]
    ) throws(Problem) {
        do {
            try unsafe piece.withUnsafeReadableBytes { coded in
                try unsafe decoder.decode(coded) { unsafe bytes.append(contentsOf: $0) }
            }
        } catch let error as ContentDecodingError {
            throw problem(error)
        } catch {
            throw Problem(.badRequest, title: "The body cannot be read", detail: "send the request again")
        }
    }

    private static func problem(_ error: ContentDecodingError) -> Problem {
        if case .tooLarge(let maximumBytes) = error {
            return Problem(
                .contentTooLarge, title: "The body is too long",
                detail: "more than \(maximumBytes) bytes once decoded (api.ingest_max_decoded_bytes); "
                    + "send it in several requests")
        }
        return Problem(.badRequest, title: "The body cannot be decoded", detail: error.description)
    }

    private static func tooSlow(_ limits: IngestLimits) -> Problem {
        Problem(
            .requestTimeout, title: "The body does not come",
            detail: "it took longer than \(limits.bodyTime.components.seconds) seconds (api.ingest_body_seconds); "
                + "send it again")
    }

    private static func tooLong(_ limits: IngestLimits) -> Problem {
        Problem(
            .contentTooLarge, title: "The body is too long",
            detail: "more than \(limits.maximumBodyBytes) bytes (api.ingest_max_body_bytes); "
                + "send it in several requests")
    }
}
