package import FastJSON
internal import TallyCore

/// Reads the calls that telemetry tells of, request by request, from OTLP's JSON or from messages that were read
/// elsewhere.
package struct TelemetryDecoder: ~Copyable {
    private let signal: TelemetrySignal
    private var sink: LogSink
    private var resource = GenAISpan()

    /// A decoder.
    ///
    /// - Parameters:
    ///   - signal: What it reads.
    ///   - defaults: What the telemetry does not say.
    /// - Throws: `JSONError` when there is no memory for a parser.
    package init(_ signal: TelemetrySignal, defaults: RecordDefaults) throws(JSONError) {
        let parser = try JSONParser()
        self.signal = signal
        sink = LogSink(defaults: defaults, embedded: parser)
    }

    /// Reads a request in OTLP's JSON.
    ///
    /// - Parameter root: The request.
    /// - Throws: ``RecordFailure`` when it is not made as a request is, with the place and the mend.
    package mutating func read(_ root: JSONValue) throws(RecordFailure) {
        guard root.kind == .object else {
            throw RecordFailure("the body is not a JSON object; write {\"\(signal.resources)\": […]}")
        }
        try OTLPDocument.read(root, signal, into: &sink)
    }

    /// Begins a resource: what its records are about has its attributes.
    package mutating func begin(resource attributes: [TelemetryAttribute]) {
        resource = GenAISpan()
        for attribute in attributes { resource.readResource(attribute.name, attribute.value) }
    }

    /// Reads a record of the resource that was begun last.
    package mutating func read(_ record: TelemetryRecord) {
        TelemetryCall.read(record, signal, of: resource, into: &sink)
    }

    /// Gives what the records since the last time gave, in order.
    package mutating func takeItems() -> [LogItem] {
        defer { sink.items = [] }
        return sink.items
    }
}
