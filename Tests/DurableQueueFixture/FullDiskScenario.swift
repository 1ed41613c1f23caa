import DurableQueue
import Foundation

/// A disk that really is full, for a small file system of its own: each part begins with an empty disk.
struct FullDiskScenario {
    private static let limits = DurableQueue.Limits(
        maximumRecords: 1_000_000, maximumBytes: 1_000_000_000, reservedRecords: 500, reservedBytes: 8_388_608)

    /// The mount point.
    let disk: String

    private var folder: String { disk + "/queue" }
    private var filler: String { disk + "/filler" }

    func run() async throws {
        try await recordsWhatWasAdmitted()
        try await opensOnFullDisk()
        try await recoversFromItself()
        Fixture.say("passed")
    }

    /// Others fill the disk: whatever was admitted is recorded, nothing more is admitted until there is room.
    private func recordsWhatWasAdmitted() async throws {
        let queue = try DurableQueue(folder: folder, limits: Self.limits)
        var sequences: [Int64] = []
        var fault: DurableQueueError?
        try fillDisk()
        while fault == nil {
            var reservations: [Reservation] = []
            fault = Scenario.fault { () throws(DurableQueueError) in
                while reservations.count < Self.limits.reservedRecords { reservations.append(try queue.reserve()) }
            }
            for reservation in reservations {
                let record = [UInt8](repeating: 7, count: Self.limits.reservationBytes)
                sequences.append(try await queue.record(record, using: reservation).get())
            }
        }
        guard case .diskFull = fault else { throw Scenario.Unexpected(description: "\(String(describing: fault))") }
        Fixture.say("\(sequences.count) admitted records of \(Self.limits.reservationBytes) bytes are on the full disk")

        try FileManager.default.removeItem(atPath: filler)
        try await Scenario.waitUntilWell(queue)
        sequences.append(try await queue.record([8]).get())
        let there = try await Scenario.records(of: queue).map(\.sequence)
        try Scenario.expect(there == sequences, "\(there.count) of \(sequences.count) records are there")
        Fixture.say("admits again when there is room")
        await queue.close()
    }

    /// A disk that is full to the last byte when the queue opens.
    private func opensOnFullDisk() async throws {
        try fillDisk()
        let queue = try DurableQueue(folder: folder, limits: Self.limits)
        guard case .diskFull = queue.fault else {
            throw Scenario.Unexpected(description: "opened with \(String(describing: queue.fault))")
        }
        let records = try await Scenario.records(of: queue)
        try Scenario.expect(records.last?.bytes == [8], "the last record is not there")
        try await queue.remove(through: records.last?.sequence ?? 0)
        Fixture.say("opens on a full disk, reads and removes")
        try FileManager.default.removeItem(atPath: filler)
        try await Scenario.waitUntilWell(queue)
        await queue.close()
        try FileManager.default.removeItem(atPath: folder)
    }

    /// The queue fills the disk itself, since nobody reads it: when somebody does, all is well again.
    private func recoversFromItself() async throws {
        let queue = try DurableQueue(folder: folder, limits: Self.limits)
        var recorded: [Int64] = []
        while true {
            let result = await queue.record([UInt8](repeating: 9, count: 10_000))
            guard case .success(let sequence) = result else {
                guard case .failure(.diskFull) = result else {
                    throw Scenario.Unexpected(description: "the disk is full: \(result)")
                }
                break
            }
            recorded.append(sequence)
        }
        let there = try await Scenario.records(of: queue).map(\.sequence)
        try Scenario.expect(there == recorded, "\(there.count) of \(recorded.count) records are there")
        try await queue.remove(through: recorded.last ?? 0)
        try await Scenario.waitUntilWell(queue)
        _ = try await queue.record([10]).get()
        Fixture.say("\(recorded.count) records of its own filled the disk; removing them mended it")
        await queue.close()
    }

    private func fillDisk() throws {
        let file = unsafe open(filler, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        try Scenario.expect(file >= 0, "cannot make \(filler)")
        defer { close(file) }
        for size in [65_536, 4_096] {
            let block = [UInt8](repeating: 1, count: size)
            while unsafe write(file, block, size) == size {}
        }
    }
}
