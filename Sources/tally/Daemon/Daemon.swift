internal import ArgumentParser
internal import DurableQueue
internal import EmbeddedPostgres
internal import Foundation
internal import Logging
internal import PostgresClient
internal import ServiceLifecycle
internal import TallyConfig
internal import TallyCore
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
        let addresses = try Addresses(listeners, configuration)
        let session = try await DatabaseSession.open(
            options, configuration: configuration, as: .daemon, migrates: true)
        do {
            let spool = try Spool(options, configuration, logger)
            do {
                try await serve(session, spool, configuration, addresses, logger)
            } catch {
                await spool.queue.close()
                throw error
            }
            await spool.queue.close()
        } catch {
            await session.close(waitForStop: true)
            throw error
        }
        await session.close(waitForStop: true)
    }

    private func serve(
        _ session: DatabaseSession, _ spool: Spool, _ configuration: Configuration, _ addresses: Addresses,
        _ logger: Logger
    ) async throws {
        let options = options
        let database = session.database
        let ring = KeyRing()
        let keys = KeyKeeper(ring: ring, source: database, cache: keyCache(logger), logger: logger)
        try await keys.start()
        try addresses.check(keys: ring)
        let prices = PriceKeeper(prices: database, logger: logger) {
            let configuration = try Configuration.load(options)
            return (try ConfiguredPrices(configuration), configuration.watchedFiles)
        }
        try await prices.start()
        // Refused before anything listens, as any other error in the settings.
        _ = try SourcePlan(configuration)
        let shelf = PriceShelf()
        shelf.put(try ConfiguredPrices(configuration).table.makeBook())
        let ready = ReadyLine(["proxy", "api"])
        let proxy = MeteringProxy(
            listen: addresses.proxy, configuration: configuration,
            parts: MeteringProxy.Parts(
                spool: spool.queue, prices: shelf, findKey: { ring.find(secret: String($0)) },
                credentials: Self.credentials(configuration), now: SystemClock.now),
            logger: logger, onListening: { ready.note("proxy", at: $0) })
        let priceBoard = PriceBoard(prices: database, shelf: shelf)
        let ingestor = SpoolIngestor(
            spool: spool.queue, sink: database, prices: priceBoard,
            rejectPath: spool.rejectPath, logger: logger, now: SystemClock.now)
        let locks = SourceLockSession(database)
        let board = SourceBoard()
        let puller = SourcePuller(
            turns: SourceTurns(
                SourceParts.make(
                    database, locks: locks, options, configuration, book: { try await priceBoard.book() }),
                logger: logger),
            board: board, logger: logger
        ) {
            let configuration = try Configuration.load(options)
            return (try SourcePlan(configuration), configuration.watchedFiles)
        }
        var sources = ReportAPI.Sources(
            reports: database, events: database, prices: database, readiness: database,
            intake: EventIntake(sink: database, prices: priceBoard))
        sources.pulled = ReportAPI.PulledSources(ledger: database, board: board)
        let queue = spool.queue
        sources.metrics = ServiceMetrics(
            version: Tally.version, readiness: database, ledger: database, board: board,
            spool: { ServiceMetrics.Spool(records: queue.backlog.records, bytes: queue.backlog.bytes) },
            proxy: proxy.counters, loads: ingestor.counters, now: SystemClock.now)
        let api = ReportAPI(
            sources: sources,
            settings: ReportAPI.Settings(
                host: addresses.api.host, port: addresses.api.port, maximumRows: configuration.api.maxRows,
                version: Tally.version, ingest: IngestLimits(configuration.api.ingest)),
            access: APIAccess(keys: ring, isLoopback: addresses.api.isLoopback), logger: logger, now: SystemClock.now
        ) { ready.note("api", at: $0) }
        let keeper = DatabaseKeeper(
            readiness: database, logger: logger, now: SystemClock.now,
            bringBack: {
                try await session.ensureServer()
                try await session.prepare()
            },
            makeAhead: { try await database.makePartitions(from: $0) })
        // Stopped in the reverse order: first no call is taken any more, at last the calls are moved.
        let services = [
            NamedService("database", keeper), NamedService("prices", prices), NamedService("keys", keys),
            NamedService("sources", puller), NamedService("ingestor", ingestor), NamedService("api", api),
            NamedService("proxy", proxy),
        ]
        var group = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = Self.shutdownLimit
        do {
            try await ServiceGroup(configuration: group).run()
        } catch {
            await locks.close()
            throw error
        }
        await locks.close()
    }

    /// The copy of the keys in the data directory, which a database elsewhere does not need to be there.
    private func keyCache(_ logger: Logger) -> KeyCache? {
        do {
            try EmbeddedPostgres.prepareFolder(options.dataDirectory)
        } catch {
            logger.warning(
                "no copy of the keys is kept: a start without the database will not know them",
                metadata: ["error": "\(error)"])
            return nil
        }
        return KeyCache(path: options.keyCachePath, database: options.databaseWords)
    }

    /// The credentials of upstreams that the environment has.
    private static func credentials(_ configuration: Configuration) -> [String: String] {
        let environment = ProcessInfo.processInfo.environment
        return configuration.upstreams.compactMapValues { upstream in
            upstream.keyVariable.flatMap { environment[$0] }.flatMap { $0.isEmpty ? nil : $0 }
        }
    }
}
