internal import FastJSON
internal import LogInput
internal import TallyCore
internal import TallyMetering

/// What is kept of a file whose content is followed: a checkpoint's worth.
struct FollowedFile: Equatable {
    /// What tells its content from others, and how far that was read.
    var trail: FileTrail
    /// How its records go on there.
    var bookmark: RecordBookmark

    /// The checkpoint that says so.
    func checkpoint(item: String) -> SourceCheckpoint {
        SourceCheckpoint(item: item, position: Int64(trail.position), isComplete: trail.isWhole, state: state)
    }

    private var state: String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("path", trail.path)
        writer.member("head", trail.head)
        writer.member("tail", trail.tail)
        if let stamp = trail.stamp {
            writer.key("stamp")
            writer.beginArray()
            writer.integer(stamp.device)
            writer.integer(stamp.inode)
            writer.integer(stamp.size)
            writer.integer(stamp.modified)
            writer.endArray()
        }
        writer.key("compressed")
        writer.bool(trail.isCompressed)
        writer.key("line")
        writer.integer(bookmark.line)
        if let form = bookmark.form { writer.member("form", form.name) }
        writer.key("table")
        writer.bool(bookmark.isTable)
        writer.key("counts")
        writer.bool(bookmark.countsContent)
        writer.endObject()
        return writer.string
    }

    /// Reads a checkpoint; `nil` when it says nothing that can be gone on with, and the file is begun anew.
    init?(_ checkpoint: SourceCheckpoint, parser: JSONParser) {
        guard let state = checkpoint.state else { return nil }
        let read = try? parser.withDocument(state) { root -> FollowedFile? in
            guard let path = root["path"]?.string, let head = ContentFingerprint(root["head"]),
                let tail = ContentFingerprint(root["tail"]), let line = root["line"]?.int64
            else { return nil }
            let trail = FileTrail(
                head: head, position: Int(checkpoint.position), tail: tail, path: path,
                stamp: LogFileStamp(root["stamp"]), isCompressed: root["compressed"]?.bool ?? false)
            let bookmark = RecordBookmark(
                position: Int(checkpoint.position), line: Int(line),
                form: root["form"]?.string.flatMap(RecordForm.init(name:)), isTable: root["table"]?.bool ?? false,
                countsContent: root["counts"]?.bool ?? true)
            return FollowedFile(trail: trail, bookmark: bookmark)
        }
        guard let file = read ?? nil else { return nil }
        self = file
    }

    init(trail: FileTrail, bookmark: RecordBookmark) {
        self.trail = trail
        self.bookmark = bookmark
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: String, _ fingerprint: ContentFingerprint) {
        key(name)
        beginArray()
        integer(fingerprint.count)
        string(fingerprint.digest)
        endArray()
    }
}

extension ContentFingerprint {
    fileprivate init?(_ value: JSONValue?) {
        guard let parts = value.map({ Array($0.elements) }), parts.count == 2, let count = parts[0].int64,
            let digest = parts[1].string
        else { return nil }
        self.init(count: Int(count), digest: digest)
    }
}

extension LogFileStamp {
    fileprivate init?(_ value: JSONValue?) {
        guard let parts = value.map({ $0.elements.compactMap(\.int64) }), parts.count == 4 else { return nil }
        self.init(
            device: UInt64(clamping: parts[0]), inode: UInt64(clamping: parts[1]), size: Int(parts[2]),
            modified: parts[3])
    }
}
