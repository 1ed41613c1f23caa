internal import CurlTransport
internal import DurableQueue
internal import NIOCore
internal import TallyConfig
internal import TallyCore
internal import TallyMetering

/// The record: made once the response is over, and awaited before its end is released.
extension CallRelay {
    /// Whether the call is still to be recorded.
    var isRecordDue: Bool { if case .due = record { true } else { false } }

    /// Gives the place in the spool back: nothing was sent, so that there is no call.
    func abandonRecord() {
        guard case .due(let reservation) = record else { return }
        reservation.release()
        record = .done
    }

    /// Has the call recorded, if that is still to be done; what is held goes on when it is on disk.
    ///
    /// - Parameters:
    ///   - isEnded: Whether the upstream has ended its response.
    ///   - isClosed: Whether it did so in good order.
    func writeRecord(isEnded: Bool, isClosed: Bool) {
        guard case .due(let reservation) = record else { return }
        record = .beingWritten
        course.durationMs = milliseconds(since: sentAt)
        course.requestBytes = intake.byteCount
        if var body = body.take() {
            course.usage = body.finish(isEnded: isEnded, isClosed: isClosed)
            course.error = body.error(parser: resources.parser)
            self.body = consume body
        }
        let events = CallEvents(
            identity: identity, time: time, plan: plan, attribution: attribution, request: request
        ).events(course)
        if headIsHeld, course.failure == nil { cost = cost(of: events) }
        // The first is the call itself.
        let outcome = events.first?.outcome ?? .failed
        var lines: [UInt8] = []
        for event in events {
            if !lines.isEmpty { lines.append(UInt8(ascii: "\n")) }
            lines += EventRecordWriter.record(of: event)
        }
        let (eventLoop, relay) = (eventLoop, NIOLoopBound(self, eventLoop: eventLoop))
        let submission = DurableQueue.Submission(lines, using: reservation) { result in
            eventLoop.execute { relay.value.recorded(result, as: outcome) }
        }
        guard resources.addRecord(submission) else { return }
        let (services, resources) = (services, NIOLoopBound(resources, eventLoop: eventLoop))
        eventLoop.execute { services.append(resources.value.takeRecords()) }
    }

    /// What the call costs in all; `nil` when a part of it is not known.
    private func cost(of events: [UsageEvent]) -> Money? {
        guard let edition = services.prices.current else { return nil }
        var sum = Money.zero
        for event in events {
            guard let cost = resources.cost(of: event, by: edition) else { return nil }
            sum += cost
        }
        return sum
    }

    private func recorded(_ result: Result<Int64, DurableQueueError>, as outcome: Outcome) {
        record = .done
        switch result {
        case .success: plan.target.calls[outcome].add()
        case .failure(let error):
            services.noteGap(error.description)
            if services.settings.onSpoolFull == .refuse {
                transfer?.cancel()
                if headIsHeld {
                    client?.refuse(.notRecordable(reason: error.description))
                } else {
                    client?.abort()
                }
                return close()
            }
        }
        if hasEnded { return finishIfRecorded() }
        // The terminal event of a stream, behind which little can follow.
        if let client {
            writeRest()
            client.flush()
        } else {
            transfer?.cancel()
        }
        upstreamChanged()
    }
}
