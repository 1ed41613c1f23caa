internal import NIOCore

/// Accepts no more connections than may be open; the others wait with the system until one of those is closed.
final class AcceptGate: ChannelDuplexHandler {
    typealias InboundIn = any NIOCore.Channel
    typealias InboundOut = any NIOCore.Channel
    typealias OutboundIn = Never
    typealias OutboundOut = Never

    private let limit: Int
    private var count = 0
    private var readIsDue = false
    private var context: ChannelHandlerContext?

    /// A gate for so many connections.
    init(limit: Int) {
        self.limit = limit
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        count += 1
        let gate = NIOLoopBound(self, eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        unwrapInboundIn(data).closeFuture.whenComplete { _ in eventLoop.execute { gate.value.connectionClosed() } }
        context.fireChannelRead(data)
    }

    func read(context: ChannelHandlerContext) {
        if count < limit { context.read() } else { readIsDue = true }
    }

    private func connectionClosed() {
        count -= 1
        guard readIsDue, count < limit else { return }
        readIsDue = false
        context?.read()
    }
}
