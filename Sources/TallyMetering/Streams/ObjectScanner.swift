internal import FastJSON

/// Takes JSON apart into its objects, chunk by chunk: the objects of a list, as Google streams them, objects line by
/// line, or the one object of a whole body.
///
/// Only an object that stands on its own or right in the outermost list is handed over. What is no JSON hands over
/// nothing.
struct ObjectScanner {
    /// What ends in a chunk.
    enum Boundary {
        /// An object.
        case object(StreamDocument)
        /// The outermost list, with the byte at some place.
        case list(closedAt: Int)
    }

    /// The most bytes of one object; a longer one is dropped and handed over as too large.
    let maximumBytes: Int
    /// Whether everything that was opened has been closed.
    var isClosed: Bool { depth == 0 && !isInList && !isInString }
    /// Whether the outermost list is open.
    private(set) var isInList = false
    /// Whether an object has begun behind another that stood on its own, as when objects come line by line.
    private(set) var isSequence = false

    private var bytes: [UInt8] = []
    private var isTooLarge = false
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    private var isCollecting = false
    private var hasObject = false

    /// What is kept of the memory between objects.
    private static let keptBytes = 4 << 10
    private static let padding = [UInt8](repeating: 0, count: JSONParser.padding)

    init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
    }

    /// Reads a chunk.
    ///
    /// - Parameters:
    ///   - chunk: The next bytes.
    ///   - onBoundary: Takes what ends in it.
    mutating func feed(_ chunk: Span<UInt8>, _ onBoundary: (Boundary) -> Void) {
        unsafe chunk.withUnsafeBytes { bytes in unsafe feed(bytes, onBoundary) }
    }

    private mutating func feed(_ chunk: UnsafeRawBufferPointer, _ onBoundary: (Boundary) -> Void) {
        /// Where the part of the chunk begins that is not collected yet.
        var start = 0
        var index = 0
        while index < chunk.count {
            if isInString { unsafe index = skipString(chunk, from: index) }
            guard index < chunk.count else { break }
            let place = index
            index += 1
            switch unsafe chunk[place] {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"): if open() { start = place }
            case UInt8(ascii: "["):
                if depth == 0, !isInList { isInList = true } else { depth += 1 }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 {
                    if isInList { onBoundary(.list(closedAt: place)) }
                    isInList = false
                    continue
                }
                depth -= 1
                if depth == 0, isCollecting {
                    unsafe collect(chunk[start..<index])
                    handOver(onBoundary)
                }
            default: break
            }
        }
        if isCollecting { unsafe collect(chunk[start...]) }
    }

    /// Opens an object.
    ///
    /// - Returns: Whether it is one to be handed over.
    private mutating func open() -> Bool {
        depth += 1
        if depth > 1 { return false }
        if hasObject, !isInList { isSequence = true }
        isCollecting = true
        hasObject = true
        return true
    }

    /// Passes over the rest of a string; the place behind it, or the end of the chunk.
    private mutating func skipString(_ chunk: UnsafeRawBufferPointer, from start: Int) -> Int {
        var index = start
        if isEscaped, index < chunk.count {
            isEscaped = false
            index += 1
        }
        while index < chunk.count {
            let byte = unsafe chunk[index]
            index += 1
            if byte == UInt8(ascii: "\"") {
                isInString = false
                return index
            }
            if byte == UInt8(ascii: "\\") {
                if index == chunk.count { isEscaped = true }
                index += 1
            }
        }
        return chunk.count
    }

    private mutating func collect(_ part: Slice<UnsafeRawBufferPointer>) {
        if isTooLarge { return }
        if unsafe bytes.count + part.count > maximumBytes {
            isTooLarge = true
            bytes = []
            return
        }
        unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: part))
    }

    private mutating func handOver(_ onBoundary: (Boundary) -> Void) {
        bytes.append(contentsOf: Self.padding)
        StreamDocument.lend(padded: bytes, isWhole: true, isTooLarge: isTooLarge) { onBoundary(.object($0)) }
        if bytes.capacity > Self.keptBytes { bytes = [] } else { bytes.removeAll(keepingCapacity: true) }
        isTooLarge = false
        isCollecting = false
    }
}
