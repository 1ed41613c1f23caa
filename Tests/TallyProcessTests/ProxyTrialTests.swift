import Foundation
import ProxyTrials
import TallyTestSupport
import Testing

/// The proxy under load loses no call and counts none twice, whatever happens to it: `scripts/bench kill` and
/// `scripts/bench leaks`, in small.
@Suite(.serialized)
struct ProxyTrialTests {
    private static let seed: UInt64 = 4
    private static let connections = 32

    /// A place with a database that is made already.
    private static func site(_ workspace: Workspace) -> TrialSite {
        TrialSite(
            tally: Workspace.tally, folder: workspace.path, data: workspace.data,
            searchPath: ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
    }

    @Test func daemonKilledUnderLoadLosesNothing() async throws {
        let workspace = try Workspace()
        var random = SplitMix64(seed: Self.seed)
        let cycles = (0..<3).map { _ in KillCycle.atPiece(using: &random) }
        let trial = KillTrial(
            Self.site(workspace), cycles: cycles, connections: Self.connections, seed: Self.seed)
        let whole = try await trial.run { cycle, audit in
            #expect(audit.isClean, "cycle \(cycle): \(audit.summary): \(audit.findings)")
            #expect(audit.complete > 0)
        }
        #expect(whole.isClean, "\(whole.summary): \(whole.findings)")
    }

    @Test(arguments: [false, true])
    func callsGoOnWhilePostgreSQLIsAway(killsDaemon: Bool) async throws {
        let workspace = try Workspace()
        let outcome = try await OutageTrial(
            Self.site(workspace), length: .calls(500), killsDaemon: killsDaemon, connections: Self.connections,
            seed: Self.seed
        ).run()
        #expect(outcome.audit.isClean, "\(outcome.audit.summary): \(outcome.audit.findings)")
        #expect(outcome.callsMeanwhile >= 500)
        if !killsDaemon { #expect(outcome.failedCalls == 0) }
    }

    #if os(Linux)  // Mount namespaces give the daemon a disk of its own; /proc tells what it holds.
        @Test(arguments: FullDiskTrial.Policy.allCases)
        func fullDiskIsAnsweredAsConfiguredAndRecovers(policy: FullDiskTrial.Policy) async throws {
            let workspace = try Workspace()
            let outcome = try await FullDiskTrial(
                Self.site(workspace), policy: policy, connections: Self.connections, seed: Self.seed
            ).run()
            let faults = outcome.faults(policy)
            #expect(faults.count == 0, "\(faults.prefix(10))")
        }

        @Test func callsThatBreakLeaveNothingBehind() async throws {
            let workspace = try Workspace()
            let outcome = try await LeakTrial(
                Self.site(workspace), calls: 2_000, connections: Self.connections, seed: Self.seed
            ).run { _ in }
            #expect(outcome.faults.count == 0, "\(outcome.faults)")
            #expect(outcome.sent >= 2_000)
            #expect(outcome.stored == outcome.sent)
        }
    #endif
}
