internal import CurlTransport
internal import DurableQueue
internal import NIOCore
internal import NIOHTTP1
internal import TallyConfig
internal import TallyCore
internal import TallyMetering

/// One call on its way through the proxy, from the head of its request to the end of its response.
///
/// It lives on the event loop of its client. The call is relayed first and metered beside: what the upstream sends goes
/// on as it comes, but for the end that the client waits for, which is held back until the call is recorded (I4).
final class CallRelay {
    /// The bytes of a request that may wait for the upstream.
    private static let uploadWindow = 1 << 19

    /// How far the record of the call is.
    private enum Record {
        /// It will be made; the place for it in the spool is taken.
        case due(Reservation)
        case beingWritten
        /// It is on disk, or the call is none that is recorded.
        case done
    }

    private let services: ProxyServices
    private let resources: LoopResources
    private let register: ClientRegister
    private let eventLoop: any EventLoop
    private let allocator: ByteBufferAllocator
    /// The client's connection; `nil` once the client has left.
    private weak var client: ClientConnection?
    private let head: HTTPRequestHead
    private let plan: CallPlan
    private let identity: EventIdentity
    private let time: Instant
    /// Whether there is or will be an event of the call: not where it passes though the spool is full.
    private let isRecorded: Bool

    // The request.
    private var intake: RequestIntake
    private var request: CallRequest?
    private var attribution: Attribution
    private var unsentBytes = 0
    private var isSent = false
    private var sentAt = NIODeadline.uptimeNanoseconds(0)

    // The upstream.
    private var mailbox: UpstreamMailbox?
    private var transfer: Transfer?
    private var isPaused = false
    private var hasEnded = false
    private var drainedBytes = 0
    private var drainTimer: Scheduled<Void>?

    // The response.
    private var course = CallEvents.Course()
    /// The body of a call that is recorded; of others nothing is held.
    private var body: RelayedBody?
    private var isRewritten = false
    private var headIsHeld = true
    /// Whether the terminal event has come.
    private var responseIsOver = false
    /// What the call has cost, for the head of a response that was gathered.
    private var cost: Money?
    private var record: Record

    /// A call of a client.
    ///
    /// - Parameters:
    ///   - head: The head of its request.
    ///   - plan: Where it goes.
    ///   - client: Its connection.
    ///   - eventLoop: The event loop of the connection.
    ///   - allocator: Where memory for bodies comes from.
    ///   - services: What all calls share.
    ///   - resources: What the calls of this event loop share.
    ///   - register: Counts the calls under way.
    /// - Throws: ``ProxyRefusal`` when it could not be recorded, and therefore is not relayed.
    init(
        _ head: HTTPRequestHead, plan: CallPlan, client: ClientConnection, eventLoop: any EventLoop,
        allocator: ByteBufferAllocator, services: ProxyServices, resources: LoopResources, register: ClientRegister
    ) throws(ProxyRefusal) {
        self.head = head
        self.plan = plan
        self.client = client
        self.services = services
        self.resources = resources
        self.register = register
        self.eventLoop = eventLoop
        self.allocator = allocator
        time = services.now()
        identity = EventIdentity(relayedAt: time)
        attribution = plan.attribution
        let settings = services.settings
        intake = RequestIntake(
            head, maximumBytes: settings.maximumBodyBytes, maximumGatheredBytes: settings.maximumInspectedBytes)
        record = try plan.isMetered ? Self.reserve(services) : .done
        if case .due = record { isRecorded = true } else { isRecorded = false }
        register.beginCall()
    }

    deinit { register.endCall() }

    private static func reserve(_ services: ProxyServices) throws(ProxyRefusal) -> Record {
        do throws(DurableQueueError) {
            return .due(try services.spool.reserve())
        } catch {
            if services.settings.onSpoolFull == .refuse { throw .notRecordable(reason: error.description) }
            services.noteGap(error.description)
            return .done
        }
    }
}

// MARK: - The request

extension CallRelay {
    /// Starts relaying.
    func begin() {
        take(intake.begin(head, isRead: plan.isMetered, allocator: allocator))
    }

    /// Takes a piece of the request's body.
    func receive(_ bytes: ByteBuffer) {
        take(intake.receive(bytes))
    }

    /// Takes the end of the request.
    func endRequest() {
        take(intake.end())
    }

