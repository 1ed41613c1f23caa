internal import ArgumentParser
internal import Foundation
internal import ProxyTrials

/// Whether the proxy loses a call, or counts one twice: it is killed, PostgreSQL is taken away, its disk is full.
struct KillBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kill", abstract: "Kill the daemon under load, and see that no call is lost or counted twice.",
        discussion: """
            Without --scenario all are run. A finding (a missing, an extra or a wrong event, a failed call) makes the \
            exit code 1.
            """)

    /// What is done to the daemon.
    enum Scenario: String, CaseIterable, ExpressibleByArgument {
        /// It is killed under load and in its starts.
        case kill
        /// PostgreSQL is away.
        case outage
        /// PostgreSQL is away, and the daemon is killed meanwhile.
        case outageKill = "outage-kill"
        /// The disk of the spool is full, and calls are refused.
        case fullDiskRefuse = "full-disk-refuse"
        /// The disk of the spool is full, and calls pass.
        case fullDiskPass = "full-disk-pass"
    }

    @Option(help: "The tally to try.")
    var tally: String

    @Option(name: .customLong("scenario"), help: "What is done; may be repeated.")
    var scenarios = Scenario.allCases

    @Option(help: "How often the daemon is killed under load.")
    var cycles = 30

    @Option(help: "What the moments are drawn from.")
    var seed: UInt64 = 1

    @Option(help: "How many connections are kept busy.")
    var connections = 32

    @Option(help: "How many seconds PostgreSQL is away.")
    var outage = 60

    /// The most findings of a scenario that are printed.
    private static let shownFaults = 10

    func validate() throws {
        if cycles < 1 || connections < 1 || outage < 1 {
            throw ValidationError("--cycles, --connections and --outage begin at 1")
        }
    }

    func run() async throws {
        Output.say("seed \(seed), \(connections) connections")
        var isClean = true
        for scenario in scenarios {
            Output.say("\(scenario.rawValue):")
            if try await !run(scenario) { isClean = false }
        }
        if !isClean { throw ExitCode.failure }
    }

    private func run(_ scenario: Scenario) async throws -> Bool {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tally-bench-\(UUID().uuidString)")
        // The database's user has to pass when this runs as root.
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        defer { try? FileManager.default.removeItem(at: folder) }
        let site = TrialSite(
            tally: tally, folder: folder.path, data: folder.path + "/data",
            searchPath: ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
        return switch scenario {
        case .kill: try await kill(site)
        case .outage: try await outage(site, killsDaemon: false)
        case .outageKill: try await outage(site, killsDaemon: true)
        case .fullDiskRefuse: try await fullDisk(site, .refuse)
        case .fullDiskPass: try await fullDisk(site, .pass)
        }
    }

    private func kill(_ site: TrialSite) async throws -> Bool {
        var random = SeededGenerator(seed: seed)
        // In turn, so that some kills strike between two pieces and some at one.
        let plan = (0..<cycles).map {
            $0 % 2 == 0 ? KillCycle.atTime(using: &random) : KillCycle.atPiece(using: &random)
        }
        var isClean = true
        let trial = KillTrial(site, cycles: plan, connections: connections, seed: seed)
        let whole = try await trial.run { cycle, audit in
            if !show("cycle \(cycle)", audit) { isClean = false }
        }
        return show("in all", whole) && isClean
    }

    private func outage(_ site: TrialSite, killsDaemon: Bool) async throws -> Bool {
        let outcome = try await OutageTrial(
            site, length: .time(.seconds(outage)), killsDaemon: killsDaemon, connections: connections, seed: seed
        ).run()
        let isClean = show("in all", outcome.audit)
        Output.say("  \(outcome.callsMeanwhile) calls served meanwhile, \(outcome.failedCalls) calls failed")
        return isClean && (killsDaemon || outcome.failedCalls == 0)
    }

    private func fullDisk(_ site: TrialSite, _ policy: FullDiskTrial.Policy) async throws -> Bool {
        let outcome = try await FullDiskTrial(site, policy: policy, connections: connections, seed: seed).run()
        for audit in outcome.audits { Output.say("  full disk: \(audit.summary)") }
        Output.say("  with space again: \(outcome.auditAfterwards.summary)")
        let unrecorded = outcome.audits.reduce(0) { $0 + $1.unrecorded }
        Output.say(
            "  \(outcome.refusals) calls refused, \(unrecorded) passed unrecorded, "
                + "\(outcome.gapLines.count) log lines of gaps")
        let faults = outcome.faults(policy)
        for fault in faults.prefix(Self.shownFaults) { Output.say("    \(fault)") }
        return faults.isEmpty
    }

    /// Prints a comparison; whether it is clean.
    private func show(_ name: String, _ audit: Audit) -> Bool {
        Output.say("  \(name): \(audit.summary)")
        for finding in audit.findings { Output.say("    \(finding)") }
        return audit.isClean
    }
}
