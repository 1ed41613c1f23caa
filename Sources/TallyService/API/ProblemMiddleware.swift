internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import TallyCore

/// Turns everything that goes wrong into one shape: RFC 9457, and for telemetry the one that OTLP has.
struct ProblemMiddleware: RouterMiddleware {
    let logger: Logger
    /// The methods that each path answers.
    let methods: [String: [HTTPRequest.Method]]
    /// The paths that take telemetry.
    let telemetryPaths: Set<String>

    @concurrent
    func handle(
        _ request: Request, context: APIContext, next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let problem = problem(error, request)
            if telemetryPaths.contains(request.uri.path) {
                return OTLPAnswer.failure(problem, OTLPEncoding(request) ?? .json)
            }
            return problem.response()
        }
    }

    private func problem(_ error: any Error, _ request: Request) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case let error as QuestionError:
            return Problem(
                .badRequest, title: "The question cannot be answered", detail: error.description,
                parameter: error.parameter)
        case let error as any HTTPResponseError: return problem(error.status, request)
        case let error as any UnavailableError where error.isUnavailable:
            logger.warning("database unavailable", metadata: ["error": "\(error)"])
            return Problem(
                .serviceUnavailable, title: "PostgreSQL is away",
                detail: "the database cannot be reached just now; ask again, and see /readyz for the reason")
        default:
            logger.error("request failed", metadata: ["error": "\(error)", "path": "\(request.uri.path)"])
            return Problem(
                .internalServerError, title: "The request failed",
                detail: "Tally could not answer; the daemon's log has the reason")
        }
    }

    private func problem(_ status: HTTPResponse.Status, _ request: Request) -> Problem {
        if status != .notFound {
            return Problem(
                status, title: status.reasonPhrase, detail: "the request cannot be read; see /openapi.json")
        }
        if let methods = methods[request.uri.path], !methods.contains(request.method) {
            return Problem(
                .methodNotAllowed, title: "Method not allowed",
                detail: "this path does not take \(request.method.rawValue); see /openapi.json"
            ).with(.allow, methods.map(\.rawValue).joined(separator: ", "))
        }
        return Problem(
            status, title: "Not found", detail: "there is nothing at this path; /openapi.json lists what there is")
    }
}