    private func take(_ action: RequestIntake.Action) {
        switch action {
        case .wait: break
        case .start: send(.none)
        case .startWhole(let bytes): sendRead(Array(bytes.readableBytesView))
        case .startStream(let length, let first):
            send(.stream(length: length))
            if let first { upload(first) }
        case .pass(let bytes): upload(bytes)
        case .finish: transfer?.finishBody()
        case .refuse: refuseTooLong()
        }
    }

    private func refuseTooLong() {
        // What has begun as the upstream's answer must not go on as another.
        if headIsHeld {
            client?.refuse(.tooLarge(limit: services.settings.maximumBodyBytes))
        } else {
            client?.abort()
        }
        client = nil
        course.requestWasRefused = true
        guard isSent else {
            abandonRecord()
            return close()
        }
        transfer?.cancel()
    }

    private func upload(_ bytes: ByteBuffer) {
        transfer?.send(Array(bytes.readableBytesView))
        unsentBytes += bytes.readableBytes
        if unsentBytes >= Self.uploadWindow { client?.holdReads() }
    }

    /// Sends a request that was read.
    private func sendRead(_ body: [UInt8]) {
        let request = CallRequest(
            body: body.span, path: plan.path, contentType: head.headers.first(name: "content-type"),
            parser: resources.parser)
        self.request = request
        attribution = CallAttribution.completed(plan.attribution, by: request)
        if isRecorded, plan.target.upstream.asksForUsage, let question = request.usageQuestion {
            isRewritten = true
            send(.bytes(question.applied(to: body.span)))
        } else {
            send(.bytes(body))
        }
    }

    private func send(_ body: TransferRequest.Body) {
        let mailbox = UpstreamMailbox(of: self, eventLoop: eventLoop, allocator: allocator)
        self.mailbox = mailbox
        isSent = true
        sentAt = .now()
        transfer = services.engine.start(
            TransferRequest(
                method: head.method.rawValue, url: plan.target.url,
                headers: plan.upstreamHeaders(head.headers, attribution: attribution, isRewritten: isRewritten),
                body: body, limits: services.transferLimits,
                certificateFile: plan.target.upstream.certificateFile),
            receiver: mailbox)
    }
}

// MARK: - The response

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
    private func finishIfRecorded() {
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
    private func writeRest() {
        guard var body = body.take() else { return }
        let rest = body.release()
        self.body = consume body
        if rest.readableBytes > 0 { client?.write(rest) }
    }

    private func sendHead() {
        guard let head = course.head else { return }
        headIsHeld = false
        var headers = CallHeaders.client(head.headers)
        for (name, value) in ownHeaders { headers.replaceOrAdd(name: name, value: value) }
        // A chunk of the stream may be taken out.
        if isRewritten, course.isStream { headers.remove(name: "content-length") }
        client?.write(head: HTTPResponseStatus(of: head), headers)
    }

    /// The headers that tell of the event.
    private var ownHeaders: [(String, String)] {
        guard isRecorded else { return [] }
        let event = ("X-Tally-Event-Id", identity.description)
        return if let cost { [event, ("X-Tally-Cost", cost.description)] } else { [event] }
    }
}

// MARK: - The record

extension CallRelay {
    private var isRecordDue: Bool { if case .due = record { true } else { false } }

    /// Gives the place in the spool back: nothing was sent, so that there is no call.
    private func abandonRecord() {
        guard case .due(let reservation) = record else { return }
        reservation.release()
        record = .done
    }

    /// Has the call recorded, if that is still to be done; what is held goes on when it is on disk.
    ///
    /// - Parameters:
    ///   - isEnded: Whether the upstream has ended its response.
    ///   - isClosed: Whether it did so in good order.
    private func writeRecord(isEnded: Bool, isClosed: Bool) {
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
        var lines: [UInt8] = []
        for event in events {
            if !lines.isEmpty { lines.append(UInt8(ascii: "\n")) }
            lines += EventRecordWriter.record(of: event)
        }
        let (eventLoop, relay) = (eventLoop, NIOLoopBound(self, eventLoop: eventLoop))
        services.append(lines, reservation) { result in
            eventLoop.execute { relay.value.recorded(result) }
        }
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

    private func recorded(_ result: Result<Int64, DurableQueueError>) {
        record = .done
        if case .failure(let error) = result {
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

// MARK: - The client

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
    private func close() {
        mailbox = nil
        client = nil
        transfer = nil
    }

    private func milliseconds(since start: NIODeadline) -> Int {
        Int((NIODeadline.now() - start).nanoseconds / 1_000_000)
    }
}
