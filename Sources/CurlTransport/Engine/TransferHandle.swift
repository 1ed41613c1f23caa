import CCurl
import CCurlLoop

/// An easy handle with the callbacks of the engine: serves one transfer after the other on one loop.
///
/// libcurl borrows the object as the context of its callbacks. They come only while the handle is in the loop's multi handle,
/// and for all that time the loop holds the transfer, which holds the handle.
final class TransferHandle {
    let easy: EasyHandle
    /// Whose handle it is; `nil` between two transfers.
    var transfer: ActiveTransfer?
    /// The file of certificates libcurl trusts by itself, if it is one.
    private let systemCertificateFile: String?
    /// The file it trusts now.
    private var certificateFile: String?
    /// Whether another transfer may use it: not if what libcurl trusts by itself cannot be put back.
    var isReusable: Bool { certificateFile == systemCertificateFile || systemCertificateFile != nil }

    private let counts: EngineCounts

    /// A handle for a loop that outlives it, with everything set that holds for all transfers.
    init(loop: OpaquePointer, counts: EngineCounts) throws(EasyHandle.Fault) {
        easy = try EasyHandle()
        self.counts = counts
        counts.handles.countUp()
        systemCertificateFile = unsafe ccurl_get_certificate_file(easy.pointer).map { unsafe String(cString: $0) }
        certificateFile = systemCertificateFile
        // The folder holds what the file holds, and with a file alone libcurl reads it once, not for each connection.
        if systemCertificateFile != nil { try easy.set(CURLOPT_CAPATH, nil) }
        guard unsafe ccurl_loop_adopt(loop, easy.pointer) else { throw EasyHandle.Fault(code: CURLE_FAILED_INIT) }
        try connectCallbacks()
        try easy.set(CURLOPT_PROTOCOLS_STR, "http,https")
        try easy.set(CURLOPT_SSL_VERIFYPEER, 1)
        try easy.set(CURLOPT_SSL_VERIFYHOST, 2)
        try easy.set(CURLOPT_FOLLOWLOCATION, 0)
        try easy.set(CURLOPT_PATH_AS_IS, 1)
        try easy.set(CURLOPT_HTTP_CONTENT_DECODING, 0)
        try easy.set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        try easy.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        try easy.set(CURLOPT_TCP_NODELAY, 1)
        // Without it libcurl may use signals for its deadlines, which are the whole process's.
        try easy.set(CURLOPT_NOSIGNAL, 1)
        try easy.set(CURLOPT_BUFFERSIZE, Self.receiveBytes)
        try easy.set(CURLOPT_UPLOAD_BUFFERSIZE, Self.sendBytes)
        try unsafe EasyHandle.check(ccurl_set_quick_exit(easy.pointer))
    }

    deinit { counts.handles.countDown() }

    /// The most bytes read from a socket at once.
    private static let receiveBytes = 16 << 10
    /// The most bytes of a body written to a socket at once; each upload under way has memory for as much.
    private static let sendBytes = 32 << 10

    /// Sets what is the request's own; its memory is borrowed until `release`.
    func prepare(_ request: TransferRequest, _ memory: borrowing RequestMemory) throws(EasyHandle.Fault) {
        try easy.set(CURLOPT_URL, request.url)
        try easy.set(CURLOPT_CONNECTTIMEOUT_MS, CurlLibrary.milliseconds(request.limits.connect))
        try unsafe EasyHandle.check(ccurl_set_headers(easy.pointer, memory.headers))
        let wanted = request.certificateFile ?? systemCertificateFile
        if wanted != certificateFile {
            certificateFile = wanted
            try easy.set(CURLOPT_CAINFO, wanted)
            // The system's folder would be trusted as well.
            try easy.set(CURLOPT_CAPATH, nil)
        }
        try easy.set(CURLOPT_HTTP_VERSION, Self.version(for: request.body))
        // Each of these also says what the method is, and takes back what another has said.
        try easy.set(CURLOPT_HTTPGET, 1)
        switch request.body {
        case _ where request.method == "HEAD": try easy.set(CURLOPT_NOBODY, 1)
        case .none where !Self.hasBodyByNature(request.method): break
        case .none, .bytes:
            try unsafe EasyHandle.check(ccurl_set_body(easy.pointer, memory.body, Int64(memory.bodyCount)))
        case .stream(let length):
            try easy.set(CURLOPT_UPLOAD, 1)
            try unsafe EasyHandle.check(ccurl_set_upload_size(easy.pointer, Int64(length ?? -1)))
        }
        try easy.set(CURLOPT_CUSTOMREQUEST, request.method)
    }

