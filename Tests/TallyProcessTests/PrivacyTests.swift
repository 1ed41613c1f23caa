import FakeProvider
import Foundation
import PostgresClient
import ProgramRunner
import TallyTestSupport
import Testing

/// No prompt, completion, credential, query or header value is kept anywhere (I7): not in logs, spool or database.
@Suite(.timeLimit(.minutes(10)))
struct PrivacyTests {
    /// What is planted, each word nowhere else.
    enum Mark: String, CaseIterable {
        case prompt, completion, token, credential, query, header, answerHeader, errorText, path, brokenBody, longBody
        case badKey, noHTTP, badTags

        var text: String { "mark7q\(rawValue)q7mark" }
    }

    /// A word that is kept: found, it shows that the search finds what is there.
    private static let kept = "mark7qkeptq7mark"

    /// A request as it is sent.
    private static func request(
        _ path: String, _ body: String, _ fields: [String] = [], token: String = "Bearer \(Mark.token.text)"
    ) -> String {
        let head = [
            "POST \(path)?key=\(Mark.query.text) HTTP/1.1", "host: proxy", "connection: close",
            "content-type: application/json", "content-length: \(body.utf8.count)", "authorization: \(token)",
            "x-custom: \(Mark.header.text)", "x-tally-project: \(kept)", "x-fake-text: \(Mark.completion.text)",
            "x-fake-header: x-custom: \(Mark.answerHeader.text)",
        ]
        return (head + fields).joined(separator: "\r\n") + "\r\n\r\n" + body
    }

    private static func chat(_ members: String = "", content: String = Mark.prompt.text) -> String {
        #"{"model":"m-1","user":"u-1","metadata":{"team":"ranking"},"#
            + #""messages":[{"role":"user","content":"\#(content)"}]\#(members)}"#
    }

