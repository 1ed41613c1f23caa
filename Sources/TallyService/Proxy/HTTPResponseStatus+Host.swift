internal import CurlTransport
internal import NIOHTTP1

extension HTTPResponseStatus {
    /// The status of a response with the reason that its host gives, which need not be the usual one.
    ///
    /// Where the host gives none, as by HTTP/2, or the response has no body by its status, it is the usual one.
    init(of head: TransferHead) {
        let usual = HTTPResponseStatus(statusCode: head.status)
        let isUsual = head.reason.isEmpty || head.reason == usual.reasonPhrase || !usual.mayHaveResponseBody
        self = isUsual ? usual : .custom(code: usual.code, reasonPhrase: head.reason)
    }
}
