import Foundation
import ProgramRunner
import Testing

/// Keys from their making to their end.
struct KeysCommandTests {
    @Test func aKeyIsMadeShownOnceListedAndRevoked() throws {
        let workspace = try Workspace()
        let made = try workspace.run([
            "keys", "create", "--scope", "proxy,read", "--name", "ci", "--project", "search", "--user", "u1", "--tag",
            "team=one",
        ])
        try #require(made.ending == .exited(0), "\(made.errors)")
        let secret = made.output.trimmingCharacters(in: .newlines)
        #expect(made.output == secret + "\n" && secret.wholeMatch(of: /tly_[0-9A-Za-z]{43}/) != nil)
        #expect(made.errors.hasPrefix("tally: key 'ci' (key_") && made.errors.contains("the scope read, proxy"))
        #expect(!made.errors.contains(secret))

        for format in ["table", "json", "csv"] {
            let list = try workspace.tally("keys", "list", "--format", format)
            #expect(list.contains("ci") && list.contains("search") && list.contains("tly_…" + secret.suffix(4)))
            #expect(!list.contains(secret.dropFirst(4).prefix(8)))
        }
        let json = try JSONSerialization.jsonObject(
            with: Data(try workspace.tally("keys", "list", "--format", "json").utf8))
        let rows = try #require((json as? [String: Any])?["rows"] as? [[String: Any]])
        #expect(rows.count == 1 && rows[0]["scopes"] as? [String] == ["read", "proxy"])
        #expect(rows[0]["tags"] as? [String: String] == ["team": "one"])
        #expect(rows[0]["last_used_at"] is NSNull && rows[0]["revoked_at"] is NSNull)

        let taken = try workspace.run(["keys", "create", "--scope", "read", "--name", "ci"])
        #expect(taken.ending == .exited(1) && taken.output.isEmpty)
        #expect(taken.errors.contains("there is a key named 'ci' already"))

        let mistyped = try workspace.run(["keys", "revoke", "cj"])
        #expect(mistyped.ending == .exited(1))
        #expect(mistyped.errors == "tally: there is no key 'cj'; did you mean 'ci'?\n")
        #expect(try workspace.tally("keys", "revoke", "ci").contains("is revoked"))
        #expect(try workspace.tally("keys", "revoke", "ci").contains("was revoked before"))
        #expect(!(try workspace.tally("keys", "list").contains("ci")))
        #expect(try workspace.tally("keys", "list", "--all").contains("ci"))
    }

    @Test func aKeyWithoutANameIsNamedByItsScopes() throws {
        let workspace = try Workspace()
        let made = try workspace.tally("keys", "create", "--scope", "read", "--scope", "ingest", "--format", "json")
        let key = try #require(try JSONSerialization.jsonObject(with: Data(made.utf8)) as? [String: Any])
        #expect((key["name"] as? String)?.wholeMatch(of: /read-ingest-[0-9a-z]{6}/) != nil)
        #expect((key["secret"] as? String)?.hasPrefix("tly_") == true)
        let id = try #require(key["key_id"] as? String)
        #expect(try workspace.tally("keys", "revoke", id).contains(id))
    }

    @Test(arguments: [
        (["create"], "--scope is missing; write one or more of read, ingest, proxy, admin"),
        (["create", "--scope", "raed"], "there is no scope \"raed\"; did you mean 'read'?"),
        (["create", "--scope", "read", "--name", "tly_x"], "--name: it begins with tly_"),
        (["create", "--scope", "read", "--name", ""], "--name: it is empty"),
        (["create", "--scope", "proxy", "--project", ""], "--project: empty"),
        (["create", "--scope", "proxy", "--tag", "x"], "--tag: \"x\" has no value"),
        (["revoke", "tly_0123456789"], "this is a secret"),
    ])
    func wrongUsageIsSaid(_ arguments: [String], _ reason: String) throws {
        let finished = try Workspace(isFresh: true).run(["keys"] + arguments)
        #expect(finished.ending == .exited(64) && finished.output.isEmpty)
        #expect(finished.errors.hasPrefix("tally: ") && finished.errors.contains(reason), "\(finished.errors)")
        #expect(!finished.errors.contains("tly_0123456789"))
    }

    @Test func aRunningDaemonHeedsKeysAsTheyAreMadeAndRevoked() throws {
        let workspace = try Workspace()
        let service = try RunningService(workspace)
        #expect(try service.get("/api/v1/usage").status == 200)
        let secret = try workspace.tally("keys", "create", "--scope", "read", "--name", "one")
            .trimmingCharacters(in: .newlines)
        #expect(Waiting.until(within: RunningService.limit) { (try? service.get("/api/v1/usage").status) == 401 })
        #expect(try service.get("/api/v1/usage", authorization: "Bearer " + secret).status == 200)
        #expect(try service.get("/healthz").status == 200)
        let copy = try String(contentsOfFile: workspace.data + "/keys.json", encoding: .utf8)
        #expect(copy.contains("\"one\"") && !copy.contains(secret.dropFirst(4).prefix(8)))
        try workspace.tally("keys", "revoke", "one")
        #expect(Waiting.until(within: RunningService.limit) { (try? service.get("/api/v1/usage").status) == 200 })
        #expect(try service.stop() == .exited(0))
        #expect(!service.program.errors.contains(secret))
        let list = try workspace.tally("keys", "list", "--all", "--format", "csv").split(separator: "\r\n")
        #expect(list.last?.split(separator: ",", omittingEmptySubsequences: false).dropLast().last?.isEmpty == false)
    }

    @Test(arguments: ["--api-listen", "--proxy-listen"])
    func anAddressThatOthersReachNeedsAKey(option: String) throws {
        let workspace = try Workspace()
        let refused = try workspace.run(["up", "--api-listen", "127.0.0.1:0", option, "0.0.0.0:0"])
        #expect(refused.ending == .exited(1))
        #expect(refused.errors.hasPrefix("tally: \(option): 0.0.0.0:0 is not a loopback address"), "\(refused.errors)")
        #expect(refused.errors.contains("tally keys create --scope read"))
        let secret = try workspace.tally("keys", "create", "--scope", "read").trimmingCharacters(in: .newlines)
        let service = try RunningService(workspace, [option, "0.0.0.0:0"])
        #expect(try service.get("/api/v1/usage").status == 401)
        #expect(try service.get("/api/v1/usage", authorization: "Bearer " + secret).status == 200)
        #expect(try service.get("/readyz").status == 200)
        #expect(try service.stop() == .exited(0))
    }
}