    /// Everything that can happen to a call, with something private in each place there is.
    private static func requests(key: String) -> [String] {
        let (chatPath, stream) = ("/openai/v1/chat/completions", #","stream":true"#)
        let failures = [
            "status: 400", "status: 429", "status: 500", "reset: before-head", "reset: mid-body", "stall: mid-body",
            "garbage: head", "garbage: body", "content-length: +9", "encoding: gzip",
        ]
        let broken = ["reset: after-3-chunks", "stall: mid-event", "error-after: 3", "garbage: sse", "no-usage: true"]
        return [
            request(chatPath, chat()), request(chatPath, chat(stream)),
            request(chatPath, chat(), token: "Bearer \(key)"),
            request(chatPath, chat(), ["x-tally-key: \(key)"]),
            request(chatPath, chat(), token: "Bearer tly_\(Mark.badKey.text)"),
            request(chatPath, chat(), ["x-tally-tags: \(Mark.badTags.text)"]),
            request("/anthropic/v1/messages", chat(stream + #","max_tokens":9"#)),
            request("/openai/v1/responses", #"{"model":"m-1","input":"\#(Mark.prompt.text)"}"#),
            request("/openai/v1/embeddings", #"{"model":"m-1","input":["\#(Mark.prompt.text)"]}"#),
            request("/openai/v1/images/generations", #"{"model":"m-1","prompt":"\#(Mark.prompt.text)"}"#),
            request("/openai/v1/audio/speech", #"{"model":"m-1","input":"\#(Mark.prompt.text)"}"#),
            request("/\(Mark.path.text)/v1/chat/completions", chat()),
            request("/gone/v1/chat/completions", chat()),
            request(chatPath, #"{"model":"m-1","messages":"\#(Mark.brokenBody.text)"#),
            request(chatPath, chat(content: Mark.longBody.text + String(repeating: "x", count: 20_000))),
            request(chatPath, chat(content: Mark.longBody.text + String(repeating: "x", count: 200_000))),
            "\(Mark.noHTTP.text)\r\n\r\n",
        ]
            + failures.map { request(chatPath, chat(), ["x-fake-\($0)"]) }
            + broken.map { request(chatPath, chat(stream), ["x-fake-\($0)"]) }
            + [request(chatPath, chat(), ["x-fake-text: \(Mark.errorText.text)", "x-fake-status: 422"])]
    }

    @Test func nothingPrivateIsKept() async throws {
        let workspace = try Workspace()
        let key = try workspace.tally("keys", "create", "--scope", "proxy", "--name", "k")
            .trimmingCharacters(in: .newlines)
        let provider = try await FakeProvider.start()
        let config = try workspace.write("tally.yaml", Self.configuration(provider))
        let service = try RunningService(
            workspace, ["--config", config],
            environment: ["TALLY_LOG_LEVEL": "trace", "PRIVATE_KEY": Mark.credential.text])
        let count = try await Self.makeCalls(service, key: key)
        let isStored = try Waiting.until(within: RunningService.limit) {
            try service.usage("project=\(Self.kept)").totals.requests == count
        }
        #expect(isStored)

        let secrets = Mark.allCases.map(\.text) + [String(key.dropFirst(4))]
        let tables = try await Self.tables(workspace)
        #expect(tables.contains(Self.kept))
        #expect(try Self.search(workspace, [Self.kept]).contains("/spool/"))
        #expect(try Self.search(workspace, secrets) == "")
        #expect(provider.calls.contains { $0.header("authorization") == "Bearer \(Mark.credential.text)" })
        try await provider.stop()
        #expect(try service.stop() == .exited(0))
        #expect(try Self.search(workspace, [Self.kept]).contains("/pgdata/"))
        #expect(try Self.search(workspace, secrets) == "")

        let texts = tables + service.program.errors + service.program.output
        let found = secrets.filter { texts.contains($0) }
        #expect(found.isEmpty, "in the database or the log")
    }

    private static func configuration(_ provider: FakeProvider) -> String {
        """
        proxy: { idle_timeout_seconds: 1, drain_seconds: 1, max_inspected_bytes: 10000, max_body_bytes: 100000 }
        upstreams:
          openai: { base_url: "\(provider.address)/openai/v1", api_key_env: PRIVATE_KEY }
          anthropic: { base_url: "\(provider.address)/anthropic" }
          gone: { base_url: "http://127.0.0.1:1" }

        """
    }

    /// Makes the calls, one of which is left amid its answer and one amid its request.
    ///
    /// - Returns: How many of them are recorded.
    private static func makeCalls(_ service: RunningService, key: String) async throws -> Int {
        let port = try #require(URL(string: service.proxy)?.port)
        var count = 1
        for request in requests(key: key) {
            let client = try TestClient(port: port)
            try await client.send(request)
            let seen = try await client.response()
            #expect(seen.ending != .silent)
            if seen["x-tally-event-id"] != nil { count += 1 }
        }
        let leaver = try TestClient(port: port)
        let stream = request(
            "/openai/v1/chat/completions", chat(#","stream":true"#), ["x-fake-chunk-interval-ms: 10000"])
        try await leaver.send(stream)
        try await leaver.receive(until: "data: ")
        leaver.socket.hangUp()
        let half = try TestClient(port: port)
        try await half.send(String(stream.dropLast(9)))
        half.socket.hangUp()
        return count
    }

    /// The text of every row of every table.
    private static func tables(_ workspace: Workspace) async throws -> String {
        let state = try String(contentsOfFile: workspace.data + "/pgdata/postmaster.pid", encoding: .utf8)
        let lines = state.split(separator: "\n", omittingEmptySubsequences: false)
        let socket = try #require(lines.count > 4 ? lines[4] : nil)
        let connection = try await PostgresConnection.connect("host=\(socket) port=5432 user=tally dbname=tally")
        let names = try await connection.query(
            """
            SELECT format('%I.%I', schemaname, tablename)::text FROM pg_tables
            WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
            """)
        var text = ""
        for name in names {
            let name = try name.decode(String.self, at: 0)
            let rows = try await connection.query(
                SQL(raw: "SELECT coalesce(string_agg(t::text, ' '), '') FROM \(name) t"))
            text += try rows[0].decode(String.self, at: 0)
        }
        try await connection.executeScript("CHECKPOINT")
        await connection.close()
        return text
    }

    /// The files of the data directory that hold any of these words, one a line.
    private static func search(_ workspace: Workspace, _ words: [String]) throws -> String {
        let patterns = words.flatMap { ["-e", $0] }
        let program = Program(["/usr/bin/env", "grep", "-rlaF"] + patterns + [workspace.data], directory: "/")
        let finished = try program.run(within: Workspace.commandLimit)
        // 2 where a file is gone that was there a moment before.
        try #require([.exited(0), .exited(1), .exited(2)].contains(finished.ending), "\(finished.errors)")
        return finished.output
    }
}
