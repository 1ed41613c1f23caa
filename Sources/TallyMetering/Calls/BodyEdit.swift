/// A change of one place in a body, every other byte of which stays as it is.
package struct BodyEdit: Sendable, Equatable {
    /// The bytes that are replaced; none where something is only put in.
    package let range: Range<Int>
    /// What stands there instead.
    package let text: [UInt8]

    /// A change that puts a text in the place of some bytes.
    init(_ range: Range<Int>, _ text: String) {
        self.range = range
        self.text = Array(text.utf8)
    }

    /// The same change of a body with some more bytes before.
    func shifted(by count: Int) -> BodyEdit {
        BodyEdit(range: range.lowerBound + count..<range.upperBound + count, text: text)
    }

    private init(range: Range<Int>, text: [UInt8]) {
        self.range = range
        self.text = text
    }

    /// The body with the change.
    ///
    /// - Parameter body: The body the change was made for.
    /// - Returns: A copy.
    package func applied(to body: Span<UInt8>) -> [UInt8] {
        precondition(range.upperBound <= body.count)
        var edited: [UInt8] = []
        edited.reserveCapacity(body.count - range.count + text.count)
        unsafe body.withUnsafeBytes { bytes in
            unsafe edited.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[..<range.lowerBound]))
            edited.append(contentsOf: text)
            unsafe edited.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[range.upperBound...]))
        }
        return edited
    }
}
