/// Why a queue does not open, admit or record.
///
/// Names places, counts and SQLite's words, never anything of a record.
package enum DurableQueueError: Error, Sendable, Equatable {
    /// A bound of ``DurableQueue/Limits`` that is reached.
    package enum Bound: Sendable, Equatable {
        /// So many records wait, those reserved included.
        case records(held: Int, limit: Int)
        /// So many bytes wait, those reserved included; a reservation or record of this length does not fit.
        case bytes(held: Int, wanted: Int, limit: Int)
        /// So many records are admitted and not on disk yet.
        case admitted(held: Int, limit: Int)
    }

    /// Another process, or another queue of this one, has the folder.
    case inUse(folder: String, pid: Int32?)
    /// The folder or a file in it cannot be used.
    case unusable(path: String, reason: String, mend: String)
    /// The database is not of this program's making, or of another version of it.
    case foreignSchema(path: String, found: String)
    /// What waits has reached a limit; removing records makes room.
    case full(Bound)
    /// The disk is full, and the ballast has to be there again before more is admitted.
    case diskFull(folder: String)
    /// The disk or SQLite does not take what is written.
    case writeFailed(path: String, reason: String)
    /// The database turned out to be damaged; the next opening puts it aside.
    case damaged(path: String)
    /// The disk or SQLite does not give back what was written.
    case readFailed(path: String, reason: String)
    /// The record is longer than any may be.
    case tooLong(bytes: Int, limit: Int)
    /// The queue was closed.
    case closed
}

extension DurableQueueError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .inUse(let folder, let pid):
            let holder = pid.map { "process \($0)" } ?? "another process"
            return "\(folder) is in use by \(holder): stop that one, or choose another folder"
        case .unusable(let path, let reason, let mend): return "\(path): \(reason): \(mend)"
        case .foreignSchema(let path, let found):
            return "\(path) holds \(found): run the version of the program that made it, or move the file away"
        case .full(let bound): return "the queue is full: \(bound)"
        case .diskFull(let folder):
            return "the disk of \(folder) is full: free some space, recording then goes on by itself"
        case .writeFailed(let path, let reason):
            return "\(path) cannot be written: \(reason): check the disk, it is tried again every second"
        case .damaged(let path):
            return "\(path) is damaged: restart the program, which puts the file aside and begins a new one"
        case .readFailed(let path, let reason): return "\(path) cannot be read: \(reason): check the disk"
        case .tooLong(let bytes, let limit): return "a record of \(bytes) bytes is over the limit of \(limit)"
        case .closed: return "the queue is closed"
        }
    }
}

extension DurableQueueError.Bound: CustomStringConvertible {
    package var description: String {
        switch self {
        case .records(let held, let limit): "\(held) records wait or are reserved, the limit is \(limit)"
        case .bytes(let held, let wanted, let limit):
            "\(held) bytes wait or are reserved, \(wanted) more are over the limit of \(limit)"
        case .admitted(let held, let limit): "\(held) records are admitted and not on disk yet, the limit is \(limit)"
        }
    }
}
