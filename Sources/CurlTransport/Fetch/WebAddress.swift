import CCurl

/// The address of something to fetch: http or https, with a host.
package struct WebAddress: Sendable {
    /// All of it, secrets included; for libcurl alone.
    let text: String
    /// Whether it asks for TLS.
    let isSecure: Bool
    /// The address without user, password, query and fragment, for people and logs.
    package let shown: String

    /// Reads an address.
    ///
    /// - Parameter text: The address with its scheme, such as `https://host/path`.
    /// - Throws: ``FetchError`` for what is no address, or one of another scheme.
    package init(_ text: String) throws(FetchError) {
        CurlLibrary.start()
        // Owned by this initialiser, and freed at its end.
        guard let parts = unsafe curl_url() else {
            throw FetchError(address: "URL", reason: .badAddress(detail: "no memory"))
        }
        defer { unsafe curl_url_cleanup(parts) }
        // Nothing of a text that cannot be taken apart is shown: a password could be anywhere in it.
        guard !text.utf8.contains(0) else {
            throw FetchError(address: "URL", reason: .badAddress(detail: "it contains a zero"))
        }
        let status = unsafe curl_url_set(parts, CURLUPART_URL, text, UInt32(CURLU_NON_SUPPORT_SCHEME))
        guard status == CURLUE_OK else {
            // The message is a constant of libcurl.
            let detail = unsafe String(cString: curl_url_strerror(status))
            throw FetchError(address: "URL", reason: .badAddress(detail: detail))
        }
        let scheme = unsafe Self.part(CURLUPART_SCHEME, of: parts)?.lowercased()
        for secret in [CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS, CURLUPART_QUERY, CURLUPART_FRAGMENT] {
            unsafe curl_url_set(parts, secret, nil, 0)
        }
        let shown = unsafe Self.part(CURLUPART_URL, of: parts) ?? "URL"
        guard scheme == "http" || scheme == "https" else {
            throw FetchError(address: shown, reason: .unknownScheme)
        }
        guard unsafe Self.part(CURLUPART_HOST, of: parts) != nil else {
            throw FetchError(address: shown, reason: .badAddress(detail: "no host"))
        }
        self.text = text
        self.shown = shown
        isSecure = scheme == "https"
    }

    private static func part(_ part: CURLUPart, of parts: OpaquePointer) -> String? {
        var value: UnsafeMutablePointer<CChar>?
        guard unsafe curl_url_get(parts, part, &value, 0) == CURLUE_OK, let value = unsafe value else { return nil }
        // libcurl made the text for the caller, who frees it.
        defer { unsafe curl_free(value) }
        return unsafe String(cString: value)
    }
}
