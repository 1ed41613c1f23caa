import FastJSON
import TallyCore
import Testing

@testable import TallyMetering

struct CodexLogTests {
    private func counts(_ input: Int, _ cached: Int, _ output: Int, _ reasoning: Int) -> String {
        #"{"input_tokens":\#(input),"cached_input_tokens":\#(cached),"output_tokens":\#(output),"#
            + #""reasoning_output_tokens":\#(reasoning),"total_tokens":\#(input + output)}"#
    }

    private func line(total: String?, last: String?, second: Int = 0) -> String {
        let members = [total.map { #""total_token_usage":\#($0)"# }, last.map { #""last_token_usage":\#($0)"# }]
        return #"{"timestamp":"2026-10-30T12:20:0\#(second)Z","type":"event_msg","payload":{"type":"token_count","#
            + #""info":{\#(members.compactMap(\.self).joined(separator: ","))}}}"#
    }

    private let context = #"{"timestamp":"2026-10-30T12:20:00Z","type":"turn_context","payload":{"model":"gpt-5.4"}}"#

    @Test func theModelIsThatOfTheTurn() throws {
        let other = context.replacing("gpt-5.4", with: "gpt-5.6-sol")
        let calls = try logItems(
            .codex,
            [
                line(total: counts(1, 0, 1, 0), last: nil), context, line(total: counts(2, 0, 2, 0), last: nil), other,
                line(total: counts(3, 0, 3, 0), last: nil),
            ]
        ).calls
        #expect(calls.map(\.offering.model) == [nil, "gpt-5.4", "gpt-5.6-sol"])
        #expect(calls.allSatisfy { $0.offering.biller == "openai" && $0.seller == .assumed })
    }

    @Test func theProviderIsThatOfTheSession() throws {
        let meta = #"{"type":"session_meta","payload":{"id":"s","model_provider":"openrouter"}}"#
        let calls = try logItems(.codex, [meta, line(total: counts(1, 0, 1, 0), last: nil)]).calls
        #expect(calls.first?.offering.biller == "openrouter" && calls.first?.offering.provider == nil)
        #expect(calls.first?.seller == .stated)
    }

    /// Cached tokens are inside the input, reasoning inside the output.
    @Test func partsAreTakenOutOfTheirTotals() throws {
        let call = try onlyCall(.codex, line(total: counts(100, 60, 50, 30), last: nil))
        #expect(call.usage == .of([.input: 40, .cacheRead: 60, .output: 50, .reasoning: 30]))
    }

    @Test func repeatedTotalsAreNoCall() throws {
        let one = line(total: counts(10, 0, 5, 0), last: counts(10, 0, 5, 0))
        let items = try logItems(.codex, [one, one, line(total: counts(10, 0, 5, 0), last: counts(7, 0, 7, 0))])
        #expect(items.calls.count == 1 && items.passed == [.repetition, .repetition])
    }

    /// A resumed session begins with the totals of the one it goes on with; only what the last call added is new.
    @Test func theFirstTotalsOfAResumedSessionAreNotCounted() throws {
        let call = try onlyCall(.codex, line(total: counts(90_000, 0, 900, 0), last: counts(500, 100, 20, 0)))
        #expect(call.usage == .of([.input: 400, .cacheRead: 100, .output: 20, .reasoning: 0]))
    }

    @Test func withoutTheLastCallTheDifferenceCounts() throws {
        let calls = try logItems(
            .codex,
            [
                line(total: counts(100, 10, 10, 0), last: nil), line(total: counts(250, 60, 30, 5), last: nil),
                // The session began to count anew.
                line(total: counts(40, 0, 4, 0), last: nil),
            ]
        ).calls
        #expect(
            calls.map(\.usage) == [
                .of([.input: 90, .cacheRead: 10, .output: 10, .reasoning: 0]),
                .of([.input: 100, .cacheRead: 50, .output: 20, .reasoning: 5]),
                .of([.input: 40, .cacheRead: 0, .output: 4, .reasoning: 0]),
            ])
    }

    @Test func otherLinesAreAboutNoCall() throws {
        let items = try logItems(
            .codex,
            [
                #"{"type":"response_item","payload":{"type":"message","content":"SECRET"}}"#,
                #"{"timestamp":"2026-10-30T12:20:00Z","type":"event_msg","payload":{"type":"token_count","info":null}}"#,
                #"{"timestamp":"2026-10-30T12:20:00Z","type":"event_msg","payload":{"type":"agent_message"}}"#,
                #"{"type":"compacted"}"#, line(total: counts(0, 0, 0, 0), last: counts(0, 0, 0, 0)),
            ])
        #expect(items.passed.allSatisfy { $0 == .noUsage } && items.count == 5)
    }

    /// The same lines in another file are the same calls.
    @Test func copiesOfASessionHaveEqualContents() throws {
        let records = [context, line(total: counts(1, 0, 1, 0), last: nil)]
        let (first, second) = (try logItems(.codex, records).calls, try logItems(.codex, records).calls)
        #expect(first.map(\.draft.identity) == second.map(\.draft.identity) && first.count == 1)
    }

    @Test func aLaterReadingBeginsAtTheFirstRecord() throws {
        let parser = try JSONParser()
        var decoder = try LogDecoder(.codex, defaults: RecordDefaults())
        #expect(decoder.resumePosition == nil)
        for position in [40, 90] { _ = try parser.withDocument(context) { decoder.decode($0, at: position) } }
        #expect(decoder.resumePosition == 40)
    }

    @Test func malformedLinesAreRefused() throws {
        let items = try logItems(
            .codex,
            [
                line(total: #"{"input_tokens":-1}"#, last: nil),
                #"{"type":"event_msg","payload":{"type":"token_count","info":{"last_token_usage":{"input_tokens":1}}}}"#,
                #"{"type":"turn_context","payload":{"model":["SECRET"]}}"#,
            ])
        #expect(
            items.failures == [
                "total_token_usage.input_tokens is '-1'; a count is never negative",
                "timestamp is missing; every record needs its time",
                "payload.model is not text; write a string or null",
            ])
    }
}
