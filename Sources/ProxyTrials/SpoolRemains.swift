internal import DurableQueue

/// What lies in the spool of a daemon that does not run.
enum SpoolRemains {
    /// The records in the spool of a folder.
    static func count(in folder: String) async throws -> Int {
        let limits = DurableQueue.Limits(maximumRecords: 1, maximumBytes: 1, reservedRecords: 1, reservedBytes: 0)
        let queue = try DurableQueue(folder: folder, limits: limits)
        let count = queue.backlog.records
        await queue.close()
        return count
    }
}
