import CProcess
import Foundation
import GRDB

extension RecordStore {
    /// What was found or made in the folder.
    struct Opened {
        let store: RecordStore
        let recorded: Ledger.Load
        /// Where the damaged database was put, if there was one.
        let damagedFile: String?
        /// Whether opening needed some of the reserve.
        let isDiskFull: Bool
    }

    /// Why a sound database is not opened.
    private enum Refusal: Error {
        case foreign(found: String)
        case journal(mode: String)
    }

    /// Marks the file as a queue's, in the header every SQLite database has.
    private static let applicationID = 0x4475_5175
    static let schemaVersion = 1

    /// The log keeps so much of its file when it starts anew: overwriting is faster to sync than growing.
    private static let logBytes = 8 * 1_024 * 1_024

    /// Free bytes of a disk from which on the queue takes some for its speed alone.
    private static let plentyOfRoom = 16 * logBytes

    /// Seconds to wait for an operator's program that has the database locked.
    private static let busySeconds = 10.0

    /// Opens the database in the folder, or makes it; a damaged one is put aside first, and nothing of it deleted.
    static func open(folder: String, reserve: any SpaceReserve) throws(DurableQueueError) -> Opened {
        let path = folder + "/queue.sqlite"
        var isDiskFull = false
        var damagedFile: String?
        while true {
            do {
                let (store, recorded) = try open(path, isReplacement: damagedFile != nil)
                return Opened(store: store, recorded: recorded, damagedFile: damagedFile, isDiskFull: isDiskFull)
            } catch Refusal.foreign(let found) {
                throw .foreignSchema(path: path, found: found)
            } catch Refusal.journal(let mode) {
                throw .unusable(
                    path: path, reason: "has no write-ahead log here, but the journal mode \(mode)",
                    mend: "keep the folder on a local disk")
            } catch let error {
                let fault = StoreFault(error)
                if fault.isDamage, damagedFile == nil {
                    damagedFile = try setAside(path)
                } else if fault.mayBeLackOfSpace, reserve.giveUp(0) {
                    isDiskFull = true
                } else {
                    throw .unusable(
                        path: path, reason: "cannot be opened: \(fault.reason)",
                        mend: "see to it that this user may write there and that the disk has room")
                }
            }
        }
    }

    private static func open(_ path: String, isReplacement: Bool) throws -> (RecordStore, Ledger.Load) {
        makeFile(path)
        let appender = try DatabaseQueue(path: path, configuration: configuration(synchronous: "FULL"))
        let recorded = try appender.write { db in
            if try !isMade(db) { try make(db, isReplacement: isReplacement) }
            // Looks at every page but the rest of long records, so damage shows now.
            let row = try Row.fetchOne(db, sql: "SELECT count(*), coalesce(sum(length(record)), 0) FROM records")
            return row.map { Ledger.Load(records: $0[0], bytes: $0[1]) } ?? Ledger.Load()
        }
        let store = RecordStore(
            path: path, appender: appender,
            remover: try DatabaseQueue(path: path, configuration: configuration(synchronous: "NORMAL")),
            reader: try DatabaseQueue(path: path, configuration: configuration(synchronous: "NORMAL")))
        return (store, recorded)
    }

    /// Lets the log have its usual length from the beginning, if the disk has plenty of room.
    ///
    /// A sync of bytes that were overwritten takes half the time of one that also makes the file longer, and waits for
    /// nothing else that the file system has to do. The pages are then free ones of the database.
    func growLog() {
        let folder = (path as NSString).deletingLastPathComponent
        let free = try? FileManager.default.attributesOfFileSystem(forPath: folder)[.systemFreeSize] as? Int
        guard let free, free >= Self.plentyOfRoom else { return }
        // Without it the log grows as it is used.
        _ = try? appender.writeWithoutTransaction { db in
            // A process that was killed here may have left one.
            try db.execute(sql: "DROP TABLE IF EXISTS padding")
            try db.execute(sql: "CREATE TABLE padding AS SELECT zeroblob(\(Self.logBytes / 4 * 3)) AS bytes")
            try db.execute(sql: "DROP TABLE padding")
            try db.checkpoint(.passive)
        }
    }

    /// Makes an empty file for this user alone; SQLite gives its other files the same mode, and says what is wrong.
    private static func makeFile(_ path: String) {
        var file: Int32 = -1
        guard unsafe cprocess_open_private(path, nil, &file) == 0 else { return }
        Foundation.close(file)
        _ = unsafe cprocess_sync_folder((path as NSString).deletingLastPathComponent)
    }

    private static func configuration(synchronous: String) -> Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(busySeconds)
        configuration.foreignKeysEnabled = false
        configuration.prepareDatabase { db in
            _ = try isMade(db)
            let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL") ?? "unknown"
            guard mode == "wal" else { throw Refusal.journal(mode: mode) }
            // Checkpoints are the writer's to time. Nothing may spill into temporary files. What is removed need not
            // be overwritten, which would be written twice more.
            try db.execute(
                sql: """
                    PRAGMA synchronous = \(synchronous);
                    PRAGMA fullfsync = ON;
                    PRAGMA checkpoint_fullfsync = ON;
                    PRAGMA wal_autocheckpoint = 0;
                    PRAGMA journal_size_limit = \(logBytes);
                    PRAGMA temp_store = MEMORY;
                    PRAGMA secure_delete = OFF;
                    """)
        }
        return configuration
    }

    /// Whether the tables are there; no for an empty file, an error for one of something else.
    private static func isMade(_ db: Database) throws -> Bool {
        let id = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        if id == applicationID {
            if version == schemaVersion { return true }
            throw Refusal.foreign(found: "a queue of version \(version), this program knows \(schemaVersion)")
        }
        let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        if id == 0, version == 0, tables == 0 { return false }
        throw Refusal.foreign(found: "a database of another program")
    }

    private static func make(_ db: Database, isReplacement: Bool) throws {
        try db.execute(
            sql: "CREATE TABLE records (sequence INTEGER PRIMARY KEY AUTOINCREMENT, record BLOB NOT NULL)")
        if isReplacement {
            // What the damaged file gave out is not known: begin above it, a million a second since 1970.
            let start = Int64(Date.now.timeIntervalSince1970) * 1_000_000
            try db.execute(
                sql: "INSERT INTO sqlite_sequence (name, seq) VALUES ('records', ?)", arguments: [start])
        }
        try db.execute(
            sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(schemaVersion)")
    }

    /// Renames a damaged database with its log; its new path.
    private static func setAside(_ path: String) throws(DurableQueueError) -> String {
        let files = FileManager.default
        var number = 1
        while files.fileExists(atPath: "\(path).damaged-\(number)") { number += 1 }
        let target = "\(path).damaged-\(number)"
        for suffix in ["-wal", "-shm", ""] where files.fileExists(atPath: path + suffix) {
            guard unsafe rename(path + suffix, target + suffix) == 0 else {
                throw .unusable(
                    path: path, reason: "is damaged and cannot be renamed: \(SystemFault.last.reason)",
                    mend: "move it out of the way")
            }
        }
        _ = unsafe cprocess_sync_folder((path as NSString).deletingLastPathComponent)
        return target
    }
}
