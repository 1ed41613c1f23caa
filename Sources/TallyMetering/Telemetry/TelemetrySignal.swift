/// The kinds of telemetry that tell of model calls, with the names that OTLP's JSON has for their parts.
package enum TelemetrySignal: Sendable, CaseIterable {
    /// Spans: `POST /v1/traces`.
    case spans
    /// Log records, of which events are some: `POST /v1/logs`.
    case logRecords

    /// The member of a request that holds all of them.
    var resources: StaticString { self == .spans ? "resourceSpans" : "resourceLogs" }

    /// The members of a resource that may hold them by scope; the later is what it was called before.
    var scopes: [StaticString] {
        self == .spans
            ? ["scopeSpans", "instrumentationLibrarySpans"] : ["scopeLogs", "instrumentationLibraryLogs"]
    }

    /// The member of a scope that holds them.
    var records: StaticString { self == .spans ? "spans" : "logRecords" }
}
