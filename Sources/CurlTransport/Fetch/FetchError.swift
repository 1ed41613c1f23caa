/// Why an address could not be fetched.
///
/// Its text names the address without user, password and query, which may hold secrets.
package struct FetchError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What went wrong.
    package enum Reason: Equatable, Sendable {
        /// The text is no address; `detail` is what libcurl says of it.
        case badAddress(detail: String)
        /// The address has a scheme other than http and https.
        case unknownScheme
        /// The host is not known, or nobody answers there; `detail` is what libcurl says.
        case unreachable(detail: String)
        /// TLS could not be agreed on, or the certificate is not to be trusted.
        case untrusted(detail: String)
        /// The server answered with this status instead of a body.
        case status(Int)
        /// The server redirects to another scheme than http and https, or from https to http.
        case redirectRefused
        /// There are more redirects than this.
        case tooManyRedirects(limit: Int)
        /// The answer has more bytes than this.
        case tooLarge(limit: Int)
        /// One of the time limits was reached.
        case timedOut
        /// The task was cancelled.
        case cancelled
        /// Anything else, with libcurl's number and name of the fault.
        case failed(code: UInt32, detail: String)
    }

    /// The address, as far as it may be shown.
    package let address: String
    /// What went wrong.
    package let reason: Reason

    package var description: String { "\(address): \(cause)" }

    /// What went wrong and the mend, without the address.
    package var cause: String {
        switch reason {
        case .badAddress(let detail):
            "the address cannot be read (\(detail)); write it as https://host/path"
        case .unknownScheme:
            "only http and https are fetched; give such an address or a saved file"
        case .unreachable(let detail):
            "no connection (\(detail)); check the address, the network and the proxy settings"
        case .untrusted(let detail):
            "no secure connection (\(detail)); check the address and the certificates of this machine"
        case .status(let status) where status >= 500:
            "the server answers with status \(status); try again later"
        case .status(let status):
            "the server answers with status \(status); check the address and whether it wants a login"
        case .redirectRefused:
            "the server redirects to another scheme, which is not followed; give the final address"
        case .tooManyRedirects(let limit):
            "more than \(limit) redirects; give the final address"
        case .tooLarge(let limit):
            "the answer is larger than \(limit) bytes; check the address"
        case .timedOut:
            "the server is too slow; try again later or give a saved file"
        case .cancelled:
            "cancelled; run it again"
        case .failed(let code, let detail):
            "the transfer failed (\(detail), libcurl error \(code)); try again or give a saved file"
        }
    }
}

extension FetchError {
    /// Whether asking again later may help.
    package var isPassing: Bool {
        switch reason {
        case .unreachable, .timedOut, .failed: true
        case .status(let status): status == 429 || status >= 500
        case .badAddress, .unknownScheme, .untrusted, .redirectRefused, .tooManyRedirects, .tooLarge, .cancelled: false
        }
    }
}
