internal import ProxyLoad

/// The daemon is killed under load, and in its starts, again and again: what a client has whole is recorded once.
package struct KillTrial {
    /// Calls that are served after the last start of a cycle, so that what was left and what comes meet.
    private static let callsAfterStart = 64

    private let site: TrialSite
    private let cycles: [KillCycle]
    private let connections: Int
    private let seed: UInt64

    /// A trial.
    ///
    /// - Parameters:
    ///   - site: Where it takes place.
    ///   - cycles: When the daemon is killed.
    ///   - connections: Connections of the load.
    ///   - seed: What the ids of the provider are made of.
    package init(_ site: TrialSite, cycles: [KillCycle], connections: Int, seed: UInt64) {
        self.site = site
        self.cycles = cycles
        self.connections = connections
        self.seed = seed
    }

    /// Carries it out.
    ///
    /// - Parameter report: Called with each cycle's number and comparison, when the cycle is over.
    /// - Returns: The comparison of all cycles, after the daemon was stopped.
    /// - Throws: ``TrialError`` or `LoadError` when the daemon does something else than was to be tried.
    package func run(report: (_ cycle: Int, _ audit: Audit) -> Void) async throws -> Audit {
        try await TrialScene.with(site, TrialScene.Settings(seed: seed)) { scene in
            try await scene.daemon.start()
            var all: [Traffic] = []
            for (index, cycle) in cycles.enumerated() {
                let traffic = try await scene.load("kill-\(index + 1)", connections: connections) { load in
                    try await Self.run(cycle, scene.daemon, under: load)
                }
                report(index + 1, try await scene.audit(traffic, expecting: .wholeCalls))
                all.append(traffic)
            }
            return try await scene.finalAudit(all, expecting: .wholeCalls)
        }
    }

    /// One cycle, from a daemon that is ready to another.
    private static func run(_ cycle: KillCycle, _ daemon: TrialDaemon, under load: LoadClient) async throws {
        let killer = try await daemon.killer()
        switch cycle.moment {
        case .pieces(let count): load.when({ $0.pieces >= count }, do: killer)
        case .delay(let delay): load.after(delay, do: killer)
        }
        try await daemon.awaitKilled()
        for moment in cycle.cutStarts { try await daemon.startAndKill(at: moment) }
        try await daemon.start()
        try await load.waitForMore(callsAfterStart)
    }
}
