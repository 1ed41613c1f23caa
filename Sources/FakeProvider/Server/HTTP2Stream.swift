internal import NIOCore
internal import NIOHPACK
internal import NIOHTTP2

/// One stream of HTTP/2: reads its request, and is where the answer goes.
final class HTTP2Stream: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    private let responder: Responder
    private var context: ChannelHandlerContext?
    private var request: FakeRequest?
    private var delivery: Delivery?
    private var hasHead = false
    /// What waits to become a frame, small parts together.
    private var output = ByteBuffer()
    /// From this size on it no longer waits.
    private static let frameSize = 16_384

    init(_ responder: Responder) { self.responder = responder }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .headers(let headers):
            if request == nil, delivery == nil { request = FakeRequest(head: head(headers.headers)) }
            if headers.endStream { answer() }
        case .data(let data):
            if case .byteBuffer(let bytes) = data.data {
                responder.counters.countReceived(bytes.readableBytes)
                request?.append(bytes)
            }
            if data.endStream { answer() }
        default: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        delivery?.abandon()
        delivery = nil
        context.fireChannelInactive()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { delivery?.resume() }
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func head(_ headers: HPACKHeaders) -> RequestHead {
        var head = RequestHead()
        head.isHTTP2 = true
        head.method = headers.first(name: ":method") ?? ""
        head.target = headers.first(name: ":path") ?? "/"
        for (name, value, _) in headers {
            if name.hasPrefix(RequestHead.scriptPrefix) {
                head.script.append((String(name.dropFirst(RequestHead.scriptPrefix.count)), value))
            }
            if responder.keepsFields { head.fields.append((name, value)) }
        }
        return head
    }

    private func answer() {
        guard let request else { return }
        self.request = nil
        let delivery = Delivery(responder.answer(request), to: self)
        self.delivery = delivery
        delivery.begin()
    }
}

extension HTTP2Stream: ResponseSink {
    var eventLoop: any EventLoop {
        guard let context else { preconditionFailure("a response outlived its stream") }
        return context.eventLoop
    }

    var isWritable: Bool { context?.channel.isWritable ?? false }

    func sendInterim(_ status: Int) { write(HPACKHeaders([(":status", String(status))])) }

    func send(_ head: ResponseHead) {
        var headers = HPACKHeaders([(":status", String(head.status))])
        for (name, value) in head.fields { headers.add(name: name.lowercased(), value: value) }
        if case .length(let length) = head.framing { headers.add(name: "content-length", value: String(length)) }
        hasHead = true
        write(headers)
    }

    func send(_ body: ByteBuffer) {
        responder.counters.countSent(body.readableBytes)
        if output.readableBytes == 0 { output = body } else { output.writeImmutableBuffer(body) }
        if output.readableBytes >= Self.frameSize {
            writeData()
            context?.flush()
        }
    }

    func flush() {
        if output.readableBytes > 0 { writeData() }
        context?.flush()
    }

    func finish(_ ticket: CallTicket?) {
        guard let context else {
            ticket?.end(.cut)
            return
        }
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.whenComplete { result in
            if case .success = result { ticket?.end(.whole) } else { ticket?.end(.cut) }
        }
        writeData(isLast: true, promise: promise)
        context.flush()
    }

    func breakOff(_ kind: FakeScript.Break) {
        guard let context else { return }
        // What is sent after this frame would overtake what waits before it.
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { [self] _ in
            guard kind == .reset else { return context.channel.parent?.closeBelowTLS() ?? () }
            write(.rstStream(.internalError), promise: nil)
            context.flush()
            context.close(promise: nil)
        }
        guard hasHead else { return promise.succeed() }
        writeData(promise: promise)
        context.flush()
    }

    /// Bytes of no frame, below the handler that would make frames of them.
    func sendGarbage() {
        guard let connection = context?.channel.parent,
            let http2 = try? connection.pipeline.syncOperations.context(handlerType: NIOHTTP2Handler.self)
        else { return }
        let promise = connection.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { _ in connection.closeBelowTLS() }
        http2.writeAndFlush(NIOAny(ByteBuffer(repeating: 0xFE, count: 64)), promise: promise)
    }

    private func writeData(isLast: Bool = false, promise: EventLoopPromise<Void>? = nil) {
        let bytes = output
        output = ByteBuffer()
        write(.data(.init(data: .byteBuffer(bytes), endStream: isLast)), promise: promise)
    }

    private func write(_ headers: HPACKHeaders) { write(.headers(.init(headers: headers)), promise: nil) }

    private func write(_ payload: HTTP2Frame.FramePayload, promise: EventLoopPromise<Void>?) {
        context?.write(wrapOutboundOut(payload), promise: promise)
    }
}
