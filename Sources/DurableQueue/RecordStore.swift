import Dispatch
import Foundation
import GRDB
import Synchronization

/// The SQLite database in its folder: three connections, each for what must not wait for the others.
///
/// The first two are used by the writer's thread alone. All transactions that change anything are there, so none ever
/// waits for a lock.
final class RecordStore: Sendable {
    /// A removal takes at most so many records, and about so many bytes, between two commits.
    private static let pieceRecords = 256
    private static let pieceBytes = 1_024 * 1_024

    /// The file is made anew only if little has to be copied.
    private static let shrinkRecordBytes = 1_024 * 1_024

    let path: String
    /// Appends: its commits return when they are on disk.
    let appender: DatabaseQueue
    /// Removes: its commits are on disk with the next append or checkpoint, and survive the end of the process anyway.
    private let remover: DatabaseQueue
    /// Reads, and checkpoints beside the writer, on a queue of GRDB's own.
    private let reader: DatabaseQueue
    /// GRDB does not survive the use of a connection that was closed, so the end waits for reads and keeps others out.
    private let isOpen = Mutex(true)
    private let reads = DispatchGroup()

    init(path: String, appender: DatabaseQueue, remover: DatabaseQueue, reader: DatabaseQueue) {
        self.path = path
        self.appender = appender
        self.remover = remover
        self.reader = reader
    }

    /// Records all in one transaction; the sequence of the first, the others follow without a gap.
    func append(_ entries: [Ledger.Entry]) throws(StoreFault) -> Int64 {
        try StoreFault.catching {
            try appender.writeWithoutTransaction { db in
                var last: Int64 = 0
                try db.inTransaction(.immediate) {
                    let insert = try db.cachedStatement(sql: "INSERT INTO records (record) VALUES (coalesce(?, x''))")
                    for entry in entries {
                        insert.setUncheckedArguments([Data(entry.record)])
                        try insert.execute()
                    }
                    last = db.lastInsertedRowID
                    return .commit
                }
                return last - Int64(entries.count) + 1
            }
        }
    }

    /// Commits something that changes nothing, to see whether that is possible.
    func probe() throws(StoreFault) {
        try StoreFault.catching {
            try appender.write { db in try db.execute(sql: "PRAGMA user_version = \(Self.schemaVersion)") }
        }
    }

    /// Removes the first of the records up to this one, as many as a piece may have.
    func removePiece(through sequence: Int64) throws(StoreFault) -> (removed: Ledger.Load, isLast: Bool) {
        try StoreFault.catching {
            try remover.write { db in
                var removed = Ledger.Load()
                var end: Int64 = 0
                let select = try db.cachedStatement(
                    sql: "SELECT sequence, length(record) FROM records WHERE sequence <= ? ORDER BY sequence LIMIT ?")
                let rows = try Row.fetchCursor(select, arguments: [sequence, Self.pieceRecords])
                while removed.bytes < Self.pieceBytes, let row = try rows.next() {
                    end = row[0]
                    removed += Ledger.Load(records: 1, bytes: row[1])
                }
                let isLast = removed.records < Self.pieceRecords && removed.bytes < Self.pieceBytes
                if removed.records > 0 {
                    try db.cachedStatement(sql: "DELETE FROM records WHERE sequence <= ?").execute(arguments: [end])
                }
                return (removed, isLast)
            }
        }
    }

    /// Copies what the log holds into the database; whether that was all of it.
    ///
    /// Called by the writer: nothing is written meanwhile, so the next transaction starts the log anew.
    func checkpoint() throws(StoreFault) -> Bool {
        try StoreFault.catching {
            try appender.writeWithoutTransaction { db in
                let (frames, copied) = try db.checkpoint(.passive)
                return frames == copied
            }
        }
    }

    /// Copies most of it beside the writer, who goes on; a fault shows when the writer does the rest.
    func startCheckpoint(whenEnded: @escaping @Sendable () -> Void) {
        reader.asyncWriteWithoutTransaction { db in
            _ = try? db.checkpoint(.passive)
            whenEnded()
        }
    }

    /// Waits until a checkpoint that was started has ended.
    func awaitCheckpoint() { reader.writeWithoutTransaction { _ in } }

    /// Gives the pages of what was removed back to the disk, if they are so many and what is left is little.
    func shrink(recorded: Ledger.Load, wastePages: Int) throws(StoreFault) -> Bool {
        guard recorded.bytes <= Self.shrinkRecordBytes else { return false }
        return try StoreFault.catching {
            try remover.writeWithoutTransaction { db in
                let free = try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
                guard free >= wastePages else { return false }
                try db.execute(sql: "VACUUM")
                try db.checkpoint(.passive)
                return true
            }
        }
    }

    /// Records after this one in order: at least one if there is any, then as many as fit.
    func read(after sequence: Int64, maximumRecords: Int, maximumBytes: Int) async throws -> [DurableRecord] {
        try isOpen.withLock { isOpen in
            if !isOpen { throw DurableQueueError.closed }
            reads.enter()
        }
        defer { reads.leave() }
        do {
            return try await reader.read { db in
                try Self.read(db, after: sequence, maximumRecords: maximumRecords, maximumBytes: maximumBytes)
            }
        } catch let error as DatabaseError {
            throw DurableQueueError.readFailed(path: path, reason: StoreFault(error).reason)
        }
    }

    private static func read(
        _ db: Database, after sequence: Int64, maximumRecords: Int, maximumBytes: Int
    ) throws -> [DurableRecord] {
        var records: [DurableRecord] = []
        var bytes = 0
        let select = try db.cachedStatement(
            sql: "SELECT sequence, record FROM records WHERE sequence > ? ORDER BY sequence LIMIT ?")
        let rows = try Row.fetchCursor(select, arguments: [sequence, maximumRecords])
        while let row = try rows.next() {
            let record = try row.withUnsafeData(atIndex: 1) { data in data.map { [UInt8]($0) } ?? [] }
            bytes += record.count
            if bytes > maximumBytes, !records.isEmpty { break }
            records.append(DurableRecord(sequence: row[0], bytes: record))
        }
        return records
    }

    /// Closes all connections; the last one empties and removes the log.
    func close() {
        isOpen.withLock { $0 = false }
        reads.wait()
        // A connection that does not close is closed by the kernel, and the log is read at the next opening.
        for connection in [reader, remover, appender] { try? connection.close() }
    }
}
