/// How far the content of a file was read, and what tells that content from others, whatever its file is called and
/// however it is stored.
package struct FileTrail: Equatable, Sendable {
    /// The first bytes of the content, as many as there were.
    package var head: ContentFingerprint
    /// Bytes of the content that are done with.
    package var position: Int
    /// The bytes before the position.
    package var tail: ContentFingerprint
    /// Where the content was seen last.
    package var path: String
    /// The file it was seen in, as it was when it had been read up to the position; `nil` before that.
    package var stamp: LogFileStamp?
    /// Whether that file is compressed.
    package var isCompressed: Bool

    /// A trail from its parts.
    package init(
        head: ContentFingerprint, position: Int, tail: ContentFingerprint, path: String, stamp: LogFileStamp?,
        isCompressed: Bool
    ) {
        self.head = head
        self.position = position
        self.tail = tail
        self.path = path
        self.stamp = stamp
        self.isCompressed = isCompressed
    }

    /// Whether the file it was seen in held nothing beyond the position.
    package var isWhole: Bool { stamp.map { isCompressed || $0.size == position } ?? false }

    /// The trail of a file that was read up to a place.
    ///
    /// - Parameters:
    ///   - probe: The file's content.
    ///   - position: The place.
    ///   - path: The file's path.
    /// - Returns: The trail, `nil` when the content has become shorter meanwhile.
    /// - Throws: The fault of the file.
    package static func of(_ probe: ContentProbe, at position: Int, path: String) throws(LogInputError) -> FileTrail? {
        guard let tail = try probe.tail(before: position),
            let head = probe.head(min(position, probe.wholeHead.count))
        else { return nil }
        return FileTrail(
            head: head, position: position, tail: tail, path: path, stamp: nil, isCompressed: probe.isCompressed)
    }

    /// Whether a file goes on with this content: it is as long at least, and both pieces are the same.
    ///
    /// - Parameter probe: The file's content.
    /// - Returns: Whether it does.
    /// - Throws: The fault of the file.
    package func isContinued(by probe: ContentProbe) throws(LogInputError) -> Bool {
        guard probe.head(head.count) == head else { return false }
        return try probe.tail(before: position) == tail
    }
}

extension ContentProbe {
    /// The trail that this content goes on with: of several the one that reaches farthest.
    ///
    /// - Parameter trails: The trails that there are, by their keys.
    /// - Returns: The key of the trail, `nil` when the content is new.
    /// - Throws: The fault of the file.
    package func continued<Key: Comparable>(among trails: [Key: FileTrail]) throws(LogInputError) -> Key? {
        // A compressed content is gone through only once, so the shortest comes first.
        let candidates = trails.filter { head($0.value.head.count) == $0.value.head }
            .sorted { ($0.value.position, $0.key) < ($1.value.position, $1.key) }
        var found: Key?
        for (key, trail) in candidates {
            guard let tail = try tail(before: trail.position) else { break }
            if tail == trail.tail { found = key }
        }
        return found
    }
}
