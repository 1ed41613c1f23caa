/// A regular file that is open, whatever becomes of its name: renamed, cut short or removed.
///
/// Each reading of it has a place of its own. Not `Sendable`.
package final class LogFile {
    /// The path it was opened by.
    package let path: String

    private let descriptor: Descriptor

    /// Opens a file.
    ///
    /// - Parameter path: A regular file.
    /// - Throws: `notFound`, `isDirectory`, `permissionDenied` or `system`.
    package init(path: String) throws(LogInputError) {
        self.path = path
        descriptor = try .following(path: path)
    }

    /// What the file is like now.
    ///
    /// - Throws: `system`.
    package func stamp() throws(LogInputError) -> LogFileStamp { try descriptor.stamp() }

    /// Its lines.
    ///
    /// - Parameters:
    ///   - limits: How much is held at once.
    ///   - start: Where to begin.
    /// - Returns: A reader.
    /// - Throws: `system` or `outOfMemory`.
    package func lines(
        limits: LineReader.Limits = .init(), from start: LineStart = LineStart()
    ) throws(LogInputError) -> LineReader {
        try LineReader(SharedFile(descriptor), limits: limits, from: start)
    }

    /// A look at its content.
    ///
    /// - Throws: `system` or `outOfMemory`.
    package func probe() throws(LogInputError) -> ContentProbe { try ContentProbe(descriptor) }
}
