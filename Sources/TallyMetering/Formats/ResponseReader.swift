internal import FastJSON
internal import TallyCore

/// Reads what the response of a record says about its call, where the record has not said it.
///
/// The response is a body, which may stand within `{"status_code": …, "body": {…}}`, as batch output has it, or the text
/// of an event stream.
enum ResponseReader {
    /// A response that may be read.
    ///
    /// - Throws: ``RecordFailure`` when it can be neither a body nor the text of an event stream.
    static func checked(_ value: JSONValue) throws(RecordFailure) -> JSONValue {
        switch value.kind {
        case .object, .string: return value
        case .array:
            // Objects as Google streams them, or the bare vectors and texts of Hugging Face's servers.
            let first = value.elements.first { _ in true }
            if let kind = first?.kind, kind != .object, kind != .array { break }
            return value
        case .null, .bool, .number: break
        }
        throw notABody
    }

    private static let notABody = RecordFailure("response is not an object; write the body as JSON, or null")

    /// Reads a response into what a record says.
    ///
    /// - Throws: ``RecordFailure`` when something in it is not what it should be.
    static func read(_ response: JSONValue, into parts: inout EventParts) throws(RecordFailure) {
        if parts.event.status == nil, let status = try statedStatus(response) {
            parts.event.status = status.code
            if status.code == nil { parts.event.outcome = .failed }
        }
        let exchange = Exchange(
            provider: parts.seller.provider, biller: parts.seller.biller, status: parts.event.status)
        try take(read(response, of: exchange), into: &parts)
    }

    /// Reads a response that stands in a record.
    ///
    /// - Parameters:
    ///   - response: The response.
    ///   - exchange: What else is known of the call.
    /// - Returns: What it says.
    /// - Throws: ``RecordFailure`` when it is neither a body nor the text of an event stream.
    static func read(_ response: JSONValue, of exchange: Exchange) throws(RecordFailure) -> ResponseUsage {
        var exchange = exchange
        let inner = inner(response)
        if exchange.status == nil { exchange.status = try statedStatus(response)?.code }
        let body = inner ?? response
        guard let text = body.text else { return .read(body, of: exchange) }
        // An empty text is no body: the call was made, and what it used is not known.
        if text.isEmpty { return .read(nil, of: exchange) }
        // Within an answer any text may stand, such as the page of a proxy that failed.
        let elseRead: ResponseUsage? = inner == nil ? nil : .read(nil, of: exchange)
        guard let read = readTranscript(text, of: exchange) ?? elseRead else { throw notABody }
        return read
    }

    /// The body within `{"status_code": …, "body": {…}}`, `nil` when the response is the body itself.
    private static func inner(_ response: JSONValue) -> JSONValue? {
        response["body"].flatMap { $0.isNull ? nil : $0 }
    }

    /// The status that stands beside the body; its code is `nil` where no response came.
    private static func statedStatus(_ response: JSONValue) throws(RecordFailure) -> (code: Int?, Void)? {
        guard inner(response) != nil, let status = (response["status_code"] ?? response["status"])?.int64 else {
            return nil
        }
        return (try FieldReader.status(String(status), field: "response.status_code"), ())
    }

    /// Reads the text of an event stream; its parser is another, since that of the record is still in use.
    private static func readTranscript(_ text: JSONText, of exchange: Exchange) -> ResponseUsage? {
        guard let parser = try? JSONParser() else { return nil }
        return StreamedUsage.read(transcript: text, of: exchange, parser: parser)
    }

    private static func take(_ read: ResponseUsage, into parts: inout EventParts) throws(RecordFailure) {
        if let refusal = read.refusal { throw refusal }
        if parts.event.requestID == nil { parts.event.requestID = read.requestID }
        if parts.seller.model == nil { parts.seller.model = read.model }
        if parts.seller.provider == nil { parts.seller.provider = read.provider }
        if parts.seller.serviceTier == nil { parts.seller.serviceTier = read.serviceTier }
        if parts.event.usage == nil {
            parts.event.usage = read.usage
            parts.otherModels = read.parts
        }
        if parts.event.reportedCost == nil { parts.event.reportedCost = read.reportedCost }
        if read.outcome != .complete { parts.event.outcome = read.outcome }
        if parts.event.isStream == nil, read.ending != nil { parts.event.isStream = true }
    }
}
