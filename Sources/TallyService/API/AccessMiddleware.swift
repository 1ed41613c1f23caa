internal import HTTPTypes
internal import Hummingbird
internal import TallyCore

/// Answers only those who may ask; what says nothing of the usage is open to all.
struct AccessMiddleware<Context: RequestContext>: RouterMiddleware {
    let access: APIAccess
    /// The paths that are open to all.
    let openPaths: Set<String>

    @concurrent
    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        if openPaths.contains(request.uri.path) { return try await next(request, context) }
        switch access.decision(for: .read, authorization: request.headers[.authorization]) {
        case .allowed:
            return try await next(request, context)
        case .unknown:
            return Answer.problem(
                .serviceUnavailable, title: "The keys are not known",
                detail: "the database has not answered since the start; ask again, and see /readyz for the reason")
        case .unauthorized(let challenge, let detail):
            var answer = Answer.problem(.unauthorized, title: "A token is needed", detail: detail)
            answer.headers[.wwwAuthenticate] = challenge
            return answer
        case .forbidden(let challenge, let detail):
            var answer = Answer.problem(.forbidden, title: "The token does not allow this", detail: detail)
            answer.headers[.wwwAuthenticate] = challenge
            return answer
        }
    }
}
