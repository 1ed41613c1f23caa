import CProcess
import CScheduling
import Dispatch
import Foundation

/// Records on disk, in order: what was appended is synced before its appender hears of it, and stays until removed.
///
/// One queue has its folder for itself. Appends of many threads share one commit, made by a thread of the queue's own.
/// When the disk is full, what was admitted is still recorded, in space that was set aside; nothing more is admitted
/// until that space could be set aside again. An end that was not ordered, by a signal or a power cut, loses nothing that
/// was synced; a removal it may undo only in a power cut.
package final class DurableQueue: Sendable {
    /// How often a disk that was full or faulty is looked at again.
    private static let retry = DispatchTimeInterval.seconds(1)

    /// Where a database that was found damaged now lies, for the caller to tell; nil if none was.
    ///
    /// Nothing of it is deleted; the queue began anew, with sequences above those of the damaged one.
    package let damagedFile: String?
    let store: RecordStore
    let admission: Admission

    /// Opens the queue in a folder, which is made if it is not there.
    ///
    /// Blocks, and reads what is there once. On a disk too full for the ballast the queue opens, and refuses to admit
    /// until there is room.
    ///
    /// - Parameters:
    ///   - folder: Its place on a local disk; nothing else should be in it.
    ///   - limits: What to take in at most, and the size of the ballast.
    /// - Throws: `inUse`, `unusable` or `foreignSchema`, with what to do.
    package convenience init(folder: String, limits: Limits) throws(DurableQueueError) {
        try self.init(
            folder: folder, limits: limits, retry: Self.retry,
            reserve: Ballast(path: folder + "/ballast", bytes: limits.reservedBytes))
    }

    init(
        folder: String, limits: Limits, retry: DispatchTimeInterval, reserve: any SpaceReserve
    ) throws(DurableQueueError) {
        try Self.makeFolder(folder)
        let lock = try FolderLock(folder: folder)
        let opened = try RecordStore.open(folder: folder, reserve: reserve)
        let isWhole = try Self.fill(reserve, folder: folder)
        if isWhole { opened.store.growLog() }
        damagedFile = opened.damagedFile
        store = opened.store
        admission = Admission(
            Ledger(
                folder: folder, limits: limits, recorded: opened.recorded,
                fault: opened.isDiskFull || !isWhole ? .diskFull(folder: folder) : nil))
        let writer = Writer(
            folder: folder, admission: admission, store: store, reserve: reserve, lock: lock, retry: retry)
        let thread = Thread {
            // Calls wait for what it does.
            unsafe cscheduling_wait_little("durable-queue")
            var writer = writer
            writer.run()
        }
        thread.start()
    }

    deinit { admission.startClosing() }

    /// Admits one record that is to come, without any I/O.
    ///
    /// - Returns: The right to append it, whatever becomes of the disk.
    /// - Throws: `full`, `diskFull`, `writeFailed`, `damaged` or `closed`.
    package func reserve() throws(DurableQueueError) -> Reservation {
        try admission.reserve()
        return Reservation(admission: admission)
    }

    /// What lies in the queue, in order.
    ///
    /// - Parameters:
    ///   - sequence: The last one not wanted; 0 begins at the front.
    ///   - maximumRecords: The most records to return.
    ///   - maximumBytes: The most bytes to return, unless the first record alone is longer.
    /// - Returns: Nothing only when no record is there.
    /// - Throws: `readFailed`, `closed`, or that the caller was cancelled.
    package func read(after sequence: Int64, maximumRecords: Int, maximumBytes: Int) async throws -> [DurableRecord] {
        try await store.read(after: sequence, maximumRecords: maximumRecords, maximumBytes: maximumBytes)
    }

    /// Removes all records up to this sequence, in pieces between commits.
    ///
    /// - Throws: The fault of the disk that kept some of them, or that the queue was closed meanwhile; then some may be
    ///   removed and others not, and it may be asked again.
    package func remove(through sequence: Int64) async throws { try await admission.remove(through: sequence) }

    /// What was appended and not removed; cheap.
    package var backlog: (records: Int, bytes: Int) {
        let load = admission.backlog
        return (load.records, load.bytes)
    }

    /// Why nothing is admitted now, other than want of room in the queue; nil while all is well.
    ///
    /// Cheap; a fault of the disk goes away by itself when the disk is well again.
    package var fault: DurableQueueError? { admission.fault }

    /// A signal whenever something new is on disk, for one reader.
    ///
    /// Signals that were not waited for become one. Whoever reads until nothing is left and then waits misses nothing.
    /// Each call makes a new stream, which ends the one before; it begins with a signal if anything is there.
    package var arrivals: AsyncStream<Void> { admission.makeArrivals() }

    /// Ends the queue: waits for what was appended, then closes the database and lets others have the folder.
    ///
    /// Reservations that are still out are void; what is appended from now on is refused with `closed`.
    package func close() async { await admission.close() }

    private static func makeFolder(_ folder: String) throws(DurableQueueError) {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            _ = unsafe cprocess_sync_folder((folder as NSString).deletingLastPathComponent)
        } catch {
            throw .unusable(
                path: folder, reason: "the folder cannot be made: \(error.localizedDescription)",
                mend: "let this user write in the folder above it, or choose another")
        }
    }

    /// Whether the reserve is whole; a disk that is full is no error.
    private static func fill(_ reserve: any SpaceReserve, folder: String) throws(DurableQueueError) -> Bool {
        do throws(SystemFault) {
            try reserve.fill()
            return true
        } catch {
            if error.isLackOfSpace { return false }
            throw .unusable(
                path: folder, reason: "the ballast cannot be written: \(error.reason)",
                mend: "let this user write there")
        }
    }
}
