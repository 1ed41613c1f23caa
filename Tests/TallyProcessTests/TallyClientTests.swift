import Foundation
import ProgramRunner
import Synchronization
import TallyClient
import TallyTestSupport
import Testing

/// The Swift client against a real service and a fake provider.
struct TallyClientTests {
    private static func call(
        _ provider: RunningProvider, _ script: String = "", isStreamed: Bool = false
    ) -> ModelCall {
        let stream = isStreamed ? #","stream":true"# : ""
        var call = ModelCall(
            url: provider.address + "/openai/v1/chat/completions?" + script,
            json: #"{"model":"gpt-4o-mini","messages":[{"role":"user","content":"SECRET"}],"user":"u"\#(stream)}"#,
            biller: "openai", credential: "sk-SECRET")
        call.project = "client"
        call.tags = ["team": "swift"]
        return call
    }

    private static func client(_ workspace: Workspace, _ tally: String) throws -> TallyClient {
        try TallyClient(ClientSettings(tally: tally, folder: workspace.path + "/client"))
    }

    @Test func everyCallIsAnEvent() async throws {
        let workspace = try Workspace()
        let provider = try RunningProvider(workspace)
        let service = try RunningService(workspace)
        let client = try Self.client(workspace, service.address)
        let whole = try await client.call(Self.call(provider, "x-fake-cached-tokens=1"))
        #expect(whole.status == 200 && String(decoding: whole.body, as: UTF8.self).hasSuffix("}"))

        let stream = try await client.stream(Self.call(provider, "x-fake-split=7", isStreamed: true))
        var data: [String] = []
        for try await event in stream { data.append(event) }
        #expect(data.last == "[DONE]" && data.count > 3)
        #expect(!data.contains { $0.contains(#""usage""#) }, "nobody asked for the usage: \(data)")

        let refused = try await client.call(Self.call(provider, "x-fake-status=429"))
        #expect(refused.status == 429 && !refused.body.isEmpty)
        let broken = try await client.stream(Self.call(provider, "x-fake-reset=after-3-chunks", isStreamed: true))
        await #expect(throws: TallyClientError.self) { for try await _ in broken {} }
        var nowhere = Self.call(provider)
        nowhere.url = "http://user:SECRET@127.0.0.1:1/v1/chat/completions"
        let asked = nowhere
        let unreachable = await #expect(throws: TallyClientError.self) { try await client.call(asked) }
        #expect(unreachable?.kind == .call && unreachable?.description.contains("SECRET") == false)
        let left = try await Self.leave(try await client.stream(Self.call(provider, isStreamed: true)))
        #expect(client.waitingCount == 6)

        // At least once, and there once.
        async let first: Void = client.deliver()
        async let second: Void = client.deliver()
        _ = try await (first, second)
        #expect(client.waitingCount == 0)
        let events = try ExportedEvent.all(workspace)
        #expect(events.count == 6 && events.allSatisfy { $0.project == "client" && $0.user == "u" })
        #expect(events.allSatisfy { $0.tags == ["team": "swift"] && $0.biller == "openai" })
        let byID = Dictionary(uniqueKeysWithValues: events.map { ($0.event_id, $0) })
        let read = try #require(byID[whole.eventID])
        #expect(read.outcome == "complete" && read.stream == false && read.status == 200 && read.cost != nil)
        #expect(read.usage?["cache_read"] == 1 && read.request_id?.hasPrefix("chatcmpl-") == true)
        let streamed = try #require(byID[stream.eventID])
        #expect(streamed.outcome == "complete" && streamed.stream == true && streamed.usage?["output"] == 20)
        #expect(byID[refused.eventID]?.outcome == "failed" && byID[refused.eventID]?.error_type == "rate_limited")
        #expect(byID[broken.eventID]?.outcome == "failed")
        #expect(byID[left]?.outcome == "interrupted")
        let export = try workspace.tally("export", "--from", "2020-01", "--to", "2100-01")
        #expect(!export.contains("SECRET"))
        await client.close()
        #expect(try service.stop() == .exited(0))
    }

    /// Reads one event of a stream and leaves.
    private static func leave(_ stream: ModelStream) async throws -> String {
        for try await _ in stream { break }
        return stream.eventID
    }

    @Test func whileTallyIsAwayEventsWait() async throws {
        let workspace = try Workspace()
        let provider = try RunningProvider(workspace)
        let away = try Self.client(workspace, "http://127.0.0.1:1")
        let call = try await away.call(Self.call(provider))
        let fault = await #expect(throws: TallyClientError.self) { try await away.deliver() }
        #expect(fault?.kind == .delivery && away.waitingCount == 1)
        let inUse = #expect(throws: TallyClientError.self) { try Self.client(workspace, "http://127.0.0.1:1") }
        #expect(inUse?.kind == .spool)
        await away.close()

        let service = try RunningService(workspace)
        let back = try Self.client(workspace, service.address)
        let second = try await back.call(Self.call(provider))
        await withTaskGroup { group in
            group.addTask { await back.run() }
            _ = Waiting.until(within: RunningService.limit) { back.waitingCount == 0 }
            group.cancelAll()
        }
        #expect(back.waitingCount == 0 && back.deliveryFault == nil)
        let events = try ExportedEvent.all(workspace)
        #expect(Set(events.map(\.event_id)) == [call.eventID, second.eventID])
        await back.close()
        #expect(try service.stop() == .exited(0))
    }

    /// The example is killed while its event is on the way, and again run.
    @Test func aKilledProgramLosesNothingThatItWasGiven() throws {
        let workspace = try Workspace()
        let provider = try RunningProvider(workspace)
        let example = Workspace.tally + "-client-example"
        let folder = workspace.path + "/client"
        func program(_ tally: String) -> Program {
            Program(
                [example, tally, folder, provider.address + "/openai/v1/chat/completions", "openai", "gpt-4o-mini"],
                directory: workspace.path)
        }
        // It takes connections and says nothing.
        let held = Mutex<[LoopbackConnection]>([])
        let silent = try LoopbackListener { connection in held.withLock { $0.append(connection) } }
        let first = try RunningProgram(program("http://127.0.0.1:\(silent.port)"))
        let told = Waiting.until(within: RunningService.limit) { first.output.contains("[DONE]\n200 ") }
        #expect(told, "\(first.errors)")
        first.signal(SIGKILL)
        #expect(try first.wait(within: RunningService.limit).ending != .exited(0))

        let service = try RunningService(workspace)
        let second = try program(service.address).run(within: Workspace.commandLimit)
        #expect(second.ending == .exited(0) && second.errors.contains("0 waiting"), "\(second.errors)")
        let ids = [first.output, second.output].compactMap { output in
            output.split(separator: "\n").last { $0.hasPrefix("200 ") }.map { String($0.dropFirst(4)) }
        }
        let events = try ExportedEvent.all(workspace)
        #expect(ids.count == 2 && Set(events.map(\.event_id)) == Set(ids) && events.count == 2)
        #expect(events.allSatisfy { $0.outcome == "complete" && $0.usage?["output"] == 20 })
        #expect(try service.stop() == .exited(0))
    }
}
