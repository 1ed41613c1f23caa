internal import NIOCore

/// Reads a request line and its header lines, in one pass over the bytes.
enum HTTP1HeadParser {
    private static let colon = UInt8(ascii: ":")
    private static let space = UInt8(ascii: " ")
    private static let tab = UInt8(ascii: "\t")
    private static let carriageReturn = UInt8(ascii: "\r")
    private static let lineFeed = UInt8(ascii: "\n")

    /// Takes a whole head off the front of the input; `nil` when its end has not come yet.
    static func parse(
        _ input: inout ByteBuffer, keepsFields: Bool
    ) throws(HTTP1RequestError) -> RequestHead? {
        var head = RequestHead()
        // A second reference to the same bytes: moving the reader's place does not touch them.
        let whole = input
        let start = whole.readerIndex
        let bytes = whole.readableBytesUInt8Span
        var lineStart = 0
        var isFirst = true
        while let end = endOfLine(bytes, from: lineStart) {
            if isFirst {
                try readRequestLine(whole, start, bytes, lineStart..<end, &head)
                isFirst = false
            } else if end == lineStart {
                input.moveReaderIndex(to: start + end + 2)
                return head
            } else {
                try readField(whole, start, bytes, lineStart..<end, &head, keepsFields: keepsFields)
            }
            lineStart = end + 2
        }
        if bytes.count > HTTP1RequestReader.headLimit { throw .headTooLong }
        return nil
    }

    private static func endOfLine(_ bytes: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        let last = bytes.count - 1
        while index < last {
            if bytes[index] == carriageReturn, bytes[index + 1] == lineFeed { return index }
            index += 1
        }
        return nil
    }

    private static func readRequestLine(
        _ input: ByteBuffer, _ start: Int, _ bytes: Span<UInt8>, _ line: Range<Int>, _ head: inout RequestHead
    ) throws(HTTP1RequestError) {
        var first = line.lowerBound
        while first < line.upperBound, bytes[first] != space { first += 1 }
        var last = line.upperBound - 1
        while last > first, bytes[last] != space { last -= 1 }
        guard first > line.lowerBound, last > first + 1,
            let method = input.getString(at: start + line.lowerBound, length: first - line.lowerBound),
            let target = input.getString(at: start + first + 1, length: last - first - 1),
            let version = input.getString(at: start + last + 1, length: line.upperBound - last - 1),
            version == "HTTP/1.1" || version == "HTTP/1.0", target.utf8.first == UInt8(ascii: "/")
        else { throw .requestLine }
        (head.method, head.target) = (method, target)
        head.knowsChunks = version == "HTTP/1.1"
        head.closes = !head.knowsChunks
    }

    private static func readField(
        _ input: ByteBuffer, _ start: Int, _ bytes: Span<UInt8>, _ line: Range<Int>, _ head: inout RequestHead,
        keepsFields: Bool
    ) throws(HTTP1RequestError) {
        var end = line.lowerBound
        while end < line.upperBound, bytes[end] != colon { end += 1 }
        guard end > line.lowerBound, end < line.upperBound, bytes[end - 1] != space else { throw .headerLine }
        // Of most fields only the first letter is looked at.
        let isKnown =
            switch bytes[line.lowerBound] | 0x20 {
            case UInt8(ascii: "c"), UInt8(ascii: "t"), UInt8(ascii: "e"), UInt8(ascii: "x"): true
            default: false
            }
        guard isKnown || keepsFields else { return }
        var valueStart = end + 1
        var valueEnd = line.upperBound
        while valueStart < valueEnd, bytes[valueStart] == space || bytes[valueStart] == tab { valueStart += 1 }
        while valueEnd > valueStart, bytes[valueEnd - 1] == space || bytes[valueEnd - 1] == tab { valueEnd -= 1 }
        guard
            let name = input.getString(at: start + line.lowerBound, length: end - line.lowerBound)?.lowercased(),
            let value = input.getString(at: start + valueStart, length: valueEnd - valueStart)
        else { throw .headerLine }
        try note(name, value, &head)
        if keepsFields { head.fields.append((name, value)) }
    }

    private static func note(
        _ name: String, _ value: String, _ head: inout RequestHead
    ) throws(HTTP1RequestError) {
        switch name {
        case "content-length":
            guard let length = Int(value), length >= 0, head.contentLength ?? length == length else {
                throw .contentLength
            }
            head.contentLength = length
        case "transfer-encoding":
            guard value.lowercased() == "chunked" else { throw .contentLength }
            head.isChunked = true
        case "connection":
            let options = value.lowercased()
            if options.contains("close") { head.closes = true }
            if options.contains("keep-alive") { head.closes = false }
        case "expect": head.expectsContinue = value.lowercased() == "100-continue"
        default:
            if name.hasPrefix(RequestHead.scriptPrefix) {
                head.script.append((String(name.dropFirst(RequestHead.scriptPrefix.count)), value))
            }
        }
    }
}
