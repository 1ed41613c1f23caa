internal import FakeProvider
internal import Foundation
internal import ProgramRunner
internal import ProxyLoad

/// What all trials have: a provider, a daemon that relays to it, and what loads have called so far.
final class TrialScene {
    /// How the proxy of a trial is set.
    struct Settings {
        /// What becomes of a call that cannot be recorded.
        var onSpoolFull = "refuse"
        /// The disk set aside for calls under way.
        var reserveBytes = 4 << 20
        /// What the ids of the provider are made of.
        var seed: UInt64
        /// Further settings of the proxy, a line each.
        var further: [String] = []
    }

    /// Of a hundred bodies, how many have an empty id.
    private static let emptyIDPercent = 20
    /// More calls than a load makes.
    private static let ledgerCapacity = 1_000_000

    private let site: TrialSite
    private let provider: FakeProvider
    private let database: [String]
    /// The folder of the spool.
    let spool: String
    let daemon: TrialDaemon
    private var firstCall = 1

    /// Lends a scene for the length of a trial.
    ///
    /// - Parameters:
    ///   - site: Where it is.
    ///   - settings: How the proxy is set.
    ///   - database: The address of a PostgreSQL; `nil` for the private one of the daemon.
    ///   - wrapping: Makes the command line that starts the daemon, from that of the daemon and its spool's folder.
    ///   - trial: What is tried.
    /// - Returns: What the trial returns.
    /// - Throws: What the trial throws, and what keeps the provider from being started.
    static func with<Value>(
        _ site: TrialSite, _ settings: Settings, database: String? = nil,
        wrapping: (_ command: [String], _ spool: String) throws -> [String] = { command, _ in command },
        _ trial: (TrialScene) async throws -> Value
    ) async throws -> Value {
        var provided = FakeProviderSettings()
        provided.emptyIDPercent = emptyIDPercent
        provided.ledgerCapacity = ledgerCapacity
        provided.ledgerBodyBytes = 0
        provided.seed = settings.seed
        let provider = try await FakeProvider.start(provided)
        var scene: TrialScene?
        let result: Result<Value, any Error>
        do {
            let made = try TrialScene(site, settings, provider, database: database, wrapping: wrapping)
            scene = made
            result = .success(try await trial(made))
        } catch {
            result = .failure(error)
        }
        await scene?.daemon.end()
        try await provider.stop()
        return try result.get()
    }

    private init(
        _ site: TrialSite, _ settings: Settings, _ provider: FakeProvider, database: String?,
        wrapping: (_ command: [String], _ spool: String) throws -> [String]
    ) throws {
        self.site = site
        self.provider = provider
        self.database = database.map { ["--database-url", $0] } ?? []
        spool = site.folder + "/spool"
        let further = settings.further.map { "\n  \($0)" }.joined()
        let text = """
            proxy:
              default_upstream: openai
              on_spool_full: \(settings.onSpoolFull)
              spool_folder: \(spool)
              spool_reserve_bytes: \(settings.reserveBytes)
              max_connections: 256\(further)
            upstreams:
              openai: { base_url: "\(provider.address)/openai/v1" }

            """
        let config = site.folder + "/trial.yaml"
        try Data(text.utf8).write(to: URL(filePath: config))
        let command = [site.tally, database == nil ? "up" : "serve", "--config", config] + self.database
        daemon = TrialDaemon(
            site, command: try wrapping(command, spool), hasPrivateServer: database == nil)
    }

    /// Runs a load for the length of a piece of work.
    ///
    /// - Parameters:
    ///   - project: What its calls are charged to; of its own.
    ///   - connections: How many connections are kept busy.
    ///   - mix: The shapes of its calls.
    ///   - work: What happens meanwhile.
    /// - Returns: What its clients and the provider say.
    /// - Throws: What the work throws, and `LoadError` when calls do not end.
    func load(
        _ project: String, connections: Int, mix: LoadMix = .sound, during work: (LoadClient) async throws -> Void
    ) async throws -> Traffic {
        let settings = LoadSettings(project: project, firstCall: firstCall, connections: connections, mix: mix)
        let calls = try await LoadClient.run(
            settings, at: daemon.proxy, endingWithin: TrialLimits.calls, during: work)
        firstCall += calls.count
        let ledger = ProviderLedger(provider.calls)
        provider.forget()
        return Traffic(project: project, calls: calls, ledger: ledger)
    }

    /// Compares a load with what is in the database, once all of it should be there.
    ///
    /// The daemon moves what it has recorded at its leisure: as long as that goes on, what is missing may yet come.
    func audit(_ traffic: Traffic, expecting expectation: Audit.Expectation) async throws -> Audit {
        var count = 0
        while true {
            let (now, before) = (try await daemon.count(of: traffic.project, changedFrom: count), count)
            count = now
            let audit = try await auditAsItIs(traffic, expecting: expectation)
            if audit.isClean || now == before { return audit }
        }
    }

    /// Compares a load with what is in the database now.
    func auditAsItIs(_ traffic: Traffic, expecting expectation: Audit.Expectation) async throws -> Audit {
        let events = try await events(of: traffic.project)
        var audit = Audit(traffic, events, expecting: expectation)
        let totals = try await daemon.totals(of: traffic.project)
        if let difference = totals.difference(from: events) { audit.add(wrong: "rollups: \(difference)") }
        return audit
    }

    /// Stops the daemon, and compares all loads with all that it leaves.
    ///
    /// - Parameters:
    ///   - traffic: The loads.
    ///   - expectation: What has to have an event.
    /// - Returns: The comparison.
    /// - Throws: `TrialError` when the daemon does not stop well.
    func finalAudit(_ traffic: [Traffic], expecting expectation: Audit.Expectation) async throws -> Audit {
        try await daemon.stop()
        let all = Traffic(joining: traffic)
        var audit = Audit(all, try await events(), expecting: expectation)
        let left = try await SpoolRemains.count(in: spool)
        if left > 0 { audit.add(wrong: "\(left) records are left in the spool, though PostgreSQL was there") }
        return audit
    }

    /// The events of a project, or of all, as an export has them.
    func events(of project: String? = nil) async throws -> [RecordedEvent] {
        let filter = project.map { ["--filter", "project=\($0)"] } ?? []
        var program = Program(
            [site.tally, "export", "--from", TrialRange.from, "--to", TrialRange.to] + filter + database,
            directory: site.folder)
        program.environment = site.environment
        return try RecordedEvent.read(export: try await daemon.output(of: program))
    }
}
