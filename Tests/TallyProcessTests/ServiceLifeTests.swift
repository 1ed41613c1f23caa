import Foundation
import ProgramRunner
import Testing

/// The daemon from its first start to its end.
struct ServiceLifeTests {
    @Test func startsStopsAndStartsAgain() throws {
        let workspace = try Workspace(isFresh: true)
        for _ in 1...2 {
            let service = try RunningService(workspace)
            #expect(try service.get("/readyz").body == "{\"status\":\"ready\",\"problems\":[]}")
            #expect(try service.stop() == .exited(0))
            #expect(try Machine.leftovers(mentioning: workspace.data).isEmpty)
        }
    }

    @Test func secondDaemonOnTheSameFolderIsRefused() throws {
        let workspace = try Workspace()
        let service = try RunningService(workspace)
        let second = try workspace.run(["up", "--api-listen", "127.0.0.1:0"])
        #expect(second.ending == .exited(1))
        #expect(second.errors.hasPrefix("tally: data directory \(workspace.data) is held by a running daemon"))
        #expect(second.errors.split(separator: "\n").count == 1)
        #expect(try service.stop() == .exited(0))
    }

    @Test func killedDaemonIsFollowedByAnother() throws {
        let workspace = try Workspace()
        let first = try RunningService(workspace)
        let path = try workspace.write("one.jsonl", "{\"time\":\"2026-06-01T12:00:00Z\",\"usage\":null}\n")
        try workspace.tally("import", path)
        first.program.signal(SIGKILL)
        #expect(try first.program.wait(within: RunningService.limit).ending == .killed(SIGKILL))
        let second = try RunningService(workspace)
        #expect(try second.usage("from=2026-06").totals.requests == 1)
        #expect(try second.stop() == .exited(0))
        #expect(try Machine.leftovers(mentioning: workspace.data).isEmpty)
    }

    @Test func serveUsesANamedDatabase() throws {
        let workspace = try Workspace()
        let other = try Workspace()
        let up = try RunningService(workspace)
        let state = try String(contentsOfFile: workspace.data + "/pgdata/postmaster.pid", encoding: .utf8)
        let lines = state.split(separator: "\n", omittingEmptySubsequences: false)
        let socket = try #require(lines.count > 4 ? lines[4] : nil)
        let address = "host=\(socket) port=5432 user=tally dbname=tally"
        let path = try other.write("one.jsonl", "{\"time\":\"2026-06-01T12:00:00Z\",\"usage\":null}\n")
        try other.tally("import", path, "--database-url", address)
        let serve = try RunningService(other, ["--database-url", address], command: "serve")
        #expect(try serve.usage("from=2026-06").totals.requests == 1)
        #expect(try serve.usage("from=2026-06") == up.usage("from=2026-06"))
        #expect(try serve.stop() == .exited(0))
        #expect(try up.stop() == .exited(0))
    }

    @Test func descriptionIsThatOfThisVersion() throws {
        let workspace = try Workspace()
        let service = try RunningService(workspace)
        let description = try service.get("/openapi.json")
        let health = try service.get("/healthz").body
        let version = try workspace.tally("--version").trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(description.body.contains("\"version\": \"\(version)\""))
        #expect(health == "{\"status\":\"ok\",\"version\":\"\(version)\"}")
        let object = try JSONSerialization.jsonObject(with: Data(description.body.utf8)) as? [String: Any]
        let paths = try #require(object?["paths"] as? [String: Any])
        // Others only take what is sent to them.
        for (path, methods) in paths where (methods as? [String: Any])?["get"] != nil {
            let status = try service.get(path).status
            #expect(status == 200, "\(path)")
        }
        let unknown = try service.get("/api/v1/nothing")
        #expect(unknown.status == 404)
        #expect(unknown.type == "application/problem+json")
        #expect(try service.stop() == .exited(0))
    }
}
