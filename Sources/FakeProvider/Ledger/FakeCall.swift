internal import FastJSON

/// One call that a fake provider received, and how far it was answered.
package struct FakeCall: Sendable {
    /// How far the response went.
    package enum Outcome: String, Sendable {
        /// It is being sent, or held back.
        case underway
        /// All of it was written, its last event included.
        case whole
        /// It was broken off, by the script or by the other side.
        case cut
    }

    /// Its place in the order of arrival, from 1.
    package internal(set) var number = 0
    /// The method of the request.
    package var method: String
    /// The target of the request: path and query.
    package var target: String
    /// Whether it came by HTTP/2.
    package var isHTTP2: Bool
    /// All header fields of the request in order, names in lower case; of HTTP/2 the pseudo-headers, too.
    package var headers: [(name: String, value: String)]
    /// The first bytes of the request's body, up to the limit set.
    package var body: [UInt8]
    /// The bytes of the request's body.
    package var bodyCount: Int
    /// The status of the response.
    package var status: Int
    /// The id in the response's body; the empty string where it is empty, `nil` where there is none.
    package var bodyID: String?
    /// The id in the response's header.
    package var requestID: String
    /// What the call used; `nil` for an error.
    package var usage: FakeUsage?
    /// Whether the response, sent whole, tells that usage.
    package var tellsUsage: Bool
    /// How far the response went.
    package internal(set) var outcome = Outcome.underway

    /// The value of a request header, by its name in lower case; the first of several.
    package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    /// The call as one line of JSON.
    var json: String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("number")
        writer.integer(number)
        for (key, text) in [("method", method), ("target", target), ("request_id", requestID)] {
            writer.key(key)
            writer.string(text)
        }
        writer.key("body_id")
        if let bodyID { writer.string(bodyID) } else { writer.null() }
        writer.key("http2")
        writer.bool(isHTTP2)
        writer.key("status")
        writer.integer(status)
        writer.key("outcome")
        writer.string(outcome.rawValue)
        writer.key("tells_usage")
        writer.bool(tellsUsage)
        writer.key("usage")
        write(usage, to: &writer)
        writer.key("headers")
        writer.beginArray()
        for (name, value) in headers {
            writer.beginArray()
            writer.string(name)
            writer.string(value)
            writer.endArray()
        }
        writer.endArray()
        writer.key("body_bytes")
        writer.integer(bodyCount)
        writer.key("body")
        writer.string(String(decoding: body, as: UTF8.self))
        writer.endObject()
        return writer.string
    }

    private func write(_ usage: FakeUsage?, to writer: inout JSONWriter) {
        guard let usage else { return writer.null() }
        writer.beginObject()
        let counts = [
            ("prompt", usage.prompt), ("completion", usage.completion), ("cached", usage.cached),
            ("reasoning", usage.reasoning), ("microdollars", usage.microdollars), ("units", usage.units),
            ("compute_ms", usage.computeMilliseconds), ("audio_seconds", usage.audioSeconds),
        ]
        for (key, count) in counts {
            writer.key(key)
            writer.integer(count)
        }
        writer.endObject()
    }
}
