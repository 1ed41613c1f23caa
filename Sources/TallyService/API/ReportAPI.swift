internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
package import Logging
internal import NIOCore
internal import ServiceLifecycle
internal import Synchronization
package import TallyCore
internal import TallyMetering

/// The API: an HTTP listener for people and jobs, that answers questions and takes events.
package struct ReportAPI: Service {
    /// What the API answers from.
    package struct Sources: Sendable {
        let reports: any ReportSource
        let events: any EventSource
        let prices: any PriceSource
        let readiness: any ReadinessSource
        let intake: EventIntake
        /// The sources that are pulled.
        package var pulled: PulledSources?
        /// What the daemon measures of itself.
        package var metrics: ServiceMetrics?

        /// The ports the API answers from, and where events go that are sent to it.
        package init(
            reports: any ReportSource, events: any EventSource, prices: any PriceSource,
            readiness: any ReadinessSource, intake: EventIntake
        ) {
            self.reports = reports
            self.events = events
            self.prices = prices
            self.readiness = readiness
            self.intake = intake
        }
    }

    /// The sources that are pulled: how they are, and which of them are configured.
    package struct PulledSources: Sendable {
        let ledger: any SourceLedger
        let board: SourceBoard

        /// Sources from where they are noted.
        package init(ledger: any SourceLedger, board: SourceBoard) {
            self.ledger = ledger
            self.board = board
        }
    }

    /// Bounds and identity of the listener.
    package struct Settings: Sendable {
        /// The address to listen on.
        package var host: String
        /// The port to listen on; 0 takes a free one.
        package var port: Int
        /// The most rows in one answer.
        package var maximumRows: Int
        /// The version, as `/healthz` and the description name it.
        package var version: String
        /// How much may be sent in.
        package var ingest: IngestLimits

        /// Settings from their parts.
        package init(
            host: String, port: Int, maximumRows: Int, version: String, ingest: IngestLimits = IngestLimits()
        ) {
            self.host = host
            self.port = port
            self.maximumRows = maximumRows
            self.version = version
            self.ingest = ingest
        }
    }

    private let sources: Sources
    private let settings: Settings
    private let access: APIAccess
    private let logger: Logger
    private let now: @Sendable () -> Instant
    private let onListening: @Sendable (_ address: String) async -> Void

    /// An API that listens once it is run.
    ///
    /// - Parameters:
    ///   - sources: What it answers from.
    ///   - settings: Address and bounds.
    ///   - access: Who may ask.
    ///   - logger: Where failures that are not the client's are noted.
    ///   - now: The clock, for the default range.
    ///   - onListening: Called with `HOST:PORT` when connections are accepted.
    package init(
        sources: Sources, settings: Settings, access: APIAccess, logger: Logger,
        now: @escaping @Sendable () -> Instant,
        onListening: @escaping @Sendable (_ address: String) async -> Void
    ) {
        self.sources = sources
        self.settings = settings
        self.access = access
        self.logger = logger
        self.now = now
        self.onListening = onListening
    }

    /// Listens and answers until it is told to stop.
    ///
    /// - Throws: ``ListenError`` when the address cannot be listened on.
    package func run() async throws {
        let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        let isListening = Atomic(false)
        let application = Application(
            router: router(),
            server: .http1(configuration: HTTP1Channel.Configuration(idleTimeout: Self.idleTime)),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port), serverName: "tally"),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? settings.port
                isListening.store(true, ordering: .relaxed)
                await onListening("\(host):\(port)")
            },
            logger: logger)
        do {
            try await application.run()
        } catch {
            if isListening.load(ordering: .relaxed) || Task.isCancelled { throw error }
            throw ListenError(address: "\(host):\(settings.port)", option: "--api-listen", cause: error)
        }
    }

    /// How long a connection may say nothing.
    private static var idleTime: TimeAmount { .seconds(120) }

    /// The paths that say nothing of the usage, and so need no token.
    private static let openPaths: Set = ["/healthz", "/readyz", "/openapi.json"]

    /// The paths that take telemetry, and of which kind.
    private static let telemetryPaths: [String: TelemetrySignal] = ["/v1/traces": .spans, "/v1/logs": .logRecords]
    private static let eventsPath = "/api/v1/events"
    private static let metricsPath = "/metrics"

    /// The routes, which tests call without a listener.
    func router() -> Router<APIContext> {
        let usage = UsageEndpoints(sources: sources, settings: settings, now: now)
        let prices = PriceEndpoints(sources: sources, settings: settings)
        let service = ServiceEndpoints(sources: sources, settings: settings)
        let gate = IngestGate(limits: settings.ingest)
        var answers: [String: @Sendable (Request) async throws -> Response] = [
            "/api/v1/usage": { try await usage.usage($0) },
            Self.eventsPath: { try await usage.events($0) },
            "/api/v1/projects": { try await usage.projects($0) },
            "/api/v1/prices": { try await prices.prices($0) },
            "/openapi.json": { _ in service.description() },
            "/healthz": { _ in service.health() },
            "/readyz": { _ in await service.readiness() },
        ]
        if let pulled = sources.pulled {
            let endpoints = SourceEndpoints(pulled: pulled, now: now)
            answers["/api/v1/sources"] = { try await endpoints.sources($0) }
        }
        let telemetryPaths = Set(Self.telemetryPaths.keys)
        let ingestPaths = telemetryPaths.union([Self.eventsPath])
        let counters = APICounters(paths: ingestPaths.union(answers.keys).union([Self.metricsPath]))
        if let metrics = sources.metrics {
            answers[Self.metricsPath] = { _ in Answer.metrics(await metrics.text(counters)) }
        }
        let ingest = IngestEndpoints(
            intake: sources.intake, limits: settings.ingest, gate: gate, counters: counters.ingest)
        let telemetry = TelemetryEndpoints(
            intake: sources.intake, limits: settings.ingest, gate: gate, counters: counters.ingest)
        var methods = answers.mapValues { _ in [HTTPRequest.Method.get, .head] }
        for path in ingestPaths { methods[path, default: []].append(.post) }
        let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: CountingMiddleware(counters: counters))
        router.add(
            middleware: ProblemMiddleware(logger: logger, methods: methods, telemetryPaths: telemetryPaths))
        router.add(
            middleware: AccessMiddleware(access: access, openPaths: Self.openPaths, ingestPaths: ingestPaths))
        for (path, answer) in answers { router.get(RouterPath(path)) { request, _ in try await answer(request) } }
        router.post(RouterPath(Self.eventsPath)) { try await ingest.events($0, $1.grant) }
        for (path, signal) in Self.telemetryPaths {
            router.post(RouterPath(path)) { try await telemetry.take(signal, $0, $1.grant) }
        }
        return router
    }
}
