import CCurl

/// libcurl's one state that all transfers of the process share.
enum CurlLibrary {
    /// Set up once, by the first who asks; never undone, since the process ends with it.
    private static let status = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

    /// Makes the library ready; a failure shows at the first handle, which libcurl then refuses to make.
    static func start() { _ = status }

    /// What libcurl calls a fault: a constant of the library, without anything of the transfer.
    static func name(of code: CURLcode) -> String { unsafe String(cString: curl_easy_strerror(code)) }
}
