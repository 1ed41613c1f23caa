internal import Hummingbird
internal import TallyCore

/// How the sources are that are pulled.
struct SourceEndpoints: Sendable {
    let pulled: ReportAPI.PulledSources
    let now: @Sendable () -> Instant

    /// `GET /api/v1/sources`.
    func sources(_ request: Request) async throws -> Response {
        if let parameter = try QueryString.parameters(request).first {
            throw QuestionError(parameter.name, "unknown; this path has no parameters")
        }
        let statuses = try await pulled.ledger.sourceStatuses()
        return Answer.json(SourceJSON.list(pulled.board.entries, statuses, now: now()))
    }
}
