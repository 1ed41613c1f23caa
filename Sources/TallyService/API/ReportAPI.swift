internal import HTTPTypes
internal import Hummingbird
package import Logging
internal import NIOCore
internal import ServiceLifecycle
internal import Synchronization
package import TallyCore

/// The report API: an HTTP listener for people and jobs, that only reads.
package struct ReportAPI: Service {
    /// What the API answers from.
    package struct Sources: Sendable {
        let reports: any ReportSource
        let events: any EventSource
        let prices: any PriceSource
        let readiness: any ReadinessSource

        /// The ports the API answers from.
        package init(
            reports: any ReportSource, events: any EventSource, prices: any PriceSource,
            readiness: any ReadinessSource
        ) {
            self.reports = reports
            self.events = events
            self.prices = prices
            self.readiness = readiness
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

        /// Settings from their parts.
        package init(host: String, port: Int, maximumRows: Int, version: String) {
            self.host = host
            self.port = port
            self.maximumRows = maximumRows
            self.version = version
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

    /// The paths that say nothing of the usage, and so need no token.
    private static let openPaths: Set = ["/healthz", "/readyz", "/openapi.json"]

    /// The routes, which tests call without a listener.
    func router() -> Router<BasicRequestContext> {
        let usage = UsageEndpoints(sources: sources, settings: settings, now: now)
        let prices = PriceEndpoints(sources: sources, settings: settings)
        let service = ServiceEndpoints(sources: sources, settings: settings)
        let answers: [String: @Sendable (Request) async throws -> Response] = [
            "/api/v1/usage": { try await usage.usage($0) },
            "/api/v1/events": { try await usage.events($0) },
            "/api/v1/projects": { try await usage.projects($0) },
            "/api/v1/prices": { try await prices.prices($0) },
            "/openapi.json": { _ in service.description() },
            "/healthz": { _ in service.health() },
            "/readyz": { _ in await service.readiness() },
        ]
        let router = Router(options: .autoGenerateHeadEndpoints)
        router.add(middleware: ProblemMiddleware(logger: logger, paths: Set(answers.keys)))
        router.add(middleware: AccessMiddleware(access: access, openPaths: Self.openPaths))
        for (path, answer) in answers { router.get(RouterPath(path)) { request, _ in try await answer(request) } }
        return router
    }
}
