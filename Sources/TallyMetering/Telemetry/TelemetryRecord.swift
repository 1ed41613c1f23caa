/// A span or a log record, whatever it was transported in.
package struct TelemetryRecord: Sendable {
    /// What of it is of use of its attributes.
    package var attributes: [TelemetryAttribute] = []
    /// The name of the event that a log record is.
    package var eventName: String?
    /// When a span began or an event happened, as the transport writes Unix nanoseconds; `nil` or `0` when not said.
    package var start: String?
    /// When a span ended.
    package var end: String?
    /// The id of the trace, in hexadecimal digits.
    package var traceID: String?
    /// The id of the span, in hexadecimal digits.
    package var spanID: String?
    /// Whether it says that what it tells of failed.
    package var isError = false

    /// A record that says nothing.
    package init() {}
}
