internal import HTTPTypes
internal import Hummingbird

/// How a request of OTLP/HTTP is written, and so its answer.
enum OTLPEncoding: String, Sendable {
    case json = "application/json"
    case protobuf = "application/x-protobuf"

    /// The encoding of a request; `nil` when it is none.
    init?(_ request: Request) {
        self.init(rawValue: MediaType.essence(request.headers[.contentType] ?? ""))
    }
}
