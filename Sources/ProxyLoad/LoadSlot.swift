internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// A place for one connection of a load, which is opened again when it breaks; on one event loop.
final class LoadSlot {
    private static let shortestPause = TimeAmount.milliseconds(10)
    private static let longestPause = TimeAmount.milliseconds(200)
    private static let connectLimit = TimeAmount.seconds(10)

    private let book: LoadBook
    private let address: ProxyAddress
    private let eventLoop: any EventLoop
    private var pause = shortestPause

    init(_ book: LoadBook, address: ProxyAddress, eventLoop: any EventLoop) {
        self.book = book
        self.address = address
        self.eventLoop = eventLoop
    }

    /// Opens the connection.
    func open() {
        if book.isStopping { return book.noteClosed() }
        guard let (host, port) = address.current else { return openLater() }
        let (book, slot) = (book, NIOLoopBound(self, eventLoop: eventLoop))
        ClientBootstrap(group: eventLoop)
            .connectTimeout(Self.connectLimit)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHTTPClientHandlers()
                    try pipeline.addHandler(LoadConnection(book, slot: slot.value, host: "\(host):\(port)"))
                }
            }
            .connect(host: host, port: port)
            .whenFailure { _ in slot.value.openLater() }
    }

    /// The proxy answers on it.
    func isAnswered() { pause = Self.shortestPause }

    /// The connection is no more.
    func closed() { openLater() }

    private func openLater() {
        if book.isStopping { return book.noteClosed() }
        let slot = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.scheduleTask(in: pause) { slot.value.open() }
        pause = min(pause * 2, Self.longestPause)
    }
}
