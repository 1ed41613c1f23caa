internal import FastJSON
internal import TallyCore

/// Reads what the response of a record says about its call, where the record has not said it.
///
/// The response is a body, which may stand within `{"status_code": …, "body": {…}}`, as batch output has it, or the text
/// of an event stream.
enum ResponseReader {
    static func read(
        _ response: JSONValue, into parts: inout EventParts, interner: inout StringInterner
    ) throws(RecordFailure) {
        var body = response
        if let inner = response["body"], !inner.isNull {
            body = inner
            if parts.event.status == nil, let status = (response["status_code"] ?? response["status"])?.int64 {
                parts.event.status = try FieldReader.status(String(status), field: "response.status_code")
                if parts.event.status == nil { parts.event.outcome = .failed }
            }
        }
        let exchange = Exchange(
            provider: parts.seller.provider, biller: parts.seller.biller, status: parts.event.status)
        let read = ResponseUsage.read(body, of: exchange)
        try take(read, into: &parts)
    }

    private static func take(_ read: ResponseUsage, into parts: inout EventParts) throws(RecordFailure) {
        if let refusal = read.refusal { throw refusal }
        if parts.event.requestID == nil { parts.event.requestID = read.requestID }
        if parts.seller.model == nil { parts.seller.model = read.model }
        if parts.seller.provider == nil { parts.seller.provider = read.provider }
        if parts.seller.serviceTier == nil { parts.seller.serviceTier = read.serviceTier }
        if parts.event.usage == nil { parts.event.usage = read.usage }
        if parts.event.reportedCost == nil { parts.event.reportedCost = read.reportedCost }
        if read.outcome != .complete { parts.event.outcome = read.outcome }
        if parts.event.isStream == nil, read.ending != nil { parts.event.isStream = true }
    }
}
