/// The member with which a chunk says that it has no usage: `"usage": null`.
enum NullUsage {
    /// Where an event has it, with the comma that parts it from its neighbour.
    ///
    /// - Parameter event: An event as it came, from the beginning of its first line, whose data is an object that has the
    ///   member.
    /// - Returns: The bytes to be taken out; `nil` when the data stands in several lines, or the name is not written plainly.
    static func range(in event: UnsafeRawBufferPointer) -> Range<Int>? {
        guard let data = unsafe dataLine(of: event) else { return nil }
        let text = unsafe UnsafeRawBufferPointer(rebasing: event[..<data.upperBound])
        return unsafe JSONSource(text, from: data.lowerBound)?.removal(ofNull: "usage")
    }

    private static let field = Array("data:".utf8)
    private static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

    /// The value of the only line with data.
    private static func dataLine(of event: UnsafeRawBufferPointer) -> Range<Int>? {
        var found: Range<Int>?
        var start = unsafe event.starts(with: byteOrderMark) ? byteOrderMark.count : 0
        while start < event.count {
            let lineFeed = unsafe event.index(of: UInt8(ascii: "\n"), from: start)
            let line = unsafe UnsafeRawBufferPointer(rebasing: event[start..<lineFeed])
            let end = unsafe start + line.index(of: UInt8(ascii: "\r"), from: 0)
            if unsafe line.starts(with: field) {
                if found != nil { return nil }
                found = start + field.count..<end
            }
            start = end + 1
        }
        return found
    }
}
