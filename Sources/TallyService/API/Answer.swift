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

    /// An error as RFC 9457 has it.
    ///
    /// - Parameters:
    ///   - status: The status.
    ///   - title: What kind of error it is, the same for all of the kind.
    ///   - detail: What was wrong with this request, and the mend.
    ///   - parameter: The parameter at fault.
    /// - Returns: The error, ready to be sent.
    static func problem(
        _ status: HTTPResponse.Status, title: String, detail: String, parameter: String? = nil
    ) -> Response {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("type", "about:blank")
        writer.member("title", title)
        writer.member("status", status.code)
        writer.member("detail", detail)
        if let parameter { writer.member("parameter", parameter) }
        writer.endObject()
        return body(writer.bytes, type: "application/problem+json", status: status)
    }

    /// That a path answers GET and HEAD only.
    static func methodNotAllowed(_ method: HTTPRequest.Method) -> Response {
        var response = problem(
            .methodNotAllowed, title: "Method not allowed",
            detail: "this path does not take \(method.rawValue); see /openapi.json")
        response.headers[.allow] = "GET, HEAD"
        return response
    }

    private static func body(_ bytes: [UInt8], type: String, status: HTTPResponse.Status) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = type
        headers[.cacheControl] = "no-store"
        return Response(
            status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
