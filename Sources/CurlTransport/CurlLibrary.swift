import CCurl

/// libcurl's one state that all transfers of the process share, and what holds for all of them.
enum CurlLibrary {
    /// Set up once, by the first who asks; never undone, since the process ends with it.
    private static let status = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

    /// Makes the library ready; a failure shows at the first handle, which libcurl then refuses to make.
    static func start() { _ = status }

    /// Whether its HTTP/2 can lose bytes of a response when the body of a request ends that had no length: 0x080100 is 8.1.0.
    ///
    /// Up to then the end of such a body has libcurl read on although bytes of a stream are still waiting, which are forgotten.
    static let losesBytesAfterOpenEndedBodies = ccurl_version() < 0x080100

    /// What libcurl calls a fault: a constant of the library, without anything of the transfer.
    static func name(of code: CURLcode) -> String { unsafe String(cString: curl_easy_strerror(code)) }

    /// Whether a fault is one of TLS: no agreement, or a certificate that is not to be trusted.
    static func isAboutTrust(_ code: CURLcode) -> Bool {
        switch code {
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR:
            true
        default: false
        }
    }

    /// A time limit as libcurl takes it: at least 1, since 0 is no limit to libcurl, and within 32 bits.
    static func milliseconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        guard seconds < 2_000_000 else { return 2_000_000_000 }
        return max(1, Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}
