/// Where the reading of an input begins: at the beginning of a line.
package struct LineStart: Sendable, Equatable {
    /// Where it is in the input, decompressed, in bytes from 0.
    package var byteOffset: Int
    /// The number of the line, from 1.
    package var lineNumber: Int

    /// A place in an input, its beginning unless said otherwise.
    package init(byteOffset: Int = 0, lineNumber: Int = 1) {
        self.byteOffset = byteOffset
        self.lineNumber = lineNumber
    }
}
