import Foundation
import ProgramRunner
import Testing

/// An import that is killed half way and run again counts everything once.
struct KilledImportTests {
    /// Stored rows after which the import is killed.
    private static let points = (1...10).map { $0 * 600 }

    @Test func importKilledAtTenPointsAndRunAgainGivesTheSameReport() throws {
        let log = AzureLog.code
        let undisturbed = try Workspace()
        #expect(try log.importInto(undisturbed).stored == log.requests)
        let question = ["report", "--format", "json", "--group-by", "project", "--interval", "hour"] + AzureLog.day
        let expected = try undisturbed.run(question).output

        let workspace = try Workspace()
        let config = try workspace.write("small.yaml", "import: { batch_events: 50 }\n")
        let service = try RunningService(workspace)
        for point in Self.points {
            let running = try RunningProgram(workspace.program(log.importArguments() + ["--config", config]))
            var stored = 0
            while running.isRunning, stored < point {
                stored = try service.usage("from=2023-11-16&to=2023-11-17").totals.requests
            }
            running.signal(SIGKILL)
            let finished = try running.wait(within: Workspace.commandLimit)
            #expect(finished.ending == .killed(SIGKILL), "ended before point \(point): \(finished.errors)")
            #expect(stored >= point)
        }
        let left = try log.importInto(workspace)
        #expect(left.stored > 0)
        #expect(left.stored + left.duplicate == log.requests)
        #expect(try workspace.run(question).output == expected)
        #expect(try service.stop() == .exited(0))
    }

    @Test func killedImportThatHeldThePrivateServerLeavesItUsable() throws {
        let workspace = try Workspace(isFresh: true)
        let input = workspace.path + "/pipe"
        try #require(unsafe mkfifo(input, 0o600) == 0)
        var program = workspace.program(["import", "-", "--log-format", "tally"])
        let line = "{\"time\":\"2026-06-01T12:00:00Z\",\"usage\":null}\n"
        try workspace.write("first.jsonl", line)
        // The pipe stays open without a second line, so that the import is killed while it waits.
        let held = "exec 3<>pipe; cat first.jsonl >&3; exec \"$@\" <&3"
        program.command = ["/bin/sh", "-c", held, "sh"] + program.command
        let running = try RunningProgram(program)
        let started = try Waiting.until(within: Workspace.commandLimit) {
            try running.isRunning && Machine.processes(mentioning: "/postgres -D \(workspace.data)/pgdata ").count > 0
        }
        #expect(started, "\(running.errors)")
        running.signal(SIGKILL)
        #expect(try running.wait(within: Workspace.commandLimit).ending == .killed(SIGKILL))
        let again = try ImportAnswer(workspace.tally("import", "--format", "json", workspace.path + "/first.jsonl"))
        #expect(again.stored + again.duplicate == 1)
        #expect(try workspace.report("--from", "2026-06").totals.requests == 1)
        #expect(try Machine.leftovers(mentioning: workspace.data).isEmpty)
    }
}
