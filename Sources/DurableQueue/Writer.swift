import Dispatch
import Foundation

/// The life of the writer's thread: commits what waits, then whatever else changes the database, one piece at a time.
struct Writer {
    /// The log is copied into the database when it has so many pages.
    private static let logPages = 1_000
    /// Commits wait for a checkpoint that is so many pages behind.
    private static let mostLogPages = 16_000
    /// So many while the disk is full: the log has to get by with little.
    private static let logPagesInNeed = 128
    /// What a transaction adds beside its records: the ends of the tables.
    private static let pagesPerCommit = 3
    private static let pageBytes = 4_096
    /// So many free pages of the file are given back to the disk: while it has room, and while it is full.
    private static let wastePages = 4_096
    private static let wastePagesInNeed = 64

    let folder: String
    let admission: Admission
    let store: RecordStore
    let reserve: any SpaceReserve
    let lock: FolderLock
    /// How long a fault lasts before it is looked at again.
    let retry: DispatchTimeInterval

    /// About so many pages are in the log and not in the database.
    private var pagesInLog = 0
    private var isCheckpointing = false
    private var isShrinkDue = false
    private var isDamaged = false
    /// When to look again; nil while there is no fault, or one that stays.
    private var nextLook: DispatchTime?

    init(
        folder: String, admission: Admission, store: RecordStore, reserve: any SpaceReserve, lock: FolderLock,
        retry: DispatchTimeInterval
    ) {
        self.folder = folder
        self.admission = admission
        self.store = store
        self.reserve = reserve
        self.lock = lock
        self.retry = retry
        if admission.fault != nil { nextLook = .now() + retry }
    }

    /// Works until the queue is closed and nothing waits any more.
    mutating func run() {
        while true {
            let work = admission.nextWork(until: nextLook ?? .distantFuture)
            if let work {
                if !work.entries.isEmpty { record(work.entries) }
                if let removal = work.removal { remove(removal, isClosing: work.isClosing) }
                if work.checkpointEnded { isCheckpointing = false }
                tendLog(isCheckpointDue: work.checkpointEnded)
                if isShrinkDue { shrink(from: Self.wastePages) }
                if work.isClosing, !admission.hasUnfinished { break }
            }
            if let time = nextLook, time <= .now() { lookAgain() }
        }
        store.close()
        lock.unlock()
        admission.finishClosing()
    }

    // Recording.

    private mutating func record(_ entries: [Ledger.Entry]) {
        let load = Ledger.Load(
            records: entries.count, bytes: entries.reduce(0) { $0 + $1.record.count })
        let store = self.store
        do throws(StoreFault) {
            let first = try withReserve(bytes: load.bytes) { () throws(StoreFault) in try store.append(entries) }
            countPages(of: load)
            admission.settle(load, isRecorded: true)
            for (offset, entry) in entries.enumerated() { entry.whenSynced(.success(first + Int64(offset))) }
            admission.announce()
        } catch {
            let failure = enter(error)
            admission.settle(load, isRecorded: false)
            for entry in entries { entry.whenSynced(.failure(failure)) }
        }
    }

    /// Writes, and as long as that fails for what may be lack of space, gives up some of the reserve and writes again.
    private mutating func withReserve<Value>(
        bytes: Int, _ write: () throws(StoreFault) -> Value
    ) throws(StoreFault) -> Value {
        while true {
            do throws(StoreFault) {
                return try write()
            } catch {
                let need = bytes * DurableQueue.Limits.ballastFactor
                guard error.mayBeLackOfSpace, reserve.giveUp(need) else { throw error }
                enter(.diskFull(folder: folder))
            }
        }
    }

    // Removing.

    private mutating func remove(_ removal: Ledger.Removal, isClosing: Bool) {
        if isClosing { return admission.finishRemoval(.failure(.closed)) }
        let store = self.store
        do throws(StoreFault) {
            let piece = try withReserve(bytes: 0) { () throws(StoreFault) in
                try store.removePiece(through: removal.through)
            }
            countPages(of: piece.removed)
            admission.removed(piece.removed)
            guard piece.isLast else { return }
            admission.finishRemoval(.success(()))
            isShrinkDue = true
        } catch {
            admission.finishRemoval(.failure(enter(error)))
        }
    }

    /// Gives space back that is not used; later, if somebody waits for a commit or a checkpoint is under way.
    private mutating func shrink(from wastePages: Int) {
        if isCheckpointing || admission.hasUnfinished { return }
        isShrinkDue = false
        // A fault will show in what has to be written, too.
        let isShrunk = try? store.shrink(recorded: admission.recorded, wastePages: wastePages)
        if isShrunk == true { pagesInLog = 0 }
    }

    // Keeping the log small.

    private mutating func countPages(of load: Ledger.Load) {
        pagesInLog += load.bytes / Self.pageBytes + Self.pagesPerCommit
    }

    /// Starts a checkpoint beside this thread when the log is long, and does its rest here when that has ended: without
    /// the rest the log never becomes empty, since commits go on meanwhile.
    private mutating func tendLog(isCheckpointDue: Bool) {
        if isCheckpointing {
            guard pagesInLog >= Self.mostLogPages else { return }
            store.awaitCheckpoint()
            finishCheckpoint()
        } else if isCheckpointDue || nextLook != nil && pagesInLog >= Self.logPagesInNeed {
            finishCheckpoint()
        } else if pagesInLog >= Self.logPages {
            isCheckpointing = true
            let admission = self.admission
            store.startCheckpoint { admission.noteCheckpointEnded() }
        }
    }

    private mutating func finishCheckpoint() {
        let store = self.store
        let isEmpty = try? withReserve(bytes: 0) { () throws(StoreFault) in try store.checkpoint() }
        // When a reader was in the way: some more pages, then again.
        pagesInLog = isEmpty == true ? 0 : Self.logPages * 3 / 4
    }

    // Faults.

    /// Refuses to admit more from now on; why.
    @discardableResult
    private mutating func enter(_ fault: DurableQueueError) -> DurableQueueError {
        if isDamaged { return .damaged(path: store.path) }
        admission.enter(fault)
        if nextLook == nil { nextLook = .now() + retry }
        return fault
    }

    private mutating func enter(_ fault: StoreFault) -> DurableQueueError {
        if fault.isDamage {
            let damage = enter(.damaged(path: store.path))
            // Some pages can still be written: a commit that succeeds would prove nothing.
            isDamaged = true
            nextLook = nil
            return damage
        }
        return enter(fault.isFull ? .diskFull(folder: folder) : .writeFailed(path: store.path, reason: fault.reason))
    }

    /// Admits again if the reserve is whole and a commit succeeds; otherwise says why not.
    private mutating func lookAgain() {
        nextLook = .now() + retry
        // What fills the disk may be the queue itself.
        shrink(from: Self.wastePagesInNeed)
        do throws(SystemFault) {
            try reserve.fill()
        } catch {
            admission.enter(
                error.isLackOfSpace
                    ? .diskFull(folder: folder) : .writeFailed(path: folder, reason: error.reason))
            return
        }
        do throws(StoreFault) {
            try store.probe()
            pagesInLog += Self.pagesPerCommit
            admission.enter(nil)
            nextLook = nil
        } catch {
            _ = enter(error)
        }
    }
}
