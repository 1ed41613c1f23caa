internal import FastJSON
internal import TallyCore

/// The members of a record that say what a relay saw of the call.
enum DetailField: Int, CaseIterable {
    case upstream, requestedModel, requestBytes, responseBytes, errorType, retryAfterMs
    // Names too long for a table of short ones.
    case estimatedTimeMs, rateLimitRemaining, rateLimitResetMs

    var name: String {
        switch self {
        case .upstream: "upstream"
        case .requestedModel: "requested_model"
        case .requestBytes: "request_bytes"
        case .responseBytes: "response_bytes"
        case .errorType: "error_type"
        case .retryAfterMs: "retry_after_ms"
        case .estimatedTimeMs: "estimated_time_ms"
        case .rateLimitRemaining: "rate_limit_remaining"
        case .rateLimitResetMs: "rate_limit_reset_ms"
        }
    }

    /// Finds fields by their names.
    struct Names {
        private let short = ShortNames(Array(Self.shortFields).map(\.name))

        private static let shortFields = allCases.prefix { $0 != .estimatedTimeMs }
        private static let longFields = allCases.suffix(from: DetailField.estimatedTimeMs.rawValue)
        private static let leastLongBytes = 17

        /// The field of a name, `nil` when there is none.
        func field(of name: JSONText) -> DetailField? {
            if name.count < Self.leastLongBytes { return short.place(of: name).flatMap(DetailField.init) }
            return Self.longFields.first { name == $0.name }
        }
    }

    /// Adds what a value says to an event's details; null says nothing.
    func read(_ value: JSONValue, into event: inout UsageEvent) throws(RecordFailure) {
        if value.isNull { return }
        var details = event.details ?? CallDetails()
        switch self {
        case .upstream: details.upstream = try FieldReader.text(value, field: name)
        case .requestedModel: details.requestedModel = try FieldReader.text(value, field: name)
        case .errorType:
            // Logs of other tools have words of their own here.
            details.errorType = try FieldReader.text(value, field: name).map { ErrorType(rawValue: $0) ?? .other }
        case .requestBytes: details.requestBytes = try count(value)
        case .responseBytes: details.responseBytes = try count(value)
        case .rateLimitRemaining: details.rateLimitRemaining = try count(value)
        case .estimatedTimeMs: details.estimatedTimeMs = try milliseconds(value)
        case .retryAfterMs: details.retryAfterMs = try milliseconds(value)
        case .rateLimitResetMs: details.rateLimitResetMs = try milliseconds(value)
        }
        event.details = details
    }

    private func count(_ value: JSONValue) throws(RecordFailure) -> Int {
        try FieldReader.integer(value, in: 0...CallDetails.maximumCount, field: name)
    }

    private func milliseconds(_ value: JSONValue) throws(RecordFailure) -> Int {
        try FieldReader.integer(value, in: 0...CallDetails.maximumMs, field: name)
    }
}
