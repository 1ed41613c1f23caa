internal import FastJSON

/// Takes JSON apart into its objects, chunk by chunk: the objects of a list, as Google streams them, objects line by
/// line, or the one object of a whole body.
///
/// Only an object that stands on its own or right in the outermost list is handed over. What is no JSON hands over
/// nothing.
struct ObjectScanner {
    /// The most bytes of one object; a longer one is dropped and handed over as too large.
    let maximumBytes: Int
    /// Whether everything that was opened has been closed.
    var isClosed: Bool { depth == 0 && !isInList && !isInString }

    private var bytes: [UInt8] = []
    private var isTooLarge = false
    private var depth = 0
    private var isInList = false
    private var isInString = false
    private var isEscaped = false
    private var isCollecting = false

    init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
    }

    /// Reads a chunk.
    ///
    /// - Parameters:
    ///   - chunk: The next bytes.
    ///   - onObject: Takes the objects that end in it.
    mutating func feed(_ chunk: Span<UInt8>, _ onObject: (StreamDocument) -> Void) {
        for index in chunk.indices {
            let byte = chunk[index]
            if isInString {
                collect(byte)
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"):
                if depth == 0 { isCollecting = true }
                depth += 1
            case UInt8(ascii: "["):
                if depth == 0, !isInList {
                    isInList = true
                    continue
                }
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 {
                    isInList = false
                    continue
                }
                depth -= 1
                collect(byte)
                if depth == 0, isCollecting { handOver(onObject) }
                continue
            default: break
            }
            collect(byte)
        }
    }

    private mutating func collect(_ byte: UInt8) {
        if !isCollecting || isTooLarge { return }
        if bytes.count == maximumBytes {
            isTooLarge = true
            bytes = []
            return
        }
        bytes.append(byte)
    }

    private mutating func handOver(_ onObject: (StreamDocument) -> Void) {
        bytes.append(contentsOf: repeatElement(0, count: JSONParser.padding))
        onObject(StreamDocument(padded: bytes, isWhole: true, isTooLarge: isTooLarge))
        bytes = []
        isTooLarge = false
        isCollecting = false
    }
}
