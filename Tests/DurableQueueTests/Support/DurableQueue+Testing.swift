import Synchronization

@testable import DurableQueue

extension DurableQueue.Limits {
    /// Roomy for a test, with little ballast.
    static let test = limits()

    static func limits(
        records: Int = 100_000, bytes: Int = 100_000_000, reserved: Int = 10_000, ballast: Int = 1_048_576
    ) -> Self {
        Self(maximumRecords: records, maximumBytes: bytes, reservedRecords: reserved, reservedBytes: ballast)
    }
}

extension DurableQueue {
    /// Appends and waits for what becomes of it.
    func record(_ record: [UInt8], using reservation: Reservation? = nil) async -> Result<Int64, DurableQueueError> {
        await withCheckedContinuation { continuation in
            append(record, using: reservation) { continuation.resume(returning: $0) }
        }
    }

    /// Appends and waits for the sequence.
    @discardableResult
    func record(_ text: String) async throws -> Int64 { try await record(Array(text.utf8)).get() }

    /// Everything that lies in the queue.
    func everything() async throws -> [DurableRecord] {
        var records: [DurableRecord] = []
        while true {
            let more = try await read(after: records.last?.sequence ?? 0, maximumRecords: 500, maximumBytes: 500_000)
            if more.isEmpty { return records }
            records += more
        }
    }

    /// What the records of the queue say.
    func texts() async throws -> [String] { try await everything().map { String(decoding: $0.bytes, as: UTF8.self) } }

    /// What `reserve()` throws; a place that it gives is given back.
    func refusal() -> DurableQueueError? {
        do throws(DurableQueueError) {
            try reserve().release()
            return nil
        } catch {
            return error
        }
    }

    /// Waits until it admits again, which it looks after by itself.
    func waitUntilWell() async { while fault != nil { await Task.yield() } }
}

/// What appends ended with, in the order in which they ended.
final class Outcomes: Sendable {
    private let results = Mutex<[Result<Int64, DurableQueueError>]>([])

    var all: [Result<Int64, DurableQueueError>] { results.withLock { $0 } }

    func add(_ result: Result<Int64, DurableQueueError>) { results.withLock { $0.append(result) } }
}

/// What opening a queue throws; one that opens is closed.
func openingFault(_ folder: String) async -> DurableQueueError? {
    do throws(DurableQueueError) {
        let queue = try DurableQueue(folder: folder, limits: .test)
        await queue.close()
        return nil
    } catch {
        return error
    }
}
