import DurableQueue
import Foundation

/// A disk that takes nothing any more, whatever is given up: a limit of file size that forbids every write.
struct FileSizeScenario {
    let folder: String

    func run() async throws {
        signal(SIGXFSZ, SIG_IGN)
        let queue = try DurableQueue(folder: folder, limits: Fixture.limits)
        let first = try await queue.record([1]).get()
        let promised = try queue.reserve()

        // Output may go to a file, so nothing is said until the limit is lifted.
        let usual = try setLimit(1)
        let refusal = await queue.record([2], using: promised)
        guard case .failure(.writeFailed) = refusal else {
            throw Scenario.Unexpected(description: "a record that cannot be written ended with \(refusal)")
        }
        let fault = Scenario.fault { () throws(DurableQueueError) in try queue.reserve() }
        _ = try setLimit(usual)
        try Scenario.expect(fault != nil, "admitted")
        Fixture.say("refused")
        try await Scenario.waitUntilWell(queue)
        let last = try await queue.record([3]).get()
        let records = try await Scenario.records(of: queue)
        try Scenario.expect(
            records.map(\.bytes) == [[1], [3]] && records.map(\.sequence) == [first, last], "\(records) are there")
        await queue.close()
        Fixture.say("recovered")
    }

    /// Sets the soft limit; what it was before.
    private func setLimit(_ bytes: rlim_t) throws -> rlim_t {
        #if canImport(Glibc)
            let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
        #else
            let resource = RLIMIT_FSIZE
        #endif
        var limit = rlimit()
        try Scenario.expect(unsafe getrlimit(resource, &limit) == 0, "getrlimit failed")
        let former = limit.rlim_cur
        limit.rlim_cur = bytes
        try Scenario.expect(unsafe setrlimit(resource, &limit) == 0, "setrlimit failed")
        return former
    }
}
