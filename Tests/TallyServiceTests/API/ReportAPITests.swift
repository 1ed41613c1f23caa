import Foundation
import HTTPTypes
import PostgresClient
import TallyCore
import TallyService
import TallyStore
import TallyTestSupport
import Testing

@Suite(.database) struct ReportAPITests {
    @Test func answersUsage() async throws {
        try await withSampleLog { api in
            let grouped = try await api.get(
                "/api/v1/usage?group_by=project,model&interval=day&time_zone=Europe/Berlin&from=2026-03")
            #expect(grouped.status == 200)
            #expect(grouped.type == "application/json; charset=utf-8")
            #expect(grouped.headers["cache-control"] == "no-store")
            try GoldenFile.expect(json: grouped.body, equals: "usage.json")
            let plain = try await api.get("/api/v1/usage")
            try GoldenFile.expect(json: plain.body, equals: "usage-of-this-month.json")
            let empty = try await api.get("/api/v1/usage?from=2020-01&group_by=project")
            try GoldenFile.expect(json: empty.body, equals: "usage-of-nothing.json")
        }
    }

    @Test func answersUsageAsCSV() async throws {
        try await withSampleLog { api in
            let answer = try await api.get("/api/v1/usage?group_by=project,user&interval=day", accept: "text/csv")
            #expect(answer.status == 200)
            #expect(answer.type == "text/csv; charset=utf-8; header=present")
            try GoldenFile.expect(answer.text, equals: "usage.csv")
            let paged = try await api.get("/api/v1/usage?group_by=project&limit=2", accept: "text/csv;q=0.9, */*")
            #expect(paged.text.split(separator: "\r\n").count == 3)
            let next = try #require(paged.headers["x-next-cursor"])
            let rest = try await api.get("/api/v1/usage?group_by=project&limit=100&cursor=\(next)", accept: "text/csv")
            #expect(rest.text.split(separator: "\r\n").count == 3)
            #expect(rest.headers["x-next-cursor"] == nil)
            let json = try await api.get("/api/v1/usage", accept: "application/json, text/csv")
            #expect(json.type == "application/json; charset=utf-8")
        }
    }

    @Test func answersEventsProjectsPricesAndTheRest() async throws {
        try await withSampleLog { api in
            let events = try await api.get("/api/v1/events")
            try GoldenFile.expect(json: events.body, equals: "events.json")
            let projects = try await api.get("/api/v1/projects")
            try GoldenFile.expect(json: projects.body, equals: "projects.json")
            let prices = try await api.get("/api/v1/prices?biller=openai&model=TIERED")
            try GoldenFile.expect(json: prices.body, equals: "prices.json")
            let health = try await api.get("/healthz")
            #expect(health.text == #"{"status":"ok","version":"1.2.3"}"#)
            let ready = try await api.get("/readyz")
            #expect(ready.status == 200)
            #expect(ready.text == #"{"status":"ready","problems":[]}"#)
            let description = try await api.get("/openapi.json")
            #expect(description.status == 200)
            let version = try description.object["openapi"] as? String
            #expect(version?.hasPrefix("3.1") == true)
        }
    }

