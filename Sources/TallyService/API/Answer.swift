internal import FastJSON
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// Responses in the few forms the API has.
enum Answer {
    static func json(_ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        body(bytes, type: "application/json; charset=utf-8", status: status)
    }

    static func csv(_ text: String) -> Response {
        body(Array(text.utf8), type: "text/csv; charset=utf-8; header=present", status: .ok)
    }

    /// Metrics in the text format of Prometheus.
    static func metrics(_ text: String) -> Response {
        body(Array(text.utf8), type: "text/plain; version=0.0.4; charset=utf-8", status: .ok)
    }

    /// A body that is not to be kept by anyone on the way.
    static func body(_ bytes: [UInt8], type: String, status: HTTPResponse.Status) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = type
        headers[.cacheControl] = "no-store"
        return Response(
            status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
