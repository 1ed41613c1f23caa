import Foundation
import ProgramRunner
import Testing

/// OpenAI's client as OpenTelemetry instruments it calls through the proxy, and exports its spans and events to the same
/// service: each call is told of three times.
struct TracedClientTests {
    private struct Call: Decodable {
        let call: String
        let id: String?
    }

    /// What this instrumentation tells of usage: the totals, without their parts.
    private static func told(of usage: [String: Double]?) -> [String: Double]? {
        usage.map { ["input": ($0["input"] ?? 0) + ($0["cache_read"] ?? 0), "output": $0["output"] ?? 0] }
    }

    @Test func spansAndEventsOfTheRealInstrumentationAreTheRelayedCalls() throws {
        let workspace = try Workspace()
        let provider = try RunningProvider(workspace)
        let config = try workspace.write(
            "tally.yaml", "upstreams:\n  openai: { base_url: \"\(provider.address)/openai/v1\" }\n")
        let service = try RunningService(workspace, ["--config", config])
        let calls = try PythonClients.run("traced.py", [service.proxy, service.address], in: workspace).map {
            try JSONDecoder().decode(Call.self, from: Data($0.utf8))
        }
        #expect(calls.map(\.call) == ["whole", "streamed", "cached", "failing"])
        let areThere = try Waiting.until(within: RunningService.limit) {
            try ExportedEvent.all(workspace).count { $0.upstream == "openai" } == calls.count
        }
        #expect(areThere)
        let events = try ExportedEvent.all(workspace)
        let traced = events.filter { $0.tags["service.name"] == "traced" }
        for call in calls {
            guard let id = call.id else { continue }
            let relayed = try #require(events.first { $0.request_id == id && $0.upstream == "openai" })
            let told = traced.filter { $0.request_id == id }
            #expect(!told.isEmpty, "\(call): \(events)")
            for event in told where event.event_id != relayed.event_id {
                let comment: Comment = "\(call): \(event) is not \(relayed)"
                #expect(event.model == relayed.model && event.usage == Self.told(of: relayed.usage), comment)
                #expect(event.biller == "openai" && event.outcome == "complete", comment)
            }
        }
        for id in calls.compactMap(\.id) { #expect(events.count { $0.request_id == id } == 1, "\(events)") }
        let failed = traced.filter { $0.outcome == "failed" }
        #expect(!failed.isEmpty && failed.allSatisfy { $0.usage == nil }, "\(failed)")
        // I7: the instrumentation was told to send the contents, too.
        let export = try workspace.tally("export", "--from", "2020-01", "--to", "2100-01")
        #expect(!export.contains("SECRET"))
        #expect(!service.program.errors.contains("SECRET"))
        #expect(try service.stop() == .exited(0))
    }
}
