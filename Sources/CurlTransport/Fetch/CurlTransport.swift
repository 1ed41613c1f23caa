internal import BlockingExecutor
import CCurl

/// Fetches what the web holds, through libcurl.
///
/// A GET over http or https, with the server's certificate verified, redirects followed within the same schemes, and
/// compressed answers inflated. Proxies are those of the environment (`https_proxy`, `no_proxy`), as libcurl reads them.
package enum CurlTransport {
    /// Fetches a whole body.
    ///
    /// - Parameters:
    ///   - address: What to fetch; user and password in it are sent as basic authentication, to its own host only.
    ///   - userAgent: Who is asking, such as `name/1.0`.
    ///   - limits: What it may take.
    /// - Returns: The body of an answer with a status from 200 to 299, uncompressed.
    /// - Throws: ``FetchError``; also when the task is cancelled.
    package static func fetch(
        _ address: WebAddress, userAgent: String, limits: FetchLimits = FetchLimits()
    ) async throws(FetchError) -> [UInt8] {
        try await perform(WebRequest(address), userAgent: userAgent, limits: limits, isForBody: true).body
    }

    /// Asks a server and takes its answer, whatever its status.
    ///
    /// An answer that redirects is an answer: a request with a credential goes nowhere else.
    ///
    /// - Parameters:
    ///   - request: What to ask.
    ///   - userAgent: Who is asking, such as `name/1.0`.
    ///   - limits: What it may take.
    /// - Returns: The answer.
    /// - Throws: ``FetchError`` when there is none, or not all of it; also when the task is cancelled.
    package static func ask(
        _ request: WebRequest, userAgent: String, limits: FetchLimits = FetchLimits()
    ) async throws(FetchError) -> WebAnswer {
        try await perform(request, userAgent: userAgent, limits: limits, isForBody: false)
    }

    private static func perform(
        _ request: WebRequest, userAgent: String, limits: FetchLimits, isForBody: Bool
    ) async throws(FetchError) -> WebAnswer {
        let cancellation = Exchange.Cancellation()
        let fetch = Fetch(
            request: request, userAgent: userAgent, limits: limits, isForBody: isForBody, cancellation: cancellation)
        let thread = FetchThread()
        let result = await withTaskCancellationHandler {
            await thread.perform(fetch)
        } onCancel: {
            cancellation.request()
        }
        return try result.get()
    }
}

/// A thread that waits for one fetch, so that no thread of the cooperative pool has to.
private actor FetchThread {
    private let executor = BlockingExecutor(label: "curl.fetch")

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    func perform(_ fetch: Fetch) -> Result<WebAnswer, FetchError> { fetch.perform() }
}

/// One thing to fetch, and how.
private struct Fetch: Sendable {
    let request: WebRequest
    let userAgent: String
    let limits: FetchLimits
    /// Whether only a good answer's body is wanted, wherever it lies.
    let isForBody: Bool
    let cancellation: Exchange.Cancellation

    private var address: WebAddress { request.address }

    /// Blocks until the end of the transfer.
    func perform() -> Result<WebAnswer, FetchError> {
        let exchange = Exchange(maximumBytes: limits.bytes, cancellation: cancellation)
        var status = 0
        let fault: FetchError.Reason?
        do throws(EasyHandle.Fault) {
            // Lent to the handle, which is freed before it.
            let memory = try memory()
            let handle = try EasyHandle()
            // Alive until after `perform`: its findings are read below.
            try handle.connect(exchange)
            try setUp(handle)
            try setHeaders(handle, memory)
            if let signature = request.signature { try sign(handle, signature) }
            fault = reason(for: handle.perform(), handle, exchange)
            status = handle.status()
            withExtendedLifetime(memory) {}
        } catch {
            fault = .failed(code: error.code.rawValue, detail: CurlLibrary.name(of: error.code))
        }
        if let fault { return .failure(FetchError(address: address.shown, reason: fault)) }
        return .success(WebAnswer(status: status, headers: exchange.head?.headers ?? [], body: exchange.body))
    }

    private func setHeaders(
        _ handle: borrowing EasyHandle, _ memory: borrowing RequestMemory
    ) throws(EasyHandle.Fault) {
        if request.headers.isEmpty { return }
        try unsafe EasyHandle.check(ccurl_set_headers(handle.pointer, memory.headers))
    }

