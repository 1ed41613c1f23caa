internal import CurlTransport
internal import FastJSON
internal import TallyCore
internal import TallyMetering

/// Meters one call as its response comes, and makes the records of its events.
struct CallMeter {
    /// The identity of the call, which is its own event whatever ids the provider gives.
    let identity: EventIdentity
    /// The body to be sent.
    let body: [UInt8]
    private let call: ModelCall
    private let request: CallRequest
    private let time: Instant
    private let started = ContinuousClock.now
    private let parser: JSONParser
    private let path: String
    private var relay: StreamRelay
    private var usage: StreamedUsage?
    private var head: TransferHead?
    private var ttfbMs: Int?
    private var responseBytes = 0

    /// Begins a call.
    ///
    /// - Throws: `JSONError` when there is no memory for a parser.
    init(_ call: ModelCall, at time: Instant) throws(JSONError) {
        let parser = try JSONParser()
        self.parser = parser
        self.call = call
        self.time = time
        identity = EventIdentity(relayedAt: time)
        path = Self.path(of: call.url)
        let type = call.headers.first { $0.name.lowercased() == "content-type" }?.value
        request = CallRequest(body: call.body.span, path: path, contentType: type, parser: parser)
        let question = call.asksForUsage ? request.usageQuestion : nil
        body = question?.applied(to: call.body.span) ?? call.body
        relay = StreamRelay(dropsUsageChunk: question != nil)
    }

    /// Whether the end of a stream has come, which its reader gets when the call is recorded.
    var isAtEnd: Bool { relay.hasTerminalEvent }

    /// Takes the head of the response.
    mutating func receive(_ head: TransferHead) {
        self.head = head
        ttfbMs = milliseconds
        var headers: [String: String] = [:]
        for (name, value) in head.headers { headers[name.lowercased()] = value }
        usage = StreamedUsage(
            of: Exchange(
                provider: call.provider, biller: call.biller, path: path, headers: headers, status: head.status,
                requestCharacters: request.speechCharacters),
            parser: parser)
    }

    /// Takes bytes of the body.
    ///
    /// - Returns: What may be passed on before the call is recorded.
    mutating func receive(_ bytes: [UInt8]) -> [UInt8] {
        responseBytes += bytes.count
        guard var usage else { return bytes }
        self.usage = nil
        var passed: [UInt8] = []
        relay.feed(bytes.span, reading: &usage) { passage in
            switch passage {
            case .bytes(let other): passed += other
            case .part(let range): passed += bytes[range]
            }
        }
        self.usage = usage
        return passed
    }

    /// What was kept back until the call was recorded.
    mutating func release() -> [UInt8] { relay.release() }

    /// The records of the call's events, one a line.
    ///
    /// - Parameters:
    ///   - ending: How the exchange ended; `nil` when its reader left, or its end has come.
    ///   - readerLeft: Whether the reader left before the end.
    /// - Returns: The bytes of the lines.
    mutating func records(_ ending: TransferEnding?, readerLeft: Bool = false) -> [UInt8] {
        var failure: TransferFailure?
        if case .failed(let reason)? = ending { failure = reason }
        if var usage {
            relay.end(reading: &usage)
            self.usage = usage
        }
        let read = usage?.finish(isClosed: failure == nil && !readerLeft)
        var event = UsageEvent(identity: identity, time: time)
        event.offering = Offering(
            biller: RecordText.fitted(call.biller),
            provider: (read?.provider ?? call.provider).flatMap(RecordText.fitted),
            model: (read?.model ?? request.model).flatMap(RecordText.fitted),
            serviceTier: read?.serviceTier.flatMap(RecordText.fitted))
        event.attribution = Attribution(
            project: call.project.flatMap(RecordText.fitted),
            user: (call.user ?? request.user).flatMap(RecordText.fitted),
            tags: (call.tags ?? request.tags).flatMap(RecordText.fitted))
        event.usage = read?.usage ?? settledUsage(failure)
        event.reportedCost = read?.reportedCost.map { min(max($0, .zero), UsageEvent.maximumCost) }
        event.requestID = read?.requestID.flatMap(RecordText.fitted)
        event.status = head.flatMap { (100...599).contains($0.status) ? $0.status : nil }
        event.durationMs = milliseconds
        event.ttfbMs = ttfbMs
        event.isStream = request.isStreamed || read?.ending != nil
        event.outcome = outcome(read, failure, readerLeft)
        var details = CallDetails()
        details.requestedModel = request.model.flatMap(RecordText.fitted)
        details.requestBytes = body.count
        details.responseBytes = head == nil ? nil : responseBytes
        details.errorType = head.flatMap { ErrorType(status: $0.status) }
        event.details = details
        let events = [event] + event.events(ofParts: read?.parts ?? [])
        return Array(events.map { EventRecordWriter.record(of: $0) }.joined(separator: [UInt8(ascii: "\n")]))
    }

    /// What is known of usage that no response told: what never arrived or was refused used nothing.
    private func settledUsage(_ failure: TransferFailure?) -> UsageBuckets? {
        switch failure {
        case .unreachable, .untrusted, .timedOut(.connect), .badRequest: return .nothing
        default: break
        }
        guard let status = head?.status, status >= 400 else { return nil }
        return [408, 499, 504, 524].contains(status) ? nil : .nothing
    }

    private func outcome(_ read: ResponseUsage?, _ failure: TransferFailure?, _ readerLeft: Bool) -> Outcome {
        if readerLeft { return .interrupted }
        guard failure == nil, let read, read.ending != .cutOff, head.map({ $0.status < 400 }) ?? false else {
            return .failed
        }
        return read.outcome
    }

    private var milliseconds: Int {
        let (seconds, attoseconds) = (ContinuousClock.now - started).components
        return Int(seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    }

    /// The path of an address, with its query.
    private static func path(of url: String) -> String {
        let rest = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
        return rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/"
    }
}
