import CCurl

/// One easy handle of libcurl: set up for one transfer after the other.
///
/// What libcurl borrows through it, such as the contexts of callbacks, is its user's to keep alive.
@safe
struct EasyHandle: ~Copyable {
    /// A fault as libcurl counts it.
    struct Fault: Error {
        let code: CURLcode
    }

    /// Owned, freed with the struct, and lent to calls of libcurl for their length.
    let pointer: UnsafeMutableRawPointer
    /// Where libcurl writes the words of a fault; owned.
    private let words: UnsafeMutablePointer<CChar>

    init() throws(Fault) {
        CurlLibrary.start()
        guard let handle = unsafe curl_easy_init() else { throw Fault(code: CURLE_FAILED_INIT) }
        let words = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        unsafe pointer = handle
        unsafe self.words = words
        // Cannot fail: libcurl takes any address.
        unsafe ccurl_set_error_buffer(handle, words)
    }

    deinit {
        unsafe curl_easy_cleanup(pointer)
        unsafe words.deallocate()
    }

    borrowing func set(_ option: CURLoption, _ value: Int) throws(Fault) {
        try unsafe Self.check(ccurl_set_long(pointer, option, value))
    }

    /// Sets a text, of which libcurl keeps a copy; `nil` takes it away.
    borrowing func set(_ option: CURLoption, _ value: String?) throws(Fault) {
        try unsafe Self.check(ccurl_set_string(pointer, option, value))
    }

    /// Performs the transfer; blocks until its end.
    borrowing func perform() -> CURLcode { unsafe curl_easy_perform(pointer) }

    /// The status of the last answer, 0 when there was none.
    borrowing func status() -> Int {
        var status = 0
        unsafe ccurl_get_long(pointer, CURLINFO_RESPONSE_CODE, &status)
        return status
    }

    /// What libcurl says of the last fault, such as why a certificate is not trusted; may be empty.
    ///
    /// Only for faults of which these words name hosts and certificates and nothing else of a transfer.
    borrowing func detail() -> String { unsafe String(cString: words) }

    static func check(_ code: CURLcode) throws(Fault) {
        if code != CURLE_OK { throw Fault(code: code) }
    }
}
