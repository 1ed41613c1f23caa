import Foundation
import ProgramRunner
import Testing

/// The official Python clients call a fake provider directly and through the proxy: neither they nor the provider can
/// tell, and every call is an event.
struct ProxyClientTests {
    private static let clients = 64

    @Test func officialClientsSeeNoDifferenceAndEveryCallIsAnEvent() throws {
        let workspace = try Workspace()
        let provider = try RunningProvider(workspace)
        let config = try workspace.write("tally.yaml", Self.config(provider.address))
        let service = try RunningService(workspace, ["--config", config])
        let runs = try ClientRun.all(
            workspace, provider: provider.address, proxy: service.proxy, clients: Self.clients)
        let expected = ExpectedCall.all
        #expect(Set(runs.map(\.scenario)) == Set(expected.keys))
        #expect(runs.count { $0.project != $0.scenario } == Self.clients * 4)
        let count = runs.reduce(0) { $0 + (expected[$1.scenario]?.events ?? 0) }
        let areThere = try Waiting.until(within: RunningService.limit) {
            try service.usage("from=2020-01&to=2100-01").totals.requests >= count
        }
        #expect(areThere)
        let events = try ExportedEvent.all(workspace)
        #expect(events.count == count && Set(events.map(\.event_id)).count == count)
        let byID = Dictionary(uniqueKeysWithValues: events.map { ($0.event_id, $0) })
        let byProject = Dictionary(grouping: events, by: \.project)
        for run in runs {
            #expect(run.differences.isEmpty, "\(run.testDescription)")
            guard let call = expected[run.scenario] else { continue }
            // A client that left before there was a response has no name of its event.
            let own = run.project == run.scenario ? byProject[run.project] : nil
            let events = own ?? run.event_ids.compactMap { byID[$0] }
            #expect(events.count == call.events, "\(run.testDescription)")
            #expect(Set(run.event_ids).isSubset(of: events.map(\.event_id)), "\(run.testDescription)")
            for event in events { Self.check(event, of: run, is: call) }
        }
        #expect(try service.stop() == .exited(0))
    }

    /// Checks an event against what was asked, and against what the client saw.
    private static func check(_ event: ExportedEvent, of run: ClientRun, is call: ExpectedCall) {
        let comment: Comment = "\(run.testDescription): \(event)"
        let seller = [event.upstream, event.biller, event.provider, event.model, event.requested_model, event.route]
        let seen = [call.upstream, call.biller, call.provider, call.model, call.requestedModel, call.route]
        #expect(seller == seen, comment)
        #expect(event.project == run.project && event.user == call.user && event.tags == call.tags, comment)
        #expect(event.usage?.filter { $0.value != 0 } == call.usage, comment)
        #expect(event.cost == call.cost && (call.cost == nil) == (event.unpriced_reason == "usage_unknown"), comment)
        #expect(event.status == call.status && event.outcome == call.outcome, comment)
        #expect(event.stream == call.isStream && event.error_type == call.errorType, comment)
        #expect(event.retry_after_ms == call.retryAfter, comment)
        #expect(event.ttfb_ms != nil && event.duration_ms ?? -1 >= event.ttfb_ms ?? 0, comment)
        if let id = run.response_id { #expect(event.request_id == id, comment) }
        if let tokens = run.tokens, event.outcome == "complete" {
            let usage = event.usage ?? [:]
            let prompt = ["input", "cache_read", "cache_write_5m", "input_audio", "input_image"]
            #expect(tokens == [Int(prompt.reduce(0) { $0 + (usage[$1] ?? 0) }), Int(usage["output"] ?? 0)], comment)
        }
    }

    private static func config(_ provider: String) -> String {
        """
        upstreams:
          huggingface: { base_url: "\(provider)/huggingface" }
          hf-inference: { base_url: "\(provider)/hf-inference" }
          openrouter: { base_url: "\(provider)/openrouter/api/v1" }
          openai: { base_url: "\(provider)/openai/v1" }
          groq: { base_url: "\(provider)/groq/openai/v1" }
          anthropic: { base_url: "\(provider)/anthropic" }
        """
    }
}
