internal import NIOCore
internal import NIOHTTP2
internal import NIOPosix
internal import NIOSSL
internal import NIOTLS

/// Listens, and gives every connection its handlers.
struct Listener: Sendable {
    /// Connections that wait to be accepted.
    private static let backlog: Int32 = 4_096

    private let shared: SharedState
    private let tls: NIOSSLContext?
    private let responders: [ObjectIdentifier: NIOLoopBound<Responder>]

    /// Makes what each event loop of the group needs.
    init(_ shared: SharedState, _ group: MultiThreadedEventLoopGroup) async throws {
        self.shared = shared
        tls = try shared.settings.tls.map(Self.tlsContext)
        var responders: [ObjectIdentifier: NIOLoopBound<Responder>] = [:]
        for loop in group.makeIterator() {
            responders[ObjectIdentifier(loop)] = try await loop.submit {
                NIOLoopBound(try Responder(shared), eventLoop: loop)
            }.get()
        }
        self.responders = responders
    }

    func bind(_ group: MultiThreadedEventLoopGroup) async throws -> any Channel {
        let (host, port) = (shared.settings.host, shared.settings.port)
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: Self.backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try prepare(channel) }
            }
        do {
            return try await bootstrap.bind(host: host, port: port).get()
        } catch {
            throw FakeProviderError(
                description: "\(host):\(port): cannot listen there: \(error); name an address of this machine and a "
                    + "port that is free, or 0 for any")
        }
    }

    private func prepare(_ channel: any Channel) throws {
        let counters = shared.counters
        counters.countOpened()
        channel.closeFuture.whenComplete { _ in counters.countClosed() }
        guard let tls else { return try addHTTP1(channel) }
        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
        try channel.pipeline.syncOperations.addHandler(
            ApplicationProtocolNegotiationHandler { result, channel in
                channel.eventLoop.makeCompletedFuture {
                    if result == .negotiated("h2") { try addHTTP2(channel) } else { try addHTTP1(channel) }
                }
            })
    }

    private func addHTTP1(_ channel: any Channel) throws {
        let responder = responder(of: channel)
        try channel.pipeline.syncOperations.addHandler(
            HTTP1Connection(responder) { context in try addHTTP2(context.channel) })
    }

    private func addHTTP2(_ channel: any Channel) throws {
        var streams = NIOHTTP2Handler.StreamConfiguration()
        streams.outboundBufferSizeHighWatermark = 65_536
        streams.outboundBufferSizeLowWatermark = 32_768
        streams.targetWindowSize = 1 << 20
        // A test may reset as many streams as it likes.
        streams.streamResetFrameRateLimit.maximumCount = .max
        streams.streamErrorRateLimit.maximumCount = .max
        var connection = NIOHTTP2Handler.ConnectionConfiguration()
        connection.targetWindowSize = 4 << 20
        connection.maximumConnectionGlitches = .max
        connection.controlFrameRateLimit.maximumCount = .max
        // What is wrong on purpose has to get out.
        connection.contentLengthValidation = .disabled
        connection.headerBlockValidation = .disabled
        connection.initialSettings.append(HTTP2Setting(parameter: .maxConcurrentStreams, value: 1_000))
        _ = try channel.pipeline.syncOperations.configureHTTP2Pipeline(
            mode: .server, connectionConfiguration: connection, streamConfiguration: streams
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                let responder = responder(of: stream)
                try stream.pipeline.syncOperations.addHandler(HTTP2Stream(responder))
            }
        }
    }

    private func responder(of channel: any Channel) -> Responder {
        guard let responder = responders[ObjectIdentifier(channel.eventLoop)] else {
            preconditionFailure("a connection came by an event loop of another group")
        }
        return responder.value
    }

    private static func tlsContext(_ files: FakeProviderSettings.TLS) throws -> NIOSSLContext {
        let chain: [NIOSSLCertificate]
        let key: NIOSSLPrivateKey
        do {
            chain = try NIOSSLCertificate.fromPEMFile(files.certificateFile)
        } catch {
            throw unreadable(files.certificateFile, "certificate", error)
        }
        do {
            key = try NIOSSLPrivateKey(file: files.keyFile, format: .pem)
        } catch {
            throw unreadable(files.keyFile, "private key", error)
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.applicationProtocols = ["h2", "http/1.1"]
        return try NIOSSLContext(configuration: configuration)
    }

    private static func unreadable(_ file: String, _ kind: String, _ error: any Error) -> FakeProviderError {
        FakeProviderError(description: "\(file): cannot be read as a \(kind): \(error); name a PEM file that holds one")
    }
}
