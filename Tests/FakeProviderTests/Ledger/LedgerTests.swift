import FakeProvider
import FastJSON
import Testing

/// What a provider remembers and counts.
struct LedgerTests {
    private let chat = "/v1/chat/completions"

    @Test func remembersWhatItReceivedAndSent() async throws {
        try await withProvider { provider in
            let answer = try RawAnswer.to(provider, chat + "?a=1", question, (.chunks, "2"), (.cachedTokens, "1"))
            let call = try #require(try await provider.calls(ended: 1).first)
            #expect(call.number == 1)
            #expect(call.method == "POST")
            #expect(call.target == chat + "?a=1")
            #expect(
                call.headers.map(\.name)
                    == ["host", "connection", "content-length", "x-fake-chunks", "x-fake-cached-tokens"])
            #expect(call.header("host") == "fake")
            #expect(String(decoding: call.body, as: UTF8.self) == question)
            #expect(call.bodyCount == question.utf8.count)
            #expect(call.status == 200)
            #expect(call.bodyID.map { answer.text.contains("\"id\":\"\($0)\"") } == true)
            #expect(call.requestID == answer["x-request-id"])
            #expect(call.outcome == .whole)
            #expect(call.tellsUsage)
            #expect(call.usage?.prompt == 5 && call.usage?.completion == 2 && call.usage?.cached == 1)
            provider.forget()
            #expect(provider.calls.isEmpty)
            _ = try RawAnswer.to(provider, chat, streamQuestion)
            let later = try await provider.calls(ended: 1)
            #expect(later.map(\.number) == [2])
            #expect(later.map(\.tellsUsage) == [false])
        }
    }

    @Test func holdsNoMoreThanItMay() async throws {
        var settings = FakeProviderSettings()
        (settings.ledgerCapacity, settings.ledgerBodyBytes) = (4, 10)
        try await withProvider(settings) { provider in
            for _ in 0..<40 { _ = try RawAnswer.to(provider, chat, question) }
            let calls = try await provider.calls(ended: 40)
            #expect((4...6).contains(calls.count))
            #expect(calls.last?.number == 40)
            #expect(calls.allSatisfy { $0.body.count == 10 && $0.bodyCount == question.utf8.count })
        }
    }

    @Test func someIDsAreEmpty() async throws {
        var settings = FakeProviderSettings()
        settings.emptyIDPercent = 25
        try await withProvider(settings) { provider in
            for _ in 0..<8 { _ = try RawAnswer.to(provider, chat, question) }
            #expect(provider.calls.filter { $0.bodyID == "" }.count == 2)
            #expect(Set(provider.calls.map(\.requestID)).count == 8)
        }
    }

    @Test func oneSeedGivesTheSameIDs() async throws {
        var settings = FakeProviderSettings()
        settings.seed = 7
        var ids: [[String?]] = []
        for _ in 0..<2 {
            try await withProvider(settings) { provider in
                for _ in 0..<3 { _ = try RawAnswer.to(provider, chat, question) }
                ids.append(provider.calls.map(\.bodyID))
            }
        }
        #expect(ids[0] == ids[1])
    }

    @Test func withoutALedgerNothingIsRemembered() async throws {
        var settings = FakeProviderSettings()
        settings.keepsLedger = false
        try await withProvider(settings) { provider in
            let answer = try RawAnswer.to(provider, chat, question, (.chunks, "1"))
            #expect(answer.text.contains(#""completion_tokens":1"#))
            #expect(provider.calls.isEmpty)
            #expect(try RawAnswer.to(provider, "/_fake/calls", method: "GET").status == 404)
        }
    }

    @Test func countsAndTellsOfItself() async throws {
        try await withProvider { provider in
            _ = try RawAnswer.to(provider, chat, question)
            _ = try RawAnswer.to(provider, "/v1/embeddings", "{}")
            let counters = provider.counters
            #expect(counters.requests == 2)
            #expect(counters.requestsByPath == [chat: 1, "/v1/embeddings": 1])
            #expect(counters.connections == 2)
            #expect(counters.bytesReceived > question.utf8.count)
            #expect(counters.bytesSent > 500)
            let told = try RawAnswer.to(provider, "/_fake/counters", method: "GET")
            try JSONParser().withDocument(told.text) { #expect($0["requests"]?.int64 == 2) }
            let calls = try RawAnswer.to(provider, "/_fake/calls", method: "GET")
            let lines = calls.text.split(separator: "\n")
            #expect(lines.count == 2)
            try JSONParser().withDocument(String(lines[0])) { call in
                #expect(call["usage"]?["prompt"]?.int64 == 5)
                #expect(call["outcome"]?.string == "whole")
                #expect(call["body"]?.string == question)
            }
            #expect(try RawAnswer.to(provider, "/_fake/calls", method: "DELETE", "").status == 204)
            #expect(provider.calls.isEmpty)
        }
    }

    @Test func aWaitEndsWithItsTask() async throws {
        try await withProvider { provider in
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    await #expect(throws: CancellationError.self) { try await provider.calls(ended: 1) }
                }
                group.cancelAll()
            }
        }
    }
}
