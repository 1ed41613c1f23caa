internal import FastJSON
internal import HTTPTypes
internal import Hummingbird
internal import TallyCore
internal import TallyMetering

/// Takes events that are sent in.
struct IngestEndpoints: Sendable {
    let intake: EventIntake
    let limits: IngestLimits
    let gate: IngestGate
    let counters: IngestCounters

    private static let origin = EventOrigin(name: "api", form: "api", rank: .clientLog)

    /// Why an event is refused that only the database found fault with.
    static let unstorable = "the database cannot store its values; see that they are of a usual size"

    func events(_ request: Request, _ grant: KeyGrant?) async throws -> Response {
        if let parameter = try QueryString.parameters(request).first {
            throw QuestionError(parameter.name, "unknown parameter; sending events takes none")
        }
        let visit = try gate.enter()
        let form = try SubmissionForm(request)
        let body = try await IngestBody(request, limits, visit)
        let book = try await intake.prices()
        let submission = try EventSubmissionReader(
            aliases: book.aliases,
            into: EventSubmission(key: grant?.attribution, maximumRecords: limits.maximumRecords)
        ).read(body, as: form)
        let outcome = try await intake.take(submission.events, from: Self.origin, book: book)
        _ = visit
        return try answer(submission, outcome)
    }

    private func answer(_ submission: EventSubmission, _ outcome: EventIntake.Outcome) throws(Problem) -> Response {
        var rejections = submission.rejections
        for place in outcome.refused {
            let origin = submission.origin(ofEvent: place)
            if rejections.contains(where: { $0.index == origin.index }) { continue }
            rejections.append(Rejection(index: origin.index, line: origin.line, reason: Self.unstorable))
        }
        rejections.sort { $0.index < $1.index }
        counters.note(
            .events, outcome.counts, repeated: submission.duplicateCount, rejected: rejections.count)
        let accepted = submission.recordCount - rejections.count
        if accepted == 0, let first = rejections.first {
            let place = first.line.map { "line \($0)" } ?? "event \(first.index)"
            throw Problem(
                .badRequest, title: "None of the events can be taken", detail: "\(place): \(first.reason)",
                rejections: rejections)
        }
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("accepted", accepted)
        writer.member("stored", outcome.counts.stored)
        writer.member("duplicate", outcome.counts.duplicate + submission.duplicateCount)
        writer.member("merged", outcome.counts.merged)
        writer.member("reattributed", outcome.counts.reattributed)
        writer.member("unpriced", outcome.counts.unpriced)
        writer.member("rejected", rejections.count)
        Rejection.write(rejections, to: &writer)
        writer.endObject()
        return Answer.json(writer.bytes)
    }
}
