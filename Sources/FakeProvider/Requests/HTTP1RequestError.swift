/// Why the bytes of a connection are no HTTP/1 request.
enum HTTP1RequestError: Error {
    case requestLine
    case headerLine
    case contentLength
    case chunkSize
    case headTooLong
}
