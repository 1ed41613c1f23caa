internal import DurableQueue
internal import EmbeddedPostgres
internal import Foundation
internal import Logging
internal import TallyConfig

/// The spool of this machine's proxy: a folder in which recorded calls wait for the database.
struct Spool {
    /// The queue.
    let queue: DurableQueue
    /// The file for records that the database cannot take.
    let rejectPath: String

    /// Opens the spool that the settings name, else the one of the data directory.
    ///
    /// - Throws: `EmbeddedPostgresError` when the data directory cannot be used; `DurableQueueError` when the folder
    ///   cannot, or another process has it.
    init(_ options: DatabaseOptions, _ configuration: Configuration, _ logger: Logger) throws {
        let proxy = configuration.proxy
        if proxy.spoolFolder == nil { try EmbeddedPostgres.prepareFolder(options.dataDirectory) }
        let folder = proxy.spoolFolder ?? options.dataDirectory + "/spool"
        // A call under way has a client, or is being read on after its client has left.
        let underWay = 2 * proxy.maxConnections
        queue = try DurableQueue(
            folder: folder,
            limits: DurableQueue.Limits(
                maximumRecords: proxy.spoolMaxEvents, maximumBytes: proxy.spoolMaxBytes,
                reservedRecords: min(underWay, proxy.spoolMaxEvents), reservedBytes: proxy.spoolReserveBytes))
        rejectPath = folder + "/rejected.jsonl"
        if let damaged = queue.damagedFile {
            logger.critical(
                "the spool was damaged and could not be read; it is kept, and a new one was begun",
                metadata: ["file": "\(damaged)"])
        }
        let waiting = queue.backlog.records
        if waiting > 0 { logger.notice("recorded calls wait in the spool", metadata: ["records": "\(waiting)"]) }
    }
}
