import CCurl

extension TransferFailure {
    /// The connection ended within the head of the response, which is no fault to libcurl.
    static let headless = TransferFailure.failed(
        code: CURLE_PARTIAL_FILE.rawValue, detail: "the connection ended within the head of the response")

    /// What libcurl's fault of a transfer is called here.
    ///
    /// - Parameters:
    ///   - code: The fault.
    ///   - detail: libcurl's words for it; used only where they name hosts and certificates at most.
    ///   - hasHead: Whether the head of the response was there.
    init(_ code: CURLcode, detail: String, hasHead: Bool) {
        let name = CurlLibrary.name(of: code)
        let words = detail.isEmpty ? name : detail
        switch code {
        case CURLE_URL_MALFORMAT:
            self = .badRequest(detail: "the address cannot be read; write it as https://host/path")
        case CURLE_LOGIN_DENIED:
            self = .badRequest(detail: "the address has a user in it; send credentials in a header field")
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT:
            self = .unreachable(detail: words)
        case CURLE_PROXY: self = .unreachable(detail: name)
        // The only time limit libcurl is given; the others are the engine's.
        case CURLE_OPERATION_TIMEDOUT: self = .timedOut(.connect)
        // The scheme was looked at before: what is left is an answer without a status line.
        case CURLE_UNSUPPORTED_PROTOCOL: self = .malformed(detail: "it does not begin with a status line")
        // 100 is CURLE_TOO_LARGE, which libcurl has from 8.6 on.
        case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING, CURLcode(100): self = .malformed(detail: name)
        // Within a head, a line above libcurl's limit is what it has no memory for.
        case CURLE_OUT_OF_MEMORY where !hasHead: self = .malformed(detail: "a line of its head is too long")
        // These words are libcurl's own: it tells a bad chunk from a lost connection in no other way.
        case CURLE_RECV_ERROR where hasHead && detail.hasSuffix("in chunked-encoding"):
            self = .malformed(detail: detail)
        case CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING, CURLE_HTTP2, CURLE_HTTP2_STREAM:
            self = hasHead ? .cutOff(detail: name) : .failed(code: code.rawValue, detail: name)
        case let code where CurlLibrary.isAboutTrust(code): self = .untrusted(detail: words)
        default: self = .failed(code: code.rawValue, detail: name)
        }
    }
}
