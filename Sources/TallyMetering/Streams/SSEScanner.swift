internal import FastJSON

/// Takes an event stream apart, chunk by chunk, wherever the chunks are cut (WHATWG HTML, "Server-sent events").
///
/// Lines end with LF, CR or CRLF; a byte order mark at the start is passed over; a line that begins with a colon is a
/// comment, as keep-alives are; the `data` lines of an event are joined by line feeds; `id` and `retry` say nothing here.
/// Beyond the standard an event that lacks its last empty line at the end of the stream is still handed over, marked as
/// such, since some servers leave that line out.
struct SSEScanner {
    /// The most bytes of one line, and of the data of one event; what is longer is dropped and handed over as too large.
    let maximumBytes: Int

    private var line: [UInt8] = []
    private var lineIsTooLarge = false
    private var droppedLineIsData = false
    private var data: [UInt8] = []
    private var hasData = false
    private var isTooLarge = false
    private var name: [UInt8] = []
    private var isFirstLine = true
    private var endedWithCR = false

    /// What is kept of the buffers between events.
    private static let keptBytes = 1 << 16
    /// The longest name of an event that is told apart.
    private static let maximumNameBytes = 64

    init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
    }

    /// Reads a chunk.
    ///
    /// - Parameters:
    ///   - chunk: The next bytes of the stream.
    ///   - onEvent: Takes the events that end in it.
    mutating func feed(_ chunk: Span<UInt8>, _ onEvent: (StreamDocument) -> Void) {
        var start = 0
        var index = 0
        if endedWithCR, chunk.count > 0 {
            endedWithCR = false
            if chunk[0] == UInt8(ascii: "\n") {
                start = 1
                index = 1
            }
        }
        while index < chunk.count {
            let byte = chunk[index]
            if byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") {
                index += 1
                continue
            }
            endLine(with: chunk.extracting(start..<index), onEvent)
            index += 1
            if byte == UInt8(ascii: "\r") {
                if index == chunk.count {
                    endedWithCR = true
                } else if chunk[index] == UInt8(ascii: "\n") {
                    index += 1
                }
            }
            start = index
        }
        append(chunk.extracting(start..<chunk.count))
    }

    /// Ends the stream.
    ///
    /// - Parameter onEvent: Takes the event that lacks its end, if there is one.
    mutating func finish(_ onEvent: (StreamDocument) -> Void) {
        if !line.isEmpty || lineIsTooLarge { endLine(with: Span(), onEvent) }
        dispatch(isWhole: false, onEvent)
    }

    private mutating func append(_ bytes: Span<UInt8>) {
        if lineIsTooLarge { return }
        if line.count + bytes.count > maximumBytes {
            lineIsTooLarge = true
            // Of a line that is dropped only its field is looked at: a comment may be as long as it likes.
            for index in 0..<min(bytes.count, Self.dataField.count) { line.append(bytes[index]) }
            droppedLineIsData = line.span.starts(with: Self.dataField)
            line = []
            return
        }
        for index in bytes.indices { line.append(bytes[index]) }
    }

    /// Reads a line that ends with some bytes; what it began with came in earlier chunks.
    private mutating func endLine(with rest: Span<UInt8>, _ onEvent: (StreamDocument) -> Void) {
        if line.isEmpty, !lineIsTooLarge, rest.count <= maximumBytes {
            take(line: rest, onEvent)
        } else {
            append(rest)
            var whole: [UInt8] = []
            swap(&whole, &line)
            if lineIsTooLarge {
                isTooLarge = isTooLarge || droppedLineIsData
            } else {
                take(line: whole.span, onEvent)
            }
            if whole.capacity <= Self.keptBytes {
                whole.removeAll(keepingCapacity: true)
                line = whole
            }
        }
        lineIsTooLarge = false
        isFirstLine = false
    }

    private mutating func take(line: Span<UInt8>, _ onEvent: (StreamDocument) -> Void) {
        var start = 0
        if isFirstLine, line.starts(with: [0xef, 0xbb, 0xbf]) { start = 3 }
        if start == line.count { return dispatch(isWhole: true, onEvent) }
        var end = start
        while end < line.count, line[end] != UInt8(ascii: ":") { end += 1 }
        let field = line.extracting(start..<end)
        var first = min(end + 1, line.count)
        if first < line.count, line[first] == UInt8(ascii: " ") { first += 1 }
        let value = line.extracting(first..<line.count)
        if field.count == 4, field.starts(with: Self.dataField) {
            appendData(value)
        } else if field.count == 5, field.starts(with: Self.eventField) {
            name.removeAll(keepingCapacity: true)
            for index in 0..<min(value.count, Self.maximumNameBytes) { name.append(value[index]) }
        }
    }

    private static let dataField = Array("data".utf8)
    private static let eventField = Array("event".utf8)

    private mutating func appendData(_ value: Span<UInt8>) {
        if isTooLarge { return }
        if data.count + value.count + 1 > maximumBytes {
            isTooLarge = true
            data = []
            return
        }
        if hasData { data.append(UInt8(ascii: "\n")) }
        for index in value.indices { data.append(value[index]) }
        hasData = true
    }

    private mutating func dispatch(isWhole: Bool, _ onEvent: (StreamDocument) -> Void) {
        // An event without data is none, whatever its name.
        if isTooLarge || !data.isEmpty {
            data.append(contentsOf: repeatElement(0, count: JSONParser.padding))
            onEvent(StreamDocument(padded: data, name: name, isWhole: isWhole, isTooLarge: isTooLarge))
        }
        if data.capacity > Self.keptBytes { data = [] } else { data.removeAll(keepingCapacity: true) }
        hasData = false
        isTooLarge = false
        name.removeAll(keepingCapacity: true)
    }
}

extension Span where Element == UInt8 {
    /// Whether the first elements are those of some text.
    fileprivate func starts(with text: [UInt8]) -> Bool {
        guard count >= text.count else { return false }
        for index in text.indices where self[index] != text[index] { return false }
        return true
    }
}
