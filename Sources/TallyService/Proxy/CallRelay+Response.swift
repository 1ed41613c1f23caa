internal import CurlTransport
internal import NIOCore
internal import NIOHTTP1
internal import TallyConfig
internal import TallyCore
internal import TallyMetering

/// The response: taken from the upstream, and released to the client.
extension CallRelay {
    /// Takes what the upstream has sent since the last time.
    func upstreamChanged() {
        // What a slow client has not taken yet lies in the mailbox, and the upstream is paused by it.
        if let client, !headIsHeld, !client.isWritable { return }
        // So does what comes behind the terminal event while the call is being recorded.
        if case .beingWritten = record, !hasEnded { return }
        guard let mailbox else { return }
        let delivery = mailbox.take()
        if delivery.wantsBody {
            unsentBytes = 0
            client?.releaseReads()
        }
        if let head = delivery.head { take(head) }
        if let bytes = delivery.bytes, bytes.readableBytes > 0 { take(bytes) }
        if delivery.isPaused { transfer?.resume() }
        if let ending = delivery.ending { take(ending) }
        client?.flush()
    }

    private func take(_ head: TransferHead) {
        course.head = head
        course.ttfbMs = milliseconds(since: sentAt)
        guard isRecordDue else { return sendHead() }
        let headers = CallHeaders.table(head.headers)
        let upstream = plan.target.upstream
        let body = RelayedBody(
            of: Exchange(
                provider: upstream.provider ?? plan.target.pathProvider, biller: upstream.biller, path: plan.path,
                headers: headers, status: head.status, requestCharacters: request?.speechCharacters),
            length: bodyLength(head, headers), dropsUsageChunk: isRewritten, parser: resources.parser)
        course.isStream = body.isEventStream || (!body.isGathered && request?.isStreamed == true)
        let isHeld = body.isGathered
        self.body = consume body
        if !isHeld { sendHead() }
    }

    /// The length of a body, where its head says it.
    private func bodyLength(_ head: TransferHead, _ headers: [String: String]) -> Int? {
        if self.head.method == .HEAD || head.status == 204 || head.status == 304 { return 0 }
        return headers["content-length"].flatMap { Int($0) }
    }

    private func take(_ bytes: ByteBuffer) {
        course.responseBytes = (course.responseBytes ?? 0) + bytes.readableBytes
        if client == nil, isRecordDue {
            drainedBytes += bytes.readableBytes
            if drainedBytes > services.settings.drain.bytes { transfer?.cancel() }
        }
        guard var body = body.take() else {
            client?.write(bytes)
            return
        }
        let client = client
        body.feed(bytes) { client?.write($0) }
        let isOver = body.hasTerminalEvent
        self.body = consume body
        responseIsOver = isOver
        if isOver { writeRecord(isEnded: false, isClosed: true) }
    }

    private func take(_ ending: TransferEnding) {
        transfer = nil
        mailbox = nil
        drainTimer?.cancel()
        var failure: TransferFailure?
        // What breaks off behind the terminal event is no matter.
        if case .failed(let cause) = ending, !responseIsOver { failure = cause }
        course.failure = failure
        hasEnded = true
        writeRecord(isEnded: true, isClosed: failure == nil)
        finishIfRecorded()
    }

    /// Ends the response once there is nothing left to wait for.
    func finishIfRecorded() {
        guard hasEnded, case .done = record else { return }
        defer { close() }
        guard let client else { return }
        if let failure = course.failure {
            if headIsHeld {
                client.refuse(ProxyRefusal(failure, upstream: plan.target.upstream.name), headers: ownHeaders)
            } else {
                writeRest()
                client.abort()
            }
            return
        }
        if headIsHeld { sendHead() }
        writeRest()
        client.end()
    }

    /// Writes what was held.
    func writeRest() {
        guard var body = body.take() else { return }
        let rest = body.release()
        self.body = consume body
        if rest.readableBytes > 0 { client?.write(rest) }
    }

    /// Writes the head of the response, with the headers that tell of the event.
    func sendHead() {
        guard let head = course.head else { return }
        headIsHeld = false
        // None of the upstream's has the name of one of these.
        var headers = CallHeaders.client(head.headers) + ownHeaders
        // A chunk of the stream may be taken out.
        if isRewritten, course.isStream { headers.removeAll { CallHeaders.equal($0.name, "content-length") } }
        client?.write(head: HTTPResponseStatus(of: head), headers)
    }

    /// The headers that tell of the event.
    var ownHeaders: [(name: String, value: String)] {
        guard isRecorded else { return [] }
        let event = (name: "X-Tally-Event-Id", value: identity.description)
        return if let cost { [event, ("X-Tally-Cost", cost.description)] } else { [event] }
    }
}
