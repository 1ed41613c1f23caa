import Foundation
import ProgramRunner
import Testing

/// Commands share the private server when no daemon runs: the first starts it, the last stops it.
struct SharedServerTests {
    private static let commands = 20
    /// Every fourth command is killed, each a little later in its life than the one before.
    private static let killed = Set(stride(from: 1, to: commands, by: 4))

    @Test func twentyReportsAtOnceAllAnswerAlthoughSomeAreKilled() throws {
        let workspace = try Workspace()
        let path = try workspace.write(
            "one.jsonl", "{\"time\":\"2026-06-01T12:00:00Z\",\"usage\":{\"input\":7},\"project\":\"search\"}\n")
        try workspace.tally("import", path)
        #expect(try Machine.leftovers(mentioning: workspace.data).isEmpty)

        let report = ["report", "--from", "2026-06", "--group-by", "project", "--format", "json"]
        let running = try (0..<Self.commands).map { _ in try RunningProgram(workspace.program(report)) }
        for (place, index) in Self.killed.sorted().enumerated() {
            // As many of the others as its number says have to be done first, so the kills are spread over the run; but
            // for the first, since all may be done at once.
            _ = Waiting.until(within: Workspace.commandLimit) {
                place == 0 || running.count { !$0.isRunning } >= index / 2 || !running[index].isRunning
            }
            running[index].signal(SIGKILL)
        }
        for (index, program) in running.enumerated() {
            let finished = try program.wait(within: Workspace.commandLimit)
            if Self.killed.contains(index), finished.ending == .killed(SIGKILL) { continue }
            #expect(finished.ending == .exited(0), "\(finished.errors)")
            #expect(try UsageAnswer(finished.output).totals.requests == 1)
        }
        #expect(running.contains { (try? $0.wait(within: .zero).ending) == .killed(SIGKILL) })
        #expect(try Machine.leftovers(mentioning: workspace.data).isEmpty)
    }

    @Test func startingDaemonTakesTheServerOver() throws {
        let workspace = try Workspace(isFresh: true)
        let report = ["report", "--from", "2026-06", "--format", "json"]
        let running = try (0..<4).map { _ in try RunningProgram(workspace.program(report)) }
        let service = try RunningService(workspace)
        for program in running {
            let finished = try program.wait(within: Workspace.commandLimit)
            #expect(finished.ending == .exited(0), "\(finished.errors)")
        }
        #expect(try workspace.report("--from", "2026-06").totals.requests == 0)
        #expect(try service.stop() == .exited(0))
        #expect(try Machine.leftovers(mentioning: workspace.data).isEmpty)
    }
}
