internal import ArgumentParser
internal import Foundation
internal import ProxyTrials

/// Whether calls that break in every way leave anything behind in the daemon: connections, memory, records.
struct LeakBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "leaks", abstract: "Break calls in every way, and see that the daemon keeps nothing of them.",
        discussion: "A call without its one event, or descriptors or memory that grow, make the exit code 1.")

    @Option(help: "The tally to try.")
    var tally: String

    @Option(help: "How many calls are made.")
    var calls = 100_000

    @Option(help: "How many connections are kept busy.")
    var connections = 64

    @Option(help: "What the ids of the provider are made of.")
    var seed: UInt64 = 1

    func validate() throws {
        if calls < 100 || connections < 1 { throw ValidationError("--calls begins at 100, --connections at 1") }
    }

    func run() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tally-bench-\(UUID().uuidString)")
        // The database's user has to pass when this runs as root.
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        defer { try? FileManager.default.removeItem(at: folder) }
        let site = TrialSite(
            tally: tally, folder: folder.path, data: folder.path + "/data",
            searchPath: ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
        let trial = LeakTrial(site, calls: calls, connections: connections, seed: seed)
        let outcome = try await trial.run { Self.show("", $0) }
        Self.show("after the first tenth, at rest: ", outcome.warm)
        Self.show("at the end, at rest: ", outcome.final)
        for (kind, outcomes) in outcome.outcomes.sorted(by: { $0.key < $1.key }) {
            let counts = outcomes.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            Output.say("  \(kind): \(counts.joined(separator: ", "))")
        }
        Output.say("\(outcome.sent) calls sent, \(outcome.stored) events stored")
        for fault in outcome.faults { Output.say("fault: \(fault)") }
        if !outcome.faults.isEmpty { throw ExitCode.failure }
    }

    private static func show(_ name: String, _ sample: LeakTrial.Sample) {
        let memory = Output.number(Double(sample.use.residentBytes) / 1e6, 1)
        Output.say(
            "\(name)\(sample.sent) calls, \(memory) MB resident, \(sample.use.descriptors) descriptors, "
                + "\(sample.backlog) calls not in the database yet")
    }
}
