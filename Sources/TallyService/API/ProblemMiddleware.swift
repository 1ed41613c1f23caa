internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import TallyCore

/// Turns everything that goes wrong into one shape, RFC 9457.
struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
    let logger: Logger
    /// The paths there are; all of them answer GET and HEAD only.
    let paths: Set<String>

    @concurrent
    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as QuestionError {
            return Answer.problem(
                .badRequest, title: "The question cannot be answered", detail: error.description,
                parameter: error.parameter)
        } catch let error as any HTTPResponseError {
            return problem(error.status, request)
        } catch let error as any UnavailableError where error.isUnavailable {
            logger.warning("database unavailable", metadata: ["error": "\(error)"])
            return Answer.problem(
                .serviceUnavailable, title: "PostgreSQL is away",
                detail: "the database cannot be reached just now; ask again, and see /readyz for the reason")
        } catch {
            logger.error("request failed", metadata: ["error": "\(error)", "path": "\(request.uri.path)"])
            return Answer.problem(
                .internalServerError, title: "The request failed",
                detail: "Tally could not answer; the daemon's log has the reason")
        }
    }

    private func problem(_ status: HTTPResponse.Status, _ request: Request) -> Response {
        switch status {
        case .notFound where paths.contains(request.uri.path) && ![.get, .head].contains(request.method):
            Answer.methodNotAllowed(request.method)
        case .notFound:
            Answer.problem(
                status, title: "Not found", detail: "there is nothing at this path; /openapi.json lists what there is")
        default:
            Answer.problem(status, title: status.reasonPhrase, detail: "the request cannot be read; see /openapi.json")
        }
    }
}
