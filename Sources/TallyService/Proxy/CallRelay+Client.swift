internal import CurlTransport
internal import NIOCore
internal import TallyConfig

/// The client, who may leave or be slow.
extension CallRelay {
    /// The client has left: a response under way is read on for its usage, as far as the limits go.
    func clientLeft() {
        client = nil
        guard isSent else {
            abandonRecord()
            return close()
        }
        guard isRecordDue, !hasEnded else {
            transfer?.cancel()
            return
        }
        course.clientLeft = true
        let limit = services.settings.drain
        guard limit.seconds > 0, limit.bytes > 0, intake.isComplete else {
            transfer?.cancel()
            return
        }
        let relay = NIOLoopBound(self, eventLoop: eventLoop)
        drainTimer = eventLoop.scheduleTask(in: .seconds(Int64(limit.seconds))) { relay.value.transfer?.cancel() }
        upstreamChanged()
    }

    /// The client takes more of the response again.
    func clientIsWritable() {
        upstreamChanged()
    }

    /// Lets go of everything; nothing is left to do.
    func close() {
        mailbox = nil
        client = nil
        transfer = nil
    }

    /// Whole milliseconds since some moment.
    func milliseconds(since start: NIODeadline) -> Int {
        Int((NIODeadline.now() - start).nanoseconds / 1_000_000)
    }
}
