internal import CScheduling
internal import CurlTransport
package import DurableQueue
package import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import ServiceLifecycle
package import TallyConfig
package import TallyCore

/// The metering proxy: a listener that relays the calls of applications to their providers and records each one.
package struct MeteringProxy: Service {
    /// What the proxy works with beside its settings.
    package struct Parts: Sendable {
        let spool: DurableQueue
        let prices: PriceShelf
        let findKey: @Sendable (Substring) -> KeyGrant?
        let credentials: [String: String]
        let now: @Sendable () -> Instant
        let append: Append

        /// Takes the records of calls with the places that were kept for them, and says when they are on disk.
        package typealias Append = @Sendable (_ records: [DurableQueue.Submission]) -> Void

        /// The parts of a proxy.
        ///
        /// - Parameters:
        ///   - spool: Where calls are recorded.
        ///   - prices: The prices in force, for the cost in a response's head.
        ///   - findKey: The Tally key of a secret, `nil` when there is none.
        ///   - credentials: The credentials of upstreams, by their names.
        ///   - now: The clock.
        ///   - append: What takes records on their way to the spool; `nil` for the spool itself.
        package init(
            spool: DurableQueue, prices: PriceShelf, findKey: @escaping @Sendable (Substring) -> KeyGrant?,
            credentials: [String: String], now: @escaping @Sendable () -> Instant, append: Append? = nil
        ) {
            self.spool = spool
            self.prices = prices
            self.findKey = findKey
            self.credentials = credentials
            self.now = now
            self.append = append ?? { spool.append($0) }
        }
    }

    /// How long calls under way may take to end when the proxy is stopped.
    private static let stopLimit = Duration.seconds(20)
    /// Connections that wait to be accepted, at most.
    private static let backlog: Int32 = 1024
    /// The longest head of a request, in bytes: as long as that of a response may be.
    private static let maximumHeadBytes = 256 << 10

    private let listen: ListenAddress
    private let configuration: Configuration
    private let parts: Parts
    private let logger: Logger
    private let onListening: @Sendable (_ address: String) async -> Void
    /// What it counts of its calls.
    package let counters: ProxyCounters

    /// A proxy that listens once it is run.
    ///
    /// - Parameters:
    ///   - listen: The address to listen on; port 0 takes a free one.
    ///   - configuration: The upstreams and limits.
    ///   - parts: What it works with.
    ///   - logger: Where gaps are noted.
    ///   - onListening: Called with `HOST:PORT` when connections are accepted.
    package init(
        listen: ListenAddress, configuration: Configuration, parts: Parts, logger: Logger,
        onListening: @escaping @Sendable (_ address: String) async -> Void
    ) {
        self.listen = listen
        self.configuration = configuration
        self.parts = parts
        self.logger = logger
        self.onListening = onListening
        counters = ProxyCounters(upstreams: Array(configuration.upstreams.keys))
    }

    /// Listens and relays until it is told to stop; then lets the calls under way end.
    ///
    /// - Throws: ``ListenError`` when the address cannot be listened on.
    package func run() async throws {
        let threads = max(1, System.coreCount / 2)
        let engine = TransferEngine(threads: threads, maximumIdleConnections: configuration.proxy.maxConnections)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        let register = ClientRegister()
        do {
            try await serve(on: group, services(engine), register)
            register.stop()
            await waitForCalls(register)
        } catch {
            engine.shutDown()
            try? await group.shutdownGracefully()
            throw error
        }
        // What is left is cancelled, and recorded as such.
        engine.shutDown()
        await register.callsHaveEnded()
        try await group.shutdownGracefully()
    }

    private func serve(
        on group: MultiThreadedEventLoopGroup, _ services: ProxyServices, _ register: ClientRegister
    ) async throws {
        let resources = try Self.resources(of: group)
        let limit = configuration.proxy.maxConnections
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: Self.backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.maxMessagesPerRead, value: 16)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptGate(limit: limit))
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .childChannelOption(.allowRemoteHalfClosure, value: false)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let own = resources[ObjectIdentifier(channel.eventLoop)]?.value else { return }
                    let pipeline = channel.pipeline.syncOperations
                    var limits = NIOHTTPDecoderLimitConfiguration()
                    limits.maxHeaderListSize = Self.maximumHeadBytes
                    // What is answered the connection writes itself.
                    try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(limitConfiguration: limits)))
                    try pipeline.addHandler(ClientConnection(services: services, resources: own, register: register))
                }
            }
        let host = listen.host
        let shown = host.contains(":") ? "[\(host)]" : host
        let channel: any NIOCore.Channel
        do {
            channel = try await bootstrap.bind(host: host, port: listen.port).get()
        } catch {
            throw ListenError(address: "\(shown):\(listen.port)", option: "--proxy-listen", cause: error)
        }
        await onListening("\(shown):\(channel.localAddress?.port ?? listen.port)")
        try? await gracefulShutdown()
        try? await channel.close().get()
    }

    /// Parsers and the like for each event loop.
    private static func resources(
        of group: MultiThreadedEventLoopGroup
    ) throws -> [ObjectIdentifier: NIOLoopBoundBox<LoopResources>] {
        var resources: [ObjectIdentifier: NIOLoopBoundBox<LoopResources>] = [:]
        for eventLoop in group.makeIterator() {
            eventLoop.execute { cscheduling_wait_little(nil) }
            resources[ObjectIdentifier(eventLoop)] = .makeBoxSendingValue(try LoopResources(), eventLoop: eventLoop)
        }
        return resources
    }

    private func waitForCalls(_ register: ClientRegister) async {
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await register.callsHaveEnded() }
            tasks.addTask { try? await Task.sleep(for: Self.stopLimit) }
            await tasks.next()
            tasks.cancelAll()
        }
    }

    private func services(_ engine: TransferEngine) throws -> ProxyServices {
        let proxy = configuration.proxy
        guard let defaultUpstream = configuration.upstreams[proxy.defaultUpstream] else {
            preconditionFailure("the configuration has checked its default upstream")
        }
        return ProxyServices(
            settings: ProxyServices.Settings(
                onSpoolFull: proxy.onSpoolFull, maximumBodyBytes: proxy.maxBodyBytes,
                maximumInspectedBytes: proxy.maxInspectedBytes, timeouts: proxy.timeouts, drain: proxy.drain,
                requiresKey: !listen.isLoopback),
            upstreams: UpstreamTable(
                configuration.upstreams, defaultUpstream: defaultUpstream, counters: counters),
            counters: counters, credentials: parts.credentials, engine: engine, spool: parts.spool,
            append: parts.append,
            findKey: parts.findKey, prices: parts.prices, now: parts.now, logger: logger)
    }
}
