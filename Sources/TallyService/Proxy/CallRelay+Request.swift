internal import CurlTransport
internal import NIOCore
internal import NIOHTTP1
internal import TallyConfig
internal import TallyMetering

/// The request: gathered or streamed from the client, and sent upstream.
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
