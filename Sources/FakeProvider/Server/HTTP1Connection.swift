internal import NIOCore

/// A connection of HTTP/1: reads one request after the other, and is where their answers go.
///
/// A connection that begins with the preface of HTTP/2 is handed over.
final class HTTP1Connection: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The most bytes of later requests that wait for the answer to an earlier one.
    private static let pipelineLimit = 1 << 20
    private static let preface = ByteBuffer(string: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")

    private let responder: Responder
    private let switchToHTTP2: (ChannelHandlerContext) throws -> Void
    private var context: ChannelHandlerContext?
    private var reader: HTTP1RequestReader
    private var received = ByteBuffer()
    private var isFirst = true
    private var isReading = false
    private var request: FakeRequest?
    private var delivery: Delivery?
    /// What was made but not handed on yet.
    private var output: HTTP1Output

    init(_ responder: Responder, switchToHTTP2: @escaping (ChannelHandlerContext) throws -> Void) {
        self.responder = responder
        self.switchToHTTP2 = switchToHTTP2
        reader = HTTP1RequestReader(keepsFields: responder.keepsFields)
        output = HTTP1Output(counters: responder.counters)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        responder.counters.countReceived(bytes.readableBytes)
        if received.readableBytes == 0 { received = bytes } else { received.writeBuffer(&bytes) }
        if isFirst, isHTTP2(context) { return }
        read()
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

    /// Whether this is a connection of HTTP/2, which is then handed over, or may still become one.
    private func isHTTP2(_ context: ChannelHandlerContext) -> Bool {
        let preface = Self.preface.readableBytesView
        let count = min(received.readableBytes, preface.count)
        guard received.readableBytesView.prefix(count).elementsEqual(preface.prefix(count)) else {
            isFirst = false
            return false
        }
        guard count == preface.count else { return true }
        do {
            try switchToHTTP2(context)
            context.fireChannelRead(wrapInboundOut(received))
            context.fireChannelReadComplete()
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        } catch {
            context.close(promise: nil)
        }
        return true
    }

    /// Reads on, up to the end of a request; its answer reads the next.
    private func read() {
        guard !isReading else { return }
        isReading = true
        defer { isReading = false }
        do {
            while delivery == nil, context != nil {
                switch try reader.next(&received) {
                case .needsMore: return
                case .head(let head):
                    request = FakeRequest(head: head)
                    if head.expectsContinue, head.knowsChunks { sendInterim(100) }
                case .body(let bytes): request?.append(bytes)
                case .end: answer()
                }
            }
            if received.readableBytes > Self.pipelineLimit { context?.close(promise: nil) }
        } catch {
            refuse()
        }
    }

    private func answer() {
        guard let request else { return }
        self.request = nil
        let delivery = Delivery(responder.answer(request), to: self)
        self.delivery = delivery
        delivery.begin()
    }

    /// Answers what is no HTTP.
    private func refuse() {
        output.bytes.writeStaticString("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        flush()
        context?.close(promise: nil)
    }
}

extension HTTP1Connection: ResponseSink {
    var eventLoop: any EventLoop {
        guard let context else { preconditionFailure("a response outlived its connection") }
        return context.eventLoop
    }

    var isWritable: Bool { context?.channel.isWritable ?? false }

    func sendInterim(_ status: Int) {
        output.writeInterim(status)
        flush()
    }

    func send(_ head: ResponseHead) { output.write(head) }

    func send(_ body: ByteBuffer) {
        if let context { output.write(body, to: context) }
    }

    func flush() {
        if let context { output.flush(to: context, promise: nil) }
    }

    func finish(_ ticket: CallTicket?) {
        guard let context else {
            ticket?.end(.cut)
            return
        }
        let closes = output.closes
        output.writeEnd()
        var promise: EventLoopPromise<Void>?
        if closes || ticket != nil { promise = context.eventLoop.makePromise() }
        promise?.futureResult.assumeIsolated().whenComplete { [self] result in
            if case .success = result { ticket?.end(.whole) } else { ticket?.end(.cut) }
            if closes { self.context?.close(promise: nil) }
        }
        output.flush(to: context, promise: promise)
        if !closes {
            delivery = nil
            read()
        }
    }

    func breakOff(_ kind: FakeScript.Break) {
        guard let context else { return }
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { _ in
            if kind == .reset { context.channel.reset() } else { context.channel.closeBelowTLS() }
        }
        output.flush(to: context, promise: promise)
    }

    func sendGarbage() {
        output.bytes.writeStaticString("HTTP/1.1 2OO\u{0}Fine\r\n: no name\r\nno colon\r\n\r\n\u{1}\u{2}{")
        output.writesRaw = true
        breakOff(.close)
    }
}
