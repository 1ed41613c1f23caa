extension TransferRequest {
    /// Checks the request, and lays out what libcurl borrows of it.
    ///
    /// - Throws: ``TransferFailure/badRequest(detail:)``.
    func checkedMemory() throws(TransferFailure) -> RequestMemory {
        guard HeaderField.isToken(method) else { throw .badRequest(detail: "the method is no token") }
        guard url.utf8.starts(with: "http://".utf8) || url.utf8.starts(with: "https://".utf8) else {
            throw .badRequest(detail: "the address does not begin with http:// or https://")
        }
        guard !url.utf8.contains(0), certificateFile?.utf8.contains(0) != true else {
            throw .badRequest(detail: "the address or the certificate file has a zero in it")
        }
        switch body {
        case .none: return try RequestMemory(headers: headers, body: [])
        case .bytes(let bytes):
            guard method != "HEAD" || bytes.isEmpty else { throw Self.bodyOfHead }
            return try RequestMemory(headers: headers, body: bytes)
        case .stream(let length):
            guard method != "HEAD" else { throw Self.bodyOfHead }
            guard length ?? 0 >= 0 else { throw .badRequest(detail: "the length of the body is negative") }
            return try RequestMemory(headers: headers, body: [])
        }
    }

    private static var bodyOfHead: TransferFailure { .badRequest(detail: "HEAD has no body") }
}
