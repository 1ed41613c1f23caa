internal import ArgumentParser
internal import EmbeddedPostgres
internal import Logging
internal import PostgresClient
internal import ServiceLifecycle
internal import TallyConfig
internal import TallyService
internal import TallyStore
internal import UnixSignals

/// The long-running service: opens the database, starts its parts, and stops them in the reverse order.
struct Daemon {
    let options: DatabaseOptions
    let listeners: ListenerOptions

    /// How long the parts may take to stop before they are cancelled.
    private static let shutdownLimit = Duration.seconds(30)

    func run() async throws {
        LogOutput.bootstrap()
        let logger = Logger(label: "tally")
        let configuration = try Configuration.load(options)
        let listen = try address()
        let session = try await DatabaseSession.open(
            options, configuration: configuration, as: .daemon, migrates: true)
        do {
            try await serve(session, configuration, listen ?? configuration.api.listen, logger)
        } catch {
            await session.close(waitForStop: true)
            throw error
        }
        await session.close(waitForStop: true)
    }

    private func serve(
        _ session: DatabaseSession, _ configuration: Configuration, _ listen: ListenAddress, _ logger: Logger
    ) async throws {
        guard listen.isLoopback else {
            throw CommandFailure(
                "\(listen) is not a loopback address, and there is no authentication yet: listen on 127.0.0.1 or [::1]")
        }
        let options = options
        let database = session.database
        let prices = PriceKeeper(prices: database, logger: logger) {
            let configuration = try Configuration.load(options)
            return (try ConfiguredPrices(configuration), configuration.watchedFiles)
        }
        try await prices.start()
        let api = ReportAPI(
            sources: ReportAPI.Sources(reports: database, events: database, prices: database, readiness: database),
            settings: ReportAPI.Settings(
                host: listen.host, port: listen.port, maximumRows: configuration.api.maxRows, version: Tally.version),
            logger: logger, now: SystemClock.now
        ) { address in
            StandardError.write("tally: ready, api http://\(address)\n")
        }
        let keeper = DatabaseKeeper(
            readiness: database, logger: logger, now: SystemClock.now,
            bringBack: { try await session.ensureServer() },
            makeAhead: { try await database.makePartitions(from: $0) })
        var group = ServiceGroupConfiguration(
            services: [keeper, prices, api], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = Self.shutdownLimit
        try await ServiceGroup(configuration: group).run()
    }

    /// The address named on the command line; that of the proxy is only checked.
    private func address() throws -> ListenAddress? {
        var api: ListenAddress?
        for (option, text) in [("--proxy-listen", listeners.proxyListen), ("--api-listen", listeners.apiListen)] {
            guard let text else { continue }
            guard let address = ListenAddress(text) else {
                throw ValidationError("\(option): \"\(text)\" is no address; write HOST:PORT, e.g. 127.0.0.1:4001")
            }
            if option == "--api-listen" { api = address }
        }
        return api
    }
}
