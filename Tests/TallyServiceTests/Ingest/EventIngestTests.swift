import Foundation
import TallyCore
import TallyTestSupport
import Testing

@testable import TallyService

@Suite(.database) struct EventIngestTests {
    private static func event(_ id: String?, _ members: String = "", minute: Int = 0) -> String {
        let own = id.map { #""id":"\#($0)","# } ?? ""
        return #"{\#(own)"time":"2026-03-05T12:\#(minute < 10 ? "0" : "")\#(minute):00Z","biller":"together","#
            + #""model":"plain"\#(members),"usage":{"input":1000,"output":10}}"#
    }

    @Test func takesAnEventAnArrayAndLines() async throws {
        try await withIngestAPI { api in
            let one = try await api.send(events: Self.event("1"))
            #expect(one == TakenCounts(accepted: 1, stored: 1))
            let pretty = try await api.send(events: Self.event("2").replacing(",", with: ",\n  "), type: nil)
            #expect(pretty == TakenCounts(accepted: 1, stored: 1))
            let array = try await api.send(events: "[\(Self.event("3")),\(Self.event("4"))]", type: "text/plain")
            #expect(array == TakenCounts(accepted: 2, stored: 2))
            let none = try await api.send(events: " [ ] ")
            #expect(none == TakenCounts())
            let lines = "\n\(Self.event("5"))\r\n\n\(Self.event("6"))"
            for type in ["application/x-ndjson", "application/jsonl; charset=utf-8"] {
                let known = type != "application/x-ndjson"
                let taken = try await api.send(events: lines, type: type)
                #expect(taken == TakenCounts(accepted: 2, stored: known ? 0 : 2, duplicate: known ? 2 : 0))
            }
            let detected = try await api.send(events: "\(Self.event("7"))\n\(Self.event("8"))\n")
            #expect(detected == TakenCounts(accepted: 2, stored: 2))
            let events = try await api.storedEvents()
            #expect(Set(events.compactMap { $0["id"] as? String }) == Set((1...8).map(String.init)))
            #expect(events.allSatisfy { $0["cost"] is String })
        }
    }

    /// I3: identities (c) and (d), the latter as an import of the same lines has them.
    @Test func whatIsSentAgainIsThereAlready() async throws {
        try await withIngestAPI { api in
            let body = [Self.event("1"), Self.event(nil), Self.event(nil), Self.event("1")].joined(separator: "\n")
            let first = try await api.send(events: body)
            #expect(first == TakenCounts(accepted: 4, stored: 3, duplicate: 1))
            let second = try await api.send(events: body)
            #expect(second == TakenCounts(accepted: 4, duplicate: 4))
            let folder = try LogFolder()
            let imported = try await importLogs([folder.write("log.jsonl", body)], into: TestDatabase.current)
            #expect(imported.stored == 0 && imported.duplicate == 4)
            var moved = TakenCounts(accepted: 1, duplicate: 1)
            moved.reattributed = 1
            let other = try await api.send(events: Self.event("1", #","project":"search""#))
            #expect(other == moved)
            #expect(try await api.storedEvents().count == 3)
        }
    }

    @Test func whatIsReadBackIsTakenBack() async throws {
        try await withIngestAPI { api in
            _ = try await api.send(
                events: "[\(Self.event(nil, #","project":"p","tags":{"a":"b"},"status":200,"request_id":"gen-1""#))]")
            let rows = try await api.storedEvents()
            let body = try JSONSerialization.data(withJSONObject: rows)
            let again = try await api.send(events: String(decoding: body, as: UTF8.self))
            #expect(again == TakenCounts(accepted: 1, duplicate: 1))
        }
    }

    @Test func takesCloudEvents() async throws {
        try await withIngestAPI { api in
            let bare = #"{"biller":"together","model":"plain","usage":{"input":1000,"output":10}}"#
            func cloud(_ id: String, _ data: String) -> String {
                #"{"specversion":"1.0","type":"call","source":"/apps/rag","id":"\#(id)","#
                    + #""time":"2026-03-05T12:00:00Z","data":\#(data)}"#
            }
            let single = try await api.send(events: cloud("a", bare), type: "application/cloudevents+json")
            #expect(single == TakenCounts(accepted: 1, stored: 1))
            let batch = try await api.send(
                events: "[\(cloud("a", bare)),\(cloud("b", bare)),\(cloud("c", Self.event("own")))]",
                type: "application/cloudevents-batch+json; charset=UTF-8")
            #expect(batch == TakenCounts(accepted: 3, stored: 2, duplicate: 1))
            let detected = try await api.send(events: cloud("b", bare))
            #expect(detected == TakenCounts(accepted: 1, duplicate: 1))
            let headers = [
                "ce-specversion": "1.0", "ce-type": "call", "ce-source": "/apps/rag", "ce-id": "d%C3%A9",
                "ce-time": "2026-03-05T12:00:00Z",
            ]
            let binary = try await api.send(events: bare, headers)
            #expect(binary == TakenCounts(accepted: 1, stored: 1))
            let ids = Set(try await api.storedEvents().compactMap { $0["id"] as? String })
            #expect(ids == ["/apps/rag a", "/apps/rag b", "own", "/apps/rag dé"])
        }
    }

    @Test func whatCannotBeTakenIsNamedAndTheRestIsStored() async throws {
        try await withIngestAPI { api in
            let body = "\(Self.event("1"))\n{\"id\":\"2\"}\n\nnonsense\n\(Self.event("3"))\n[]\n"
            let answer = try await api.post("/api/v1/events", Array(body.utf8), type: "application/x-ndjson")
            #expect(answer.status == 200)
            #expect(try TakenCounts(answer) == TakenCounts(accepted: 2, stored: 2, rejected: 3))
            let rejections = try #require(try answer.object["rejections"] as? [[String: any Sendable]])
            #expect(rejections.map { $0["index"] as? Int } == [1, 2, 4])
            #expect(rejections.map { $0["line"] as? Int } == [2, 4, 6])
            #expect((rejections[0]["reason"] as? String)?.hasPrefix("time is missing; add") == true)
            let none = try await api.post("/api/v1/events", Array("[{},7]".utf8), type: nil)
            let detail = try expectProblem(none, 400)
            #expect(detail.hasPrefix("event 0: time is missing"))
            #expect((try none.object["rejections"] as? [[String: any Sendable]])?.count == 2)
        }
    }

    /// Of a call that several models served, each is an event.
    @Test func partsByOtherModelsAreEventsOfTheirOwn() async throws {
        try await withIngestAPI { api in
            let body = """
                {"id":"x","time":"2026-03-05T12:00:00Z","biller":"anthropic","response":{"id":"msg_1","type":"message",
                "model":"claude-opus-4-1","usage":{"input_tokens":10,"output_tokens":5,"iterations":[
                {"type":"message","input_tokens":10,"output_tokens":5},
                {"type":"advisor_message","model":"claude-sonnet-4-5","input_tokens":7,"output_tokens":3}]}}}
                """
            let taken = try await api.send(events: body)
            #expect(taken == TakenCounts(accepted: 1, stored: 2, unpriced: 2))
        }
    }

    @Test func theKeySaysWhoIsCharged() async throws {
        let plain = SampleKey("plain", [.ingest], seed: 1)
        let bound = SampleKey("bound", [.ingest], project: "search", seed: 2)
        let reading = SampleKey("reading", [.read], seed: 3)
        try await withIngestAPI(keys: [plain, bound, reading]) { api in
            let named = Self.event("1", #","project":"mine","key":"k""#)
            for (key, id) in [(plain, "1"), (bound, "2")] {
                let body = named.replacing(#""id":"1""#, with: #""id":"\#(id)""#)
                let taken = try await api.send(events: body, ["Authorization": key.header])
                #expect(taken.stored == 1)
            }
            let third = try await api.send(events: Self.event("3"), ["Authorization": bound.header])
            #expect(third.stored == 1)
            let rows = try await api.get("/api/v1/events?from=2026-03-01", authorization: reading.header).rows
            let byID = Dictionary(uniqueKeysWithValues: rows.map { ($0["id"] as? String ?? "", $0) })
            #expect(byID["1"]?["project"] as? String == "mine" && byID["2"]?["project"] as? String == "search")
            #expect(byID["2"]?["key"] as? String == "k" && byID["3"]?["key"] as? String == "bound")
            for path in ["/api/v1/events", "/v1/traces", "/v1/logs"] {
                let refused = try await api.post(
                    path, Array("{}".utf8), type: "application/json", ["Authorization": reading.header])
                #expect(refused.status == 403 && refused.text.contains("--scope ingest"), "\(path)")
                let none = try await api.post(path, Array("{}".utf8), type: "application/json")
                #expect(none.status == 401 && none.headers["www-authenticate"] != nil, "\(path)")
            }
        }
    }

    /// Many at once are stored in few transactions, and each is told of its own.
    @Test func requestsAtOnceAreToldOfTheirOwnEvents() async throws {
        try await withIngestAPI { api in
            _ = try await api.send(events: Self.event("0"))
            try await withThrowingTaskGroup(of: TakenCounts.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        let both = (0...number % 3).map { Self.event("\(number)-\($0)") }
                        return try await api.send(events: "[\((both + [Self.event("0")]).joined(separator: ","))]")
                    }
                }
                var stored = 0
                for try await taken in group {
                    #expect(taken.duplicate == 1 && taken.stored == taken.accepted - 1)
                    stored += taken.stored
                }
                #expect(stored == 79)
            }
            #expect(try await api.storedEvents().count == 80)
        }
    }
}
