internal import ProxyLoad

/// PostgreSQL is away under load: no call fails, and nothing is missing when it is back.
package struct OutageTrial {
    /// How long PostgreSQL is away.
    package enum Length: Sendable {
        /// Until so many calls were served meanwhile.
        case calls(Int)
        /// So long.
        case time(Duration)
    }

    /// What was found.
    package struct Outcome: Sendable {
        /// The comparison, after the daemon was stopped.
        package let audit: Audit
        /// Calls that were not served whole.
        package let failedCalls: Int
        /// Calls that were served while PostgreSQL was away.
        package let callsMeanwhile: Int
    }

    /// Calls that are served before PostgreSQL goes, and after it is back.
    private static let callsAround = 128

    private let site: TrialSite
    private let length: Length
    private let killsDaemon: Bool
    private let connections: Int
    private let seed: UInt64

    /// A trial.
    ///
    /// - Parameters:
    ///   - site: Where it takes place.
    ///   - length: How long PostgreSQL is away.
    ///   - killsDaemon: Whether the daemon is killed and started again while PostgreSQL is away.
    ///   - connections: Connections of the load.
    ///   - seed: What the ids of the provider are made of.
    package init(_ site: TrialSite, length: Length, killsDaemon: Bool, connections: Int, seed: UInt64) {
        self.site = site
        self.length = length
        self.killsDaemon = killsDaemon
        self.connections = connections
        self.seed = seed
    }

    /// Carries it out.
    ///
    /// - Returns: What was found.
    /// - Throws: ``TrialError`` or `LoadError` when the daemon does something else than was to be tried.
    package func run() async throws -> Outcome {
        try await TrialDatabase.with(site) { database in
            let address = await database.address
            return try await TrialScene.with(site, TrialScene.Settings(seed: seed), database: address) { scene in
                try await scene.daemon.start()
                var meanwhile = 0
                let traffic = try await scene.load("outage", connections: connections) { load in
                    try await load.waitForMore(Self.callsAround)
                    try await database.crash()
                    let before = load.counts.served
                    try await outlast(load)
                    if killsDaemon {
                        try await scene.daemon.kill()
                        try await scene.daemon.start()
                        try await outlast(load)
                    }
                    meanwhile = load.counts.served - before
                    try await database.start()
                    try await load.waitForMore(Self.callsAround)
                }
                let expectation: Audit.Expectation = killsDaemon ? .wholeCalls : .everyCall
                _ = try await scene.audit(traffic, expecting: expectation)
                return Outcome(
                    audit: try await scene.finalAudit([traffic], expecting: expectation),
                    failedCalls: traffic.unserved.count, callsMeanwhile: meanwhile)
            }
        }
    }

    private func outlast(_ load: LoadClient) async throws {
        switch length {
        case .calls(let count): try await load.waitForMore(count)
        case .time(let duration): try await load.waitForTime(duration)
        }
    }
}
