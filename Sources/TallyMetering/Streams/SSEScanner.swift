internal import FastJSON

/// Takes an event stream apart, chunk by chunk, wherever the chunks are cut (WHATWG HTML, "Server-sent events").
///
/// Lines end with LF, CR or CRLF; a byte order mark at the start is passed over; a line that begins with a colon is a
/// comment, as keep-alives are; the `data` lines of an event are joined by line feeds; `id` and `retry` say nothing here.
/// Beyond the standard an event that lacks its last empty line at the end of the stream is still handed over, marked as
/// such, since some servers leave that line out. Only the data and the name of one event are ever kept.
struct SSEScanner {
    /// Takes what ends behind a byte of the chunk: an event, or `nil` for lines that make none.
    typealias Boundary = (_ event: StreamDocument?, _ end: Int) -> Void

    /// The most bytes of the data of one event; what is longer is dropped and handed over as too large.
    let maximumBytes: Int

    /// Where the value of the line's field goes.
    private enum Sink {
        case data, name, nothing
    }

    /// What the line begins with, up to its colon, as far as it can be told from other fields.
    private var field: [UInt8] = []
    /// `nil` before the colon.
    private var sink: Sink?
    /// Whether the colon was the last byte, so that a space behind it is none of the value.
    private var isBehindColon = false
    private var isFirstLine = true
    private var endedWithCR = false

    private var data: [UInt8] = []
    private var hasData = false
    private var isTooLarge = false
    private var name: [UInt8] = []
    /// Whether a line of the event has come that is no comment.
    private var hasFields = false

    /// What is kept of the data's memory between events.
    private static let keptBytes = 4 << 10
    /// The longest name of an event that is told apart.
    private static let maximumNameBytes = 64
    /// Those that matter are shorter, even behind a byte order mark.
    private static let maximumFieldBytes = 12
    private static let padding = [UInt8](repeating: 0, count: JSONParser.padding)

    init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
    }

    /// Whether what has come behind the last boundary is at most a part of a comment.
    var isBetweenEvents: Bool { !hasFields && field.isEmpty }

    /// Reads a chunk.
    ///
    /// - Parameters:
    ///   - chunk: The next bytes of the stream.
    ///   - onBoundary: Takes the events that end in it, and where; and where comments and empty lines end that make none.
    mutating func feed(_ chunk: Span<UInt8>, _ onBoundary: Boundary) {
        unsafe chunk.withUnsafeBytes { bytes in unsafe feed(bytes, onBoundary) }
    }

    private mutating func feed(_ bytes: UnsafeRawBufferPointer, _ onBoundary: Boundary) {
        var start = 0
        if endedWithCR, let first = unsafe bytes.first {
            endedWithCR = false
            if first == UInt8(ascii: "\n") { start = 1 }
        }
        var lineFeed = start - 1
        // Most streams have none: it is looked for once a chunk, not once a line.
        var carriageReturn = unsafe bytes.index(of: UInt8(ascii: "\r"), from: start)
        while start < bytes.count {
            if lineFeed < start { lineFeed = unsafe bytes.index(of: UInt8(ascii: "\n"), from: start) }
            let end = min(lineFeed, carriageReturn)
            unsafe take(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
            if end == bytes.count { return }
            start = end + 1
            if end == carriageReturn {
                if start == bytes.count {
                    endedWithCR = true
                } else if start == lineFeed {
                    start += 1
                }
                carriageReturn = unsafe bytes.index(of: UInt8(ascii: "\r"), from: start)
            }
            endLine(at: start, onBoundary)
        }
    }

    /// Ends the stream.
    ///
    /// - Parameter onEvent: Takes the event that lacks its end, if there is one.
    mutating func finish(_ onEvent: (StreamDocument) -> Void) {
        if sink != nil || !field.isEmpty { endLine(at: 0) { _, _ in } }
        dispatch(isWhole: false, at: 0) { event, _ in if let event { onEvent(event) } }
    }

    /// Takes some bytes of a line.
    private mutating func take(_ bytes: UnsafeRawBufferPointer) {
        var rest = unsafe bytes
        if sink == nil {
            let colon = unsafe rest.firstIndex(of: UInt8(ascii: ":"))
            let named = unsafe UnsafeRawBufferPointer(rebasing: rest[..<(colon ?? rest.count)])
            unsafe field.append(contentsOf: named.prefix(Self.maximumFieldBytes - field.count))
            guard let colon else { return }
            beginValue()
            unsafe rest = UnsafeRawBufferPointer(rebasing: rest[(colon + 1)...])
        }
        if isBehindColon, let first = unsafe rest.first {
            isBehindColon = false
            if first == UInt8(ascii: " ") { unsafe rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst()) }
        }
        switch sink {
        case .data: unsafe appendData(rest)
        case .name: unsafe name.append(contentsOf: rest.prefix(Self.maximumNameBytes - name.count))
        case .nothing, nil: break
        }
    }

    /// Tells the field of a line by what stood before its colon, or by the whole line.
    private mutating func beginValue() {
        if isFirstLine, field.starts(with: [0xef, 0xbb, 0xbf]) { field.removeFirst(3) }
        if field == Self.dataField {
            sink = .data
            if hasData { appendData([UInt8(ascii: "\n")]) }
            hasData = true
        } else if field == Self.eventField {
            sink = .name
            name.removeAll(keepingCapacity: true)
        } else {
            sink = .nothing
        }
        if !field.isEmpty { hasFields = true }
        field.removeAll(keepingCapacity: true)
        isBehindColon = true
    }

    private static let dataField = Array("data".utf8)
    private static let eventField = Array("event".utf8)

    private mutating func appendData(_ value: [UInt8]) {
        unsafe value.withUnsafeBytes { unsafe appendData($0) }
    }

    private mutating func appendData(_ value: UnsafeRawBufferPointer) {
        if isTooLarge { return }
        if data.count + value.count + 1 > maximumBytes {
            isTooLarge = true
            data = []
            return
        }
        unsafe data.append(contentsOf: value)
    }

    /// Ends a line, of which no colon need have come.
    private mutating func endLine(at end: Int, _ onBoundary: Boundary) {
        var isEmpty = false
        if sink == nil {
            isEmpty = field.isEmpty || isFirstLine && field == [0xef, 0xbb, 0xbf]
            if !isEmpty { beginValue() }
        }
        field.removeAll(keepingCapacity: true)
        sink = nil
        isBehindColon = false
        isFirstLine = false
        if isEmpty {
            dispatch(isWhole: true, at: end, onBoundary)
        } else if !hasFields {
            onBoundary(nil, end)
        }
    }

    private mutating func dispatch(isWhole: Bool, at end: Int, _ onBoundary: Boundary) {
        // An event without data is none, whatever its name.
        if isTooLarge || !data.isEmpty {
            data.append(contentsOf: Self.padding)
            StreamDocument.lend(padded: data, name: name, isWhole: isWhole, isTooLarge: isTooLarge) {
                onBoundary($0, end)
            }
        } else {
            onBoundary(nil, end)
        }
        if data.capacity > Self.keptBytes { data = [] } else { data.removeAll(keepingCapacity: true) }
        hasData = false
        isTooLarge = false
        hasFields = false
        name.removeAll(keepingCapacity: true)
    }
}