    @Test func everyRouteIsDescribed() async throws {
        try await withSampleLog { api in
            let paths = try #require(try await api.get("/openapi.json").object["paths"] as? [String: any Sendable])
            for (path, item) in paths {
                let described = Set(try #require(item as? [String: any Sendable]).keys)
                #expect(described.isSubset(of: ["get", "post"]) && !described.isEmpty, "\(path)")
                let (get, head) = (try await api.get(path), try await api.send(.head, path))
                let isRead = described.contains("get")
                #expect(get.status == (isRead ? 200 : 405) && head.status == get.status, "\(path)")
                let other = try await api.send(.put, path)
                #expect(other.status == 405, "\(path)")
                let allowed = (isRead ? ["GET", "HEAD"] : []) + (described.contains("post") ? ["POST"] : [])
                #expect(other.headers["allow"] == allowed.joined(separator: ", "), "\(path)")
                let post = try await api.send(.post, path)
                #expect((post.status == 405) == !described.contains("post"), "\(path)")
            }
            #expect(paths.count == 11)
        }
    }

    @Test func filtersAndGroupsByNamesOfEveryKind() async throws {
        try await withSampleLog { api in
            func requests(_ query: String) async throws -> Int {
                let totals = try await api.get("/api/v1/usage?" + query).object["totals"] as? [String: any Sendable]
                return try #require(totals?["requests"] as? Int)
            }
            let expected = [
                "project=search": 3, "project=search&project=ranking": 4, "project=unattributed": 1,
                "project=a%2C%22b%22": 1, "user=%C3%BCn%C3%AF": 1, "tag:team=one": 1, "tag%3Ateam=two": 1,
                "tag:team=one&tag:team=two": 2, "tag:team=one&project=ranking": 0, "model=nobody": 0,
                "outcome=failed": 1, "service_tier=batch": 1, "key=ci": 1, "account=team": 1, "route=routed": 1,
                "provider=together": 4, "biller=huggingface": 1, "user=a+b": 0, "user=%25": 0,
            ]
            for (query, count) in expected {
                let found = try await requests(query)
                #expect(found == count, "\(query)")
            }
            let rows = try await api.get("/api/v1/usage?group_by=tag:team").rows
            let teams = rows.map { $0["tag:team"] as? String }
            #expect(teams == ["one", "two", nil])
            #expect(rows.map { $0["requests"] as? Int } == [1, 1, 4])
        }
    }

    @Test func listsPageToTheirEnd() async throws {
        try await withSampleLog { api in
            let queries = [
                "/api/v1/usage?group_by=model,project", "/api/v1/events?from=2026-03", "/api/v1/projects?",
                "/api/v1/prices?",
            ]
            for query in queries {
                let whole = try await api.get(query + "&limit=1000").rows
                var seen = 0
                var uri = query + "&limit=2"
                while true {
                    let page = try await api.get(uri)
                    #expect(page.status == 200, "\(uri)")
                    let rows = try page.rows
                    for row in rows {
                        #expect(NSDictionary(dictionary: row) == NSDictionary(dictionary: whole[seen]), "\(uri)")
                        seen += 1
                    }
                    guard let next = try page.object["next_cursor"] as? String else { break }
                    let encoded = try #require(next.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
                    uri = query + "&limit=2&cursor=" + encoded
                }
                #expect(seen == whole.count, "\(query)")
            }
        }
    }

    @Test func whatIsWrongIsNamed() async throws {
        try await withSampleLog { api in
            for path in ["/", "/api", "/api/v1/usages", "/api/v1/usage/x", "/api/v2/usage"] {
                try expectProblem(try await api.get(path), 404)
            }
            try expectProblem(try await api.send(.delete, "/api/v1/prices"), 405)
            let cases = [
                ("/api/v1/usage?limit=0", "limit"), ("/api/v1/usage?limit=1001", "limit"),
                ("/api/v1/events?limit=x", "limit"), ("/api/v1/projects?limit=-1", "limit"),
                ("/api/v1/prices?limit=", "limit"), ("/api/v1/usage?cursor=nonsense", "cursor"),
                ("/api/v1/events?cursor=r0-x", "cursor"), ("/api/v1/prices?cursor=price_0", "cursor"),
                ("/api/v1/usage?from=x", "from"), ("/api/v1/usage?group_by=x", "group_by"),
                ("/api/v1/events?group_by=model", "group_by"), ("/api/v1/projects?project=x", "project"),
                ("/api/v1/usage?user=%00", "query"), ("/api/v1/usage?tag:%00=x", "query"),
                ("/api/v1/usage?user=%FF", "query"), ("/api/v1/usage?user=%2", "query"),
                ("/api/v1/usage?user=" + String(repeating: "x", count: 17_000), "query"),
            ]
            for (uri, parameter) in cases {
                let detail = try expectProblem(try await api.get(uri), 400, parameter: parameter)
                #expect(detail.hasPrefix(parameter + ": "), "\(uri)")
            }
            let answer = try await api.get("/api/v1/usage?limit=0")
            try GoldenFile.expect(json: answer.body, equals: "problem.json")
        }
    }

    @Test func aCursorOfAnotherQuestionIsRefused() async throws {
        try await withSampleLog { api in
            let cursor = try await api.get("/api/v1/usage?group_by=model&limit=1").object["next_cursor"] as? String
            let mark = try #require(cursor)
            let same = try await api.get("/api/v1/usage?group_by=model&limit=5&cursor=\(mark)")
            #expect(same.status == 200)
            let other = try await api.get("/api/v1/usage?group_by=user&limit=1&cursor=\(mark)")
            try expectProblem(other, 400, parameter: "cursor")
            let event = try await api.get("/api/v1/events?limit=1&cursor=\(mark)")
            try expectProblem(event, 400, parameter: "cursor")
        }
    }

    /// Runs a piece of a test against the API of a database that holds the sample log and the sample prices.
    private func withSampleLog(_ body: @escaping @Sendable (APIClient) async throws -> Void) async throws {
        let database = try TestDatabase.current
        let folder = try LogFolder()
        _ = try await database.tally.apply(try SamplePrices.makeTable())
        let counts = try await importLogs([folder.write("log.jsonl", SampleLog.text)], into: database)
        #expect(counts.stored == SampleLog.lines.count)
        try await APIClient.with(database.tally, body)
    }
}
