internal import FastJSON
internal import HTTPTypes
internal import Hummingbird
internal import TallyCore
internal import TallyMetering

/// Takes telemetry as OTLP/HTTP has it, and the calls in it as events.
struct TelemetryEndpoints: Sendable {
    let intake: EventIntake
    let limits: IngestLimits
    let gate: IngestGate
    let counters: IngestCounters

    /// The most values of one document: a span has about a hundred.
    private static let maximumNodes = 1 << 22

    func take(_ signal: TelemetrySignal, _ request: Request, _ grant: KeyGrant?) async throws -> Response {
        guard let encoding = OTLPEncoding(request) else {
            throw Problem(
                .unsupportedMediaType, title: "The body is of an unknown type",
                detail: "Content-Type is neither application/json nor application/x-protobuf; "
                    + "set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf")
        }
        let visit = try gate.enter()
        let body = try await IngestBody(request, limits, visit)
        let book = try await intake.prices()
        let items = try items(of: body, signal, encoding, book.aliases)
        var submission = EventSubmission(key: grant?.attribution, maximumRecords: limits.maximumRecords)
        for item in items {
            switch item {
            case .call(let call):
                let told = call.told
                submission.add(told.event, told.identity, from: try submission.begin())
            case .failure(let failure): submission.reject(try submission.begin(), failure.description)
            case .notACall, .statement: continue
            }
        }
        let outcome = try await intake.take(submission.events, from: Self.origin(of: signal), book: book)
        _ = visit
        let reasons = submission.rejections.map(\.reason) + outcome.refused.map { _ in IngestEndpoints.unstorable }
        counters.note(
            signal == .spans ? .spans : .logRecords, outcome.counts, repeated: submission.duplicateCount,
            rejected: reasons.count)
        return try OTLPAnswer.taken(signal, rejected: reasons.count, reason: reasons.first ?? "", encoding)
    }

    /// Where the events come from: a call has a span and a log record, so each of the two is a source of its own.
    private static func origin(of signal: TelemetrySignal) -> EventOrigin {
        EventOrigin(name: signal == .spans ? "otlp-traces" : "otlp-logs", form: "otlp", rank: .clientLog)
    }

    private func items(
        of body: IngestBody, _ signal: TelemetrySignal, _ encoding: OTLPEncoding, _ aliases: ProviderAliases
    ) throws -> [LogItem] {
        var defaults = RecordDefaults()
        defaults.aliases = aliases
        var decoder = try TelemetryDecoder(signal, defaults: defaults)
        // Nothing at all is a request without records, in protobuf too.
        if body.count == 0 { return [] }
        switch encoding {
        case .protobuf: try OTLPMessageReader.read(body, signal, into: &decoder)
        case .json:
            let parser = try JSONParser(limits: JSONParser.Limits(nodes: Self.maximumNodes))
            try unsafe body.withBytes { bytes throws(Problem) in
                try unsafe parser.withDocument(
                    padded: bytes, mapError: { Self.problem("the body is \($0.description)") },
                    { (root: JSONValue) throws(Problem) in
                        do throws(RecordFailure) {
                            try decoder.read(root)
                        } catch {
                            throw Self.problem(error.description)
                        }
                    })
            }
        }
        return decoder.takeItems()
    }

    private static func problem(_ detail: String) -> Problem {
        Problem(.badRequest, title: "The telemetry cannot be read", detail: detail)
    }
}
