internal import HTTPTypes
internal import Hummingbird

/// Counts what is answered, problems included.
struct CountingMiddleware: RouterMiddleware {
    let counters: APICounters

    @concurrent
    func handle(
        _ request: Request, context: APIContext, next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let response = try await next(request, context)
        counters.note(path: request.uri.path, status: response.status.code)
        return response
    }
}
