internal import FastJSON

/// A record of a request that is no event, or none that can be stored.
struct Rejection: Sendable, Equatable {
    /// Its place among the records of the request, from 0.
    let index: Int
    /// The line it stands on, from 1, where the request has lines.
    let line: Int?
    /// What is wrong with it, and the mend.
    let reason: String

    /// Writes the member `rejections` of an object.
    static func write(_ rejections: [Rejection], to writer: inout JSONWriter) {
        writer.key("rejections")
        writer.beginArray()
        for rejection in rejections {
            writer.beginObject()
            writer.member("index", rejection.index)
            if let line = rejection.line { writer.member("line", line) }
            writer.member("reason", rejection.reason)
            writer.endObject()
        }
        writer.endArray()
    }
}
