internal import HTTPTypes
internal import Hummingbird
internal import TallyCore

/// Answers only those who may ask; what says nothing of the usage is open to all.
struct AccessMiddleware: RouterMiddleware {
    let access: APIAccess
    /// The paths that are open to all.
    let openPaths: Set<String>
    /// The paths that take events.
    let ingestPaths: Set<String>

    @concurrent
    func handle(
        _ request: Request, context: APIContext, next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        if openPaths.contains(request.uri.path) { return try await next(request, context) }
        let takesEvents = request.method == .post && ingestPaths.contains(request.uri.path)
        let scope: KeyScope = takesEvents ? .ingest : .read
        switch access.decision(for: scope, authorization: request.headers[.authorization]) {
        case .allowed(let grant):
            var context = context
            context.grant = grant
            return try await next(request, context)
        case .unknown:
            throw Problem(
                .serviceUnavailable, title: "The keys are not known",
                detail: "the database has not answered since the start; ask again, and see /readyz for the reason")
        case .unauthorized(let challenge, let detail):
            throw Problem(.unauthorized, title: "A token is needed", detail: detail)
                .with(.wwwAuthenticate, challenge)
        case .forbidden(let challenge, let detail):
            throw Problem(.forbidden, title: "The token does not allow this", detail: detail)
                .with(.wwwAuthenticate, challenge)
        }
    }
}
