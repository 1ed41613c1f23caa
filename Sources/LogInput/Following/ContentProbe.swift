/// Looks at pieces of a file's content, decompressed, to know the file again under another name.
///
/// Of a compressed file everything up to a piece is decompressed to see it, once: the places asked for ascend.
@safe
package final class ContentProbe {
    /// Whether the content is compressed.
    package let isCompressed: Bool

    private let descriptor: Descriptor
    /// The first bytes of the content.
    private let head: [UInt8]
    private let source: ByteSource
    /// The bytes of a compressed content before `reached`, as many as a fingerprint is of.
    private var window: [UInt8] = []
    private var reached = 0
    private var heads: [Int: ContentFingerprint] = [:]

    init(_ descriptor: Descriptor) throws(LogInputError) {
        self.descriptor = descriptor
        source = try ByteSource(SharedFile(descriptor))
        let (buffer, count) = try Self.first(of: source)
        head = buffer
        reached = count
        window = buffer
        isCompressed = source.isCompressed
    }

    /// The fingerprint of the first bytes.
    ///
    /// - Parameter count: How many; the content may have fewer.
    /// - Returns: The fingerprint, `nil` when there are fewer.
    package func head(_ count: Int = ContentFingerprint.maximumBytes) -> ContentFingerprint? {
        guard count <= head.count else { return nil }
        if let known = heads[count] { return known }
        let fingerprint = unsafe head.withUnsafeBytes { bytes in
            unsafe ContentFingerprint(of: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        }
        heads[count] = fingerprint
        return fingerprint
    }

    /// The fingerprint of as many first bytes as there are.
    package var wholeHead: ContentFingerprint {
        unsafe head.withUnsafeBytes { unsafe ContentFingerprint(of: $0) }
    }

    /// The fingerprint of the bytes before a place.
    ///
    /// - Parameter position: The place; of a compressed content not before one that was asked for earlier.
    /// - Returns: The fingerprint, `nil` when the content is shorter.
    /// - Throws: The fault of the file.
    package func tail(before position: Int) throws(LogInputError) -> ContentFingerprint? {
        let count = min(position, ContentFingerprint.maximumBytes)
        if position <= head.count {
            return unsafe head.withUnsafeBytes { bytes in
                unsafe ContentFingerprint(of: UnsafeRawBufferPointer(rebasing: bytes[(position - count)..<position]))
            }
        }
        if isCompressed { return try decompressedTail(before: position) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
        defer { unsafe buffer.deallocate() }
        var done = 0
        while done < count {
            let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let read = unsafe try descriptor.readSome(at: position - count + done, into: rest)
            if read == 0 { return nil }
            done += read
        }
        return unsafe ContentFingerprint(of: UnsafeRawBufferPointer(buffer))
    }

    private func decompressedTail(before position: Int) throws(LogInputError) -> ContentFingerprint? {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.stepBytes, alignment: 16)
        defer { unsafe buffer.deallocate() }
        while reached < position {
            let room = min(Self.stepBytes, position - reached)
            let count = unsafe try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<room]))
            if count == 0 { return nil }
            reached += count
            if count < ContentFingerprint.maximumBytes {
                window.removeFirst(max(0, window.count + count - ContentFingerprint.maximumBytes))
            } else {
                window.removeAll(keepingCapacity: true)
            }
            let start = max(0, count - ContentFingerprint.maximumBytes)
            unsafe window.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[start..<count]))
        }
        precondition(reached == position, "the places asked for ascend")
        return unsafe window.withUnsafeBytes { unsafe ContentFingerprint(of: $0) }
    }

    private static let stepBytes = 64 * 1024

    private static func first(of source: ByteSource) throws(LogInputError) -> ([UInt8], Int) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: ContentFingerprint.maximumBytes, alignment: 16)
        defer { unsafe buffer.deallocate() }
        var done = 0
        while done < ContentFingerprint.maximumBytes {
            let count = unsafe try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
            if count == 0 { break }
            done += count
        }
        return unsafe (Array(buffer[..<done]), done)
    }
}
