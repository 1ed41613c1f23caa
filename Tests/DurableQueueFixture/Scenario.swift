import DurableQueue
import Foundation

/// What the scenarios of a failing disk have in common.
enum Scenario {
    struct Unexpected: Error, CustomStringConvertible {
        let description: String
    }

    /// Fails the scenario, and with it the process, with this text.
    static func expect(_ condition: Bool, _ text: @autoclosure () -> String) throws {
        if !condition { throw Unexpected(description: text()) }
    }

    /// Waits until the queue admits again, which it looks after by itself.
    static func waitUntilWell(_ queue: DurableQueue) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while let fault = queue.fault {
            try expect(ContinuousClock.now < end, "no recovery: \(fault)")
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Everything in the queue.
    static func records(of queue: DurableQueue) async throws -> [DurableRecord] {
        var records: [DurableRecord] = []
        while true {
            let more = try await queue.read(
                after: records.last?.sequence ?? 0, maximumRecords: 1_000, maximumBytes: 1_000_000)
            if more.isEmpty { return records }
            records += more
        }
    }

    /// What a call throws, if it throws.
    static func fault<Value>(_ body: () throws(DurableQueueError) -> Value) -> DurableQueueError? {
        do throws(DurableQueueError) {
            _ = try body()
            return nil
        } catch {
            return error
        }
    }
}

extension DurableQueue {
    /// Appends and waits for what becomes of it.
    func record(_ record: [UInt8], using reservation: Reservation? = nil) async -> Result<Int64, DurableQueueError> {
        await withCheckedContinuation { continuation in
            append(record, using: reservation) { continuation.resume(returning: $0) }
        }
    }
}
