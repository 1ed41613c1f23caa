internal import CurlTransport

/// Why an API gave no page, with the mend.
///
/// Its text holds no credential, and no query of an address.
struct WebFault: Error, CustomStringConvertible {
    /// What went wrong.
    enum Reason {
        /// There was no answer, or not all of it.
        case noAnswer(FetchError)
        /// It answered with this status; the credential is from this variable.
        case status(Int, keyVariable: String?)
        /// The document it answered with is cut off.
        case cutOff
        /// It asked to be left alone for longer than a run waits.
        case limited
        /// It answered with something else than it did when this was written.
        case unexpected(detail: String)
        /// A page leads to itself, or there are more pages than this.
        case endless(limit: Int)
        /// So many calls were asked for that are not known there.
        case unknownCalls(limit: Int)
    }

    let address: String
    let reason: Reason
    /// How long it asked to wait.
    let retryAfter: Duration?

    /// Whether asking again soon may help.
    var isPassing: Bool {
        switch reason {
        case .noAnswer(let error): error.isPassing
        case .status(let status, _): status == 408 || status == 425 || status == 429 || status >= 500
        case .cutOff: true
        case .limited, .unexpected, .endless, .unknownCalls: false
        }
    }

    /// Whether the cursor that was sent may have expired.
    var isAboutCursor: Bool {
        if case .status(let status, _) = reason { [400, 404, 410, 422].contains(status) } else { false }
    }

    var description: String { "\(address): \(cause)" }

    private var cause: String {
        let later = retryAfter.map { "; it asked to wait \($0.components.seconds) s" } ?? ""
        return switch reason {
        case .noAnswer(let error): error.cause
        case .status(let status, let variable) where status == 401 || status == 403:
            variable.map {
                "status \(status): the credential is not accepted; put one that may read billing into $\($0)"
            } ?? "status \(status): a credential is needed; name its environment variable as api_key_env"
        case .status(429, _): "status 429: too many requests\(later); raise 'every' if this goes on"
        case .status(let status, _) where status >= 500:
            "status \(status): the server is in trouble\(later); it is asked again"
        case .status(let status, _): "status \(status): check the address of the source and its 'reads'"
        case .cutOff:
            "the answer is no whole JSON document; it is asked again, and 'page_bytes' or 'window' may be lowered"
        case .limited: "the limit of requests is used up\(later); raise 'every' if this goes on"
        case .unexpected(let detail):
            "the answer has changed: \(detail); nothing was skipped: update Tally, or the source's settings, and it is read then"
        case .endless(let limit): "the pages do not end after \(limit); check the cursor, or raise 'max_pages'"
        case .unknownCalls(let limit):
            "\(limit) calls were asked for in vain, and no more are until these are older than 'look_back'; "
                + "check that api_key_env names a key of the account that made them"
        }
    }
}
