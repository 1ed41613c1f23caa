internal import DurableQueue

/// Writes the events of calls to the spool.
struct EventRecorder: Sendable {
    let queue: DurableQueue
    let folder: String

    /// Makes room for the events of one call.
    ///
    /// - Throws: ``TallyClientError`` when there is none; then the call must not be made.
    func reserve() throws(TallyClientError) -> Reservation {
        do throws(DurableQueueError) {
            return try queue.reserve()
        } catch {
            throw TallyClientError(
                .spool, at: folder, "\(error); see that Tally runs and takes events, so that what waits is sent")
        }
    }

    /// Records events; they are on disk when this returns.
    ///
    /// - Throws: ``TallyClientError`` when they are not.
    func record(_ lines: [UInt8], using reservation: Reservation) async throws(TallyClientError) {
        let result = await withCheckedContinuation { continuation in
            queue.append(lines, using: reservation) { continuation.resume(returning: $0) }
        }
        if case .failure(let error) = result { throw TallyClientError(.notRecorded, at: folder, "\(error)") }
    }

    /// Records events of a call that nobody waits for.
    func recordLater(_ lines: [UInt8], using reservation: Reservation) {
        queue.append(lines, using: reservation) { _ in }
    }
}
