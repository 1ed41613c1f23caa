internal import FastJSON
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// What is wrong with a request, or stands in the way of answering it, as RFC 9457 has it.
struct Problem: Error {
    /// The status of the answer.
    let status: HTTPResponse.Status
    /// What kind of problem it is, the same for all of the kind.
    let title: String
    /// What was wrong with this request, and the mend.
    let detail: String
    /// The parameter at fault.
    var parameter: String?
    /// The records of the request that cannot be taken.
    var rejections: [Rejection] = []
    /// What the answer's headers say besides.
    var headers = HTTPFields()

    /// A problem.
    init(
        _ status: HTTPResponse.Status, title: String, detail: String, parameter: String? = nil,
        rejections: [Rejection] = []
    ) {
        self.status = status
        self.title = title
        self.detail = detail
        self.parameter = parameter
        self.rejections = rejections
    }

    /// How long those wait who are told to come again and are not told when, in seconds.
    private static let usualWait = "1"

    /// The same problem with another header.
    func with(_ name: HTTPField.Name, _ value: String) -> Problem {
        var problem = self
        problem.headers[name] = value
        return problem
    }

    /// All headers, with a time to come again where that may help.
    var allHeaders: HTTPFields {
        var headers = headers
        if [.serviceUnavailable, .tooManyRequests].contains(status), headers[.retryAfter] == nil {
            headers[.retryAfter] = Self.usualWait
        }
        return headers
    }

    /// The problem as `application/problem+json`.
    func response() -> Response {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("type", "about:blank")
        writer.member("title", title)
        writer.member("status", status.code)
        writer.member("detail", detail)
        if let parameter { writer.member("parameter", parameter) }
        if !rejections.isEmpty { Rejection.write(rejections, to: &writer) }
        writer.endObject()
        var response = Answer.body(writer.bytes, type: "application/problem+json", status: status)
        for field in allHeaders { response.headers[field.name] = field.value }
        return response
    }
}
