internal import ProxyLoad

/// Calls that break in every way leave nothing behind but their events.
package struct LeakTrial {
    /// How the daemon is, after some calls.
    package struct Sample: Sendable {
        /// Calls sent so far.
        package let sent: Int
        /// Calls that have ended and are not in the database yet.
        package let backlog: Int
        /// What the daemon holds.
        package let use: ProcessUse
    }

    /// What was found.
    package struct Outcome: Sendable {
        /// Calls sent.
        package let sent: Int
        /// Events stored.
        package let stored: Int
        /// Calls of each kind, by the outcome that was recorded of them.
        package let outcomes: [String: [String: Int]]
        /// After the first tenth of the calls, when all connections were closed.
        package let warm: Sample
        /// After all of them.
        package let final: Sample
        /// What is not as it should be.
        package let faults: [String]
    }

    /// How much resident memory may grow behind the first tenth, beside by half.
    private static let memorySlack = 64 << 20
    /// The most faults of one kind that are told.
    private static let shown = 5

    private let site: TrialSite
    private let calls: Int
    private let connections: Int
    private let seed: UInt64

    /// A trial.
    ///
    /// - Parameters:
    ///   - site: Where it takes place.
    ///   - calls: How many calls are made, at least.
    ///   - connections: Connections of the load.
    ///   - seed: What the ids of the provider are made of.
    package init(_ site: TrialSite, calls: Int, connections: Int, seed: UInt64) {
        self.site = site
        self.calls = calls
        self.connections = connections
        self.seed = seed
    }

    /// Carries it out.
    ///
    /// - Parameter report: Called after each tenth of the calls.
    /// - Returns: What was found.
    /// - Throws: ``TrialError`` or `LoadError` when the daemon does something else than was to be tried.
    package func run(report: (Sample) -> Void) async throws -> Outcome {
        var settings = TrialScene.Settings(seed: seed)
        settings.further = ["idle_timeout_seconds: 1"]
        return try await TrialScene.with(site, settings) { scene in
            try await scene.daemon.start()
            let (first, warm) = try await load("leaks-1", calls / 10, scene, report)
            let (second, final) = try await load("leaks-2", calls - calls / 10, scene, report)
            let sent = Traffic(joining: [first, second]).calls
            try await scene.daemon.stop()
            let events = try await scene.events()
            var faults = Self.differences(sent, events)
            if try await SpoolRemains.count(in: scene.spool) > 0 { faults.append("records are left in the spool") }
            // Connections to the provider are kept for calls to come: as many as there were calls at once.
            if final.use.descriptors > warm.use.descriptors + connections {
                faults.append("\(warm.use.descriptors) descriptors have become \(final.use.descriptors)")
            }
            if final.use.residentBytes > warm.use.residentBytes * 3 / 2 + Self.memorySlack {
                faults.append("\(warm.use.residentBytes) bytes have become \(final.use.residentBytes)")
            }
            return Outcome(
                sent: sent.count, stored: events.count, outcomes: Self.outcomes(sent, events), warm: warm,
                final: final, faults: faults)
        }
    }

    /// Makes so many calls, and waits until all of them are in the database.
    private func load(
        _ project: String, _ count: Int, _ scene: TrialScene, _ report: (Sample) -> Void
    ) async throws -> (Traffic, Sample) {
        let daemon = scene.daemon
        let traffic = try await scene.load(project, connections: connections, mix: .halfBroken) { load in
            let step = calls / 10
            for goal in stride(from: step, through: count, by: step) {
                try await load.wait(for: "\(goal) calls", within: TrialLimits.manyCalls) { $0.sent >= goal }
                let counts = load.counts
                let ended = counts.served + counts.refused + counts.cut
                let stored = try await daemon.totals(of: project).requests
                report(
                    Sample(
                        sent: counts.sent, backlog: max(0, ended - stored),
                        use: try ProcessUse(pid: try await daemon.pid)))
            }
        }
        var stored = 0
        while stored < traffic.calls.count {
            let now = try await daemon.count(of: project, changedFrom: stored)
            if now == stored { break }
            stored = now
        }
        let use = try ProcessUse(pid: try await daemon.pid)
        return (traffic, Sample(sent: traffic.calls.count, backlog: traffic.calls.count - stored, use: use))
    }

    /// Where calls and events are not one to one.
    private static func differences(_ calls: [LoadCall], _ events: [RecordedEvent]) -> [String] {
        let counts = Dictionary(events.map { ($0.call ?? 0, 1) }, uniquingKeysWith: +)
        let numbers = Set(calls.map(\.number))
        let missing = calls.filter { counts[$0.number] == nil }.map { "call \($0.number) (\($0.kind)) has no event" }
        let twice = calls.filter { counts[$0.number] ?? 0 > 1 }.map { "call \($0.number) (\($0.kind)) has several" }
        let others = counts.keys.filter { !numbers.contains($0) }.map { "an event is of no call: \($0)" }
        return [missing, twice, others].flatMap { $0.prefix(shown) }
    }

    private static func outcomes(_ calls: [LoadCall], _ events: [RecordedEvent]) -> [String: [String: Int]] {
        let kinds = Dictionary(calls.map { ($0.number, $0.kind.rawValue) }) { first, _ in first }
        var outcomes: [String: [String: Int]] = [:]
        for event in events {
            let kind = event.call.flatMap { kinds[$0] } ?? "none"
            outcomes[kind, default: [:]][event.outcome, default: 0] += 1
        }
        return outcomes
    }
}