    /// Gives back what `prepare` borrowed; the handle is in no multi handle any more.
    func release() {
        transfer = nil
        unsafe ccurl_set_headers(easy.pointer, nil)
        unsafe ccurl_set_body(easy.pointer, nil, -1)
    }

    /// HTTP/2 where TLS agrees on it, without an upgrade of plain connections; HTTP/1.1 where libcurl cannot be trusted with it.
    private static func version(for body: TransferRequest.Body) -> Int {
        if case .stream(length: nil) = body, CurlLibrary.losesBytesAfterOpenEndedBodies { return CURL_HTTP_VERSION_1_1 }
        return CURL_HTTP_VERSION_2TLS
    }

    /// Methods of which servers expect to hear that there is no body.
    private static func hasBodyByNature(_ method: String) -> Bool {
        method == "POST" || method == "PUT" || method == "PATCH"
    }

    private func connectCallbacks() throws(EasyHandle.Fault) {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        try unsafe EasyHandle.check(ccurl_set_context(easy.pointer, context))
        try unsafe EasyHandle.check(
            ccurl_set_write(
                easy.pointer,
                { bytes, size, count, context in
                    guard let bytes = unsafe bytes, let transfer = unsafe TransferHandle.transfer(of: context) else {
                        return 0
                    }
                    return unsafe transfer.take(UnsafeRawBufferPointer(start: bytes, count: size * count))
                }, context))
        try unsafe EasyHandle.check(
            ccurl_set_header(
                easy.pointer,
                { bytes, size, count, context in
                    guard let bytes = unsafe bytes, let transfer = unsafe TransferHandle.transfer(of: context) else {
                        return 0
                    }
                    return unsafe transfer.takeLine(UnsafeRawBufferPointer(start: bytes, count: size * count))
                }, context))
        try unsafe EasyHandle.check(
            ccurl_set_read(
                easy.pointer,
                { buffer, size, count, context in
                    guard let buffer = unsafe buffer, let transfer = unsafe TransferHandle.transfer(of: context) else {
                        return Int(CURL_READFUNC_ABORT)
                    }
                    return unsafe transfer.give(to: UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
                }, context))
        try unsafe EasyHandle.check(
            ccurl_set_seek(
                easy.pointer,
                { context, offset, origin in
                    // libcurl only ever goes back to the beginning.
                    guard offset == 0, origin == SEEK_SET,
                        let transfer = unsafe TransferHandle.transfer(of: context), transfer.rewind()
                    else { return CURL_SEEKFUNC_FAIL }
                    return CURL_SEEKFUNC_OK
                }, context))
    }

    /// The transfer of the handle that libcurl was given as a context.
    private static func transfer(of context: UnsafeMutableRawPointer?) -> ActiveTransfer? {
        guard let context = unsafe context else { return nil }
        return unsafe Unmanaged<TransferHandle>.fromOpaque(context).takeUnretainedValue().transfer
    }

    /// Notes the socket of the handle that the loop was given as a context.
    static let uses: @convention(c) (UnsafeMutableRawPointer?, Int32) -> Void = { context, socket in
        unsafe TransferHandle.transfer(of: context)?.socket = socket
    }

    /// The handle whose easy handle this is.
    static func of(_ easy: UnsafeMutableRawPointer) -> TransferHandle? {
        guard let context = unsafe ccurl_get_context(easy) else { return nil }
        return unsafe Unmanaged<TransferHandle>.fromOpaque(context).takeUnretainedValue()
    }
}