    private func memory() throws(EasyHandle.Fault) -> RequestMemory {
        do {
            return try RequestMemory(headers: request.headers, body: [], keepsDefaults: true)
        } catch {
            // A field with a line end in it, such as a credential read from a file.
            throw EasyHandle.Fault(code: CURLE_BAD_FUNCTION_ARGUMENT)
        }
    }

    private func sign(_ handle: borrowing EasyHandle, _ signature: RequestSignature) throws(EasyHandle.Fault) {
        try handle.set(CURLOPT_AWS_SIGV4, "aws:amz:\(signature.region):\(signature.service)")
        try handle.set(CURLOPT_USERNAME, signature.keyID)
        try handle.set(CURLOPT_PASSWORD, signature.secret)
    }

    private func setUp(_ handle: borrowing EasyHandle) throws(EasyHandle.Fault) {
        try handle.set(CURLOPT_URL, address.text)
        try handle.set(CURLOPT_PROTOCOLS_STR, "http,https")
        // What was asked for under TLS is not then fetched without it.
        try handle.set(CURLOPT_REDIR_PROTOCOLS_STR, address.isSecure ? "https" : "http,https")
        try handle.set(CURLOPT_FOLLOWLOCATION, isForBody ? 1 : 0)
        try handle.set(CURLOPT_MAXREDIRS, limits.redirects)
        try handle.set(CURLOPT_FAILONERROR, isForBody ? 1 : 0)
        // The dots of a key in a bucket are part of its name.
        try handle.set(CURLOPT_PATH_AS_IS, isForBody ? 0 : 1)
        try handle.set(CURLOPT_SSL_VERIFYPEER, 1)
        try handle.set(CURLOPT_SSL_VERIFYHOST, 2)
        if let file = request.certificateFile {
            try handle.set(CURLOPT_CAINFO, file)
            // The system's folder would be trusted as well.
            try handle.set(CURLOPT_CAPATH, nil)
        }
        try handle.set(CURLOPT_USERAGENT, userAgent)
        // The empty text asks for every compression this libcurl can undo; gzip is among them.
        try handle.set(CURLOPT_ACCEPT_ENCODING, "")
        try handle.set(CURLOPT_CONNECTTIMEOUT_MS, CurlLibrary.milliseconds(limits.connect))
        try handle.set(CURLOPT_TIMEOUT_MS, CurlLibrary.milliseconds(limits.total))
        try handle.set(CURLOPT_LOW_SPEED_LIMIT, 1)
        try handle.set(CURLOPT_LOW_SPEED_TIME, (CurlLibrary.milliseconds(limits.idle) + 999) / 1_000)
        // Without it libcurl may use signals for its deadlines, which are the whole process's.
        try handle.set(CURLOPT_NOSIGNAL, 1)
    }

    /// What a transfer that ended like this is called; `nil` for a good one.
    private func reason(
        for code: CURLcode, _ handle: borrowing EasyHandle, _ exchange: Exchange
    ) -> FetchError.Reason? {
        if code != CURLE_OK, cancellation.isRequested { return .cancelled }
        let status = handle.status()
        return switch code {
        case CURLE_OK: !isForBody || (200..<300).contains(status) ? nil : .status(status)
        case CURLE_HTTP_RETURNED_ERROR: .status(status)
        case CURLE_WRITE_ERROR where exchange.isTooLarge: .tooLarge(limit: limits.bytes)
        case CURLE_OPERATION_TIMEDOUT: .timedOut
        case CURLE_TOO_MANY_REDIRECTS: .tooManyRedirects(limit: limits.redirects)
        // The scheme asked for was looked at before: only one redirected to can be refused.
        case CURLE_UNSUPPORTED_PROTOCOL: .redirectRefused
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT:
            .unreachable(detail: CurlLibrary.name(of: code))
        case let code where CurlLibrary.isAboutTrust(code):
            // These words name hosts and certificates, never the address.
            .untrusted(detail: handle.detail().isEmpty ? CurlLibrary.name(of: code) : handle.detail())
        default: .failed(code: code.rawValue, detail: CurlLibrary.name(of: code))
        }
    }
}
