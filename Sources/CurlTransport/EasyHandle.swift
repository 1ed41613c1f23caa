import CCurl

/// One transfer of libcurl: made, set up, performed once.
@safe
struct EasyHandle: ~Copyable {
    /// A fault as libcurl counts it.
    struct Fault: Error {
        let code: CURLcode
    }

    /// Owned; freed with the struct, before what libcurl borrows through it.
    private let handle: UnsafeMutableRawPointer
    /// Where libcurl writes the words of a fault; owned.
    private let words: UnsafeMutablePointer<CChar>
    /// The callbacks' context: libcurl borrows it, and calls back only within `perform`.
    private let exchange: Exchange

    init(_ exchange: Exchange) throws(Fault) {
        CurlLibrary.start()
        guard let handle = unsafe curl_easy_init() else { throw Fault(code: CURLE_FAILED_INIT) }
        unsafe self.handle = handle
        unsafe words = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        self.exchange = exchange
    }

    /// Tells libcurl where words and bytes go.
    borrowing func connectCallbacks() throws(Fault) {
        let context = unsafe Unmanaged.passUnretained(exchange).toOpaque()
        try unsafe Self.check(ccurl_set_error_buffer(handle, words))
        try unsafe Self.check(
            ccurl_set_write(
                handle,
                { bytes, size, count, context in
                    guard let bytes = unsafe bytes, let context = unsafe context else { return 0 }
                    let exchange = unsafe Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
                    // Lent for this call only, and copied. Fewer bytes taken than given stop the transfer.
                    let given = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
                    if exchange.cancellation.isRequested { return 0 }
                    return unsafe exchange.append(given) ? given.count : 0
                }, context))
        try unsafe Self.check(
            ccurl_set_progress(
                handle,
                { context, _, _, _, _ in
                    guard let context = unsafe context else { return 1 }
                    let exchange = unsafe Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
                    return exchange.cancellation.isRequested ? 1 : 0
                }, context))
    }

    deinit {
        unsafe curl_easy_cleanup(handle)
        unsafe words.deallocate()
    }

    borrowing func set(_ option: CURLoption, _ value: Int) throws(Fault) {
        try unsafe Self.check(ccurl_set_long(handle, option, value))
    }

    /// Sets a text, of which libcurl keeps a copy.
    borrowing func set(_ option: CURLoption, _ value: String) throws(Fault) {
        try unsafe Self.check(ccurl_set_string(handle, option, value))
    }

    /// Performs the transfer; blocks until its end.
    borrowing func perform() -> CURLcode { unsafe curl_easy_perform(handle) }

    /// The status of the last answer, 0 when there was none.
    borrowing func status() -> Int {
        var status = 0
        unsafe ccurl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        return status
    }

    /// What libcurl says of the last fault, such as why a certificate is not trusted; may be empty.
    borrowing func detail() -> String { unsafe String(cString: words) }

    private static func check(_ code: CURLcode) throws(Fault) {
        if code != CURLE_OK { throw Fault(code: code) }
    }
}
