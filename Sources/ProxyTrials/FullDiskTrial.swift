internal import Foundation
internal import ProgramRunner
internal import ProxyLoad

/// The disk of the spool is full under load: the answer is the one that is set, nothing that was admitted is lost, and
/// all goes on by itself when there is space again.
///
/// The spool lies on a small file system of memory, which only the daemon sees: as root that needs nothing, as another
/// user that users may make namespaces of their own.
package struct FullDiskTrial {
    /// What becomes of a call that cannot be recorded.
    package enum Policy: String, Sendable, CaseIterable {
        /// It is answered with 503.
        case refuse
        /// It is relayed without being recorded.
        case pass
    }

    /// What was found.
    package struct Outcome: Sendable {
        /// The comparisons of the calls while the disk became full, and while it had space again.
        package let audits: [Audit]
        /// The comparison of the calls after that.
        package let auditAfterwards: Audit
        /// Calls that were refused.
        package let refusals: Int
        /// What refusals say that are not as they should be.
        package let wrongRefusals: Set<String>
        /// What the daemon wrote of gaps.
        package let gapLines: [String]

        /// What is not as the policy has it, one finding each; empty when all is.
        ///
        /// - Parameter policy: What becomes of a call that cannot be recorded.
        /// - Returns: The findings.
        package func faults(_ policy: Policy) -> [String] {
            var faults = (audits + [auditAfterwards]).flatMap { $0.missing + $0.extra + $0.wrong }
            faults += wrongRefusals.map { "refusal: \($0)" }
            switch policy {
            case .refuse:
                if refusals == 0 { faults.append("no call was refused") }
            case .pass:
                if refusals > 0 { faults.append("\(refusals) calls were refused") }
                if gapLines.isEmpty { faults.append("the gap is not logged") }
                if audits.allSatisfy({ $0.unrecorded == 0 }) { faults.append("every call was recorded") }
            }
            return faults
        }
    }

    /// The size of the spool's disk.
    private static let diskBytes = 24 << 20
    private static let reserveBytes = 2 << 20
    /// Calls that are served before, and after.
    private static let callsAround = 128
    /// What the daemon says of calls that pass without being recorded.
    private static let gapText = "without being recorded"
    /// Calls that meet the full disk.
    private static let callsInNeed = 256

    private let site: TrialSite
    private let policy: Policy
    private let connections: Int
    private let seed: UInt64

    /// A trial.
    ///
    /// - Parameters:
    ///   - site: Where it takes place.
    ///   - policy: What becomes of a call that cannot be recorded.
    ///   - connections: Connections of the load.
    ///   - seed: What the ids of the provider are made of.
    package init(_ site: TrialSite, policy: Policy, connections: Int, seed: UInt64) {
        self.site = site
        self.policy = policy
        self.connections = connections
        self.seed = seed
    }

    /// Carries it out.
    ///
    /// - Returns: What was found.
    /// - Throws: ``TrialError`` or `LoadError` when the daemon does something else than was to be tried.
    package func run() async throws -> Outcome {
        try await TrialDatabase.with(site) { database in
            let settings = TrialScene.Settings(
                onSpoolFull: policy.rawValue, reserveBytes: Self.reserveBytes, seed: seed)
            let address = await database.address
            return try await TrialScene.with(
                site, settings, database: address,
                wrapping: { try SmallDisk.command($0, folder: $1, bytes: Self.diskBytes, site) }
            ) { scene in
                try await scene.daemon.start()
                let disk = SmallDisk(folder: scene.spool, of: try await scene.daemon.pid)
                return try await run(scene, database, disk)
            }
        }
    }

    private func run(_ scene: TrialScene, _ database: TrialDatabase, _ disk: SmallDisk) async throws -> Outcome {
        // While PostgreSQL is there, what is recorded soon leaves the spool, and its space is used again.
        let inNeed = try await scene.load("full", connections: connections) { load in
            try await load.waitForMore(Self.callsAround)
            try await database.crash()
            try disk.fill()
            try await waitForNeed(load, scene.daemon)
        }
        let inChange = try await scene.load("space", connections: connections) { load in
            try disk.empty()
            try await database.start()
            // The queue looks again once a second; until then calls are refused, or pass.
            try await load.waitForMore(Self.callsAround)
            try await scene.daemon.awaitEvent(of: "space")
        }
        let afterwards = try await scene.load("after", connections: connections) { load in
            try await load.waitForMore(Self.callsAround)
        }
        // Calls are moved in order: when the last are there, what is not there of the others does not come.
        let auditAfterwards = try await scene.audit(afterwards, expecting: .everyCall)
        var audits: [Audit] = []
        for traffic in [inNeed, inChange] {
            audits.append(
                try await scene.auditAsItIs(traffic, expecting: policy == .refuse ? .everyCall : .gaps))
        }
        let errors = await scene.daemon.errors
        try await scene.daemon.stop()
        let refused = (inNeed.calls + inChange.calls).filter { $0.isComplete && $0.status != 200 }
        return Outcome(
            audits: audits, auditAfterwards: auditAfterwards, refusals: refused.count,
            wrongRefusals: Set(refused.compactMap(Refusal.fault)),
            gapLines: errors.split(separator: "\n").filter { $0.contains(Self.gapText) }.map(String.init))
    }

    private func waitForNeed(_ load: LoadClient, _ daemon: TrialDaemon) async throws {
        switch policy {
        case .refuse:
            try await load.wait(for: "refusals", within: TrialLimits.calls) { $0.refused >= Self.callsInNeed }
        case .pass:
            try await daemon.awaitError(Self.gapText)
            try await load.waitForMore(Self.callsInNeed)
        }
    }
}
