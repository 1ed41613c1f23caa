/// Why an attempt gave no usable response: a closed set of words, so that they can be counted.
///
/// OpenTelemetry's `error.type` has `timeout` and `server_certificate_invalid`; the others are the providers' own words
/// in the one spelling closest to most of them.
public enum ErrorType: String, Sendable, Hashable, CaseIterable {
    /// The provider refused the request as it was: 400, 405, 413, 422 and the like.
    case invalidRequest = "invalid_request"
    /// The credential was missing or not accepted: 401.
    case unauthorized
    /// The plan's credits or the account's balance are used up: 402.
    case creditsExhausted = "credits_exhausted"
    /// The credential does not allow this: 403.
    case forbidden
    /// There is no such model or path: 404, 410.
    case notFound = "not_found"
    /// The caller's own limit was reached: 429.
    case rateLimited = "rate_limited"
    /// The provider has more calls than it can serve, whoever makes them: 529, or an answer that says so.
    case overloaded
    /// A cold start: 503 with the `estimated_time` the model needs to load.
    case loading
    /// The provider or the host behind it is away: 502, 503.
    case unavailable
    /// The provider failed: 500 and the like.
    case serverError = "server_error"
    /// A limit of time passed, the provider's (408, 504, 524) or the relay's.
    case timeout
    /// No connection came about: no address, refused, no route.
    case unreachable
    /// The provider's certificate was not accepted.
    case untrusted = "server_certificate_invalid"
    /// What came was no HTTP.
    case malformedResponse = "malformed_response"
    /// The provider broke off after the response had begun.
    case cutOff = "cut_off"
    /// A response that had begun well reported an error, as streams do.
    case errorInStream = "error_in_stream"
    /// The client left before the end.
    case cancelled
    /// Something else; also what is read of a word that is none of these.
    case other

    /// What an HTTP status says by itself; `nil` for one that is no error.
    ///
    /// A body may say more: that a model is ``loading``, or ``overloaded`` under a status of 429.
    public init?(status: Int) {
        switch status {
        case ..<400: return nil
        case 401: self = .unauthorized
        case 402: self = .creditsExhausted
        case 403: self = .forbidden
        case 404, 410: self = .notFound
        case 408, 504, 524: self = .timeout
        case 429: self = .rateLimited
        case 502, 503: self = .unavailable
        case 529: self = .overloaded
        case 500...: self = .serverError
        default: self = .invalidRequest
        }
    }
}
