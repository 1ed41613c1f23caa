import FastJSON
import TallyCore
import Testing

@testable import TallyMetering

struct ClaudeCodeLogTests {
    private func line(
        _ id: String?, request: String? = "req", output: Int, second: Int = 0, sidechain: Bool = false,
        model: String = "claude-haiku-4-5", usage: String = "", extra: String = ""
    ) -> String {
        let time = "2026-10-30T12:00:\(second < 10 ? "0" : "")\(second)Z"
        let ids = (id.map { #""id":"\#($0)","# } ?? "", request.map { #""requestId":"\#($0)","# } ?? "")
        return #"""
            {"type":"assistant","sessionId":"s","timestamp":"\#(time)",\#(ids.1)"isSidechain":\#(sidechain),\#(extra)
            "message":{\#(ids.0)"model":"\#(model)","content":[{"text":"SECRET"}],
            "usage":{"input_tokens":4\#(usage),"output_tokens":\#(output)}}}
            """#.replacing("\n", with: "")
    }

    private func outputs(_ records: [String]) throws -> [Int64?] {
        try logItems(.claudeCode, records).calls.map { $0.usage?[.output] }
    }

    @Test func theLargestCopyCountsWithTheFirstTime() throws {
        let records = [
            line("msg_a", output: 1, second: 1), line("msg_a", output: 312, second: 3),
            line("msg_a", output: 87, second: 2),
        ]
        let items = try logItems(.claudeCode, records)
        #expect(items.calls.map { $0.usage } == [.of([.input: 4, .output: 312])])
        #expect(items.calls.first?.event.time.description == "2026-10-30T12:00:01Z")
        #expect(items.passed == [.repetition, .repetition])
    }

    /// I3: the order of copies changes nothing but the order of calls.
    @Test func theOrderOfCopiesChangesNothing() throws {
        var generator = SeededGenerator(seed: 7)
        var records: [String] = []
        for call in 0..<5 {
            for copy in 0..<4 { records.append(line("msg_\(call)", output: call * 10 + copy, second: copy)) }
            records.append(line("msg_\(call)", request: "replay", output: 900, sidechain: true))
        }
        let expected = Set((0..<5).map { Int64($0 * 10 + 3) })
        for _ in 0..<50 {
            records.shuffle(using: &generator)
            let found = try outputs(records)
            #expect(found.count == 5 && Set(found.compactMap(\.self)) == expected)
        }
    }

    @Test func aReplayGivesWayToWhatItRepeats() throws {
        let (original, replay) = (line("msg_a", output: 9), line("msg_a", request: "b", output: 50, sidechain: true))
        #expect(try outputs([original, replay]) == [9])
        #expect(try outputs([replay, original]) == [9])
        // A sidechain's own calls count.
        #expect(try outputs([line("msg_a", output: 9), line("msg_b", output: 50, sidechain: true)]) == [9, 50])
    }

    /// The identity is the same in another file, so a resumed or replayed session adds nothing.
    @Test func aCallIsTheSameInEveryFile() throws {
        let first = try onlyCall(.claudeCode, line("msg_a", output: 9))
        let other = try onlyCall(.claudeCode, line("msg_a", request: "b", output: 50, second: 9, sidechain: true))
        #expect(first.draft.identity == other.draft.identity)
        #expect(first.event.requestID == "msg_a")
    }

    /// Ids that are not Anthropic's may come again: they tell calls apart together with the request's.
    @Test func madeUpMessageIDsNeedTheirRequest() throws {
        #expect(try outputs([line("1", request: "a", output: 9), line("1", request: "b", output: 9)]).count == 2)
        #expect(try outputs([line("1", request: "a", output: 9), line("1", request: "a", output: 9)]).count == 1)
    }

    @Test func callsWithoutAnIDAreToldAtOnce() throws {
        let items = try logItems(.claudeCode, [line(nil, output: 1), line(nil, output: 2)])
        #expect(items.calls.count == 2)
        for call in items.calls {
            guard case .content = call.draft.identity else {
                Issue.record("no id, yet settled")
                continue
            }
        }
    }

    @Test func linesAboutNoCallAreSaidToBe() throws {
        let items = try logItems(
            .claudeCode,
            [
                #"{"type":"summary","summary":"x","leafUuid":"y"}"#,
                #"{"type":"user","sessionId":"s","timestamp":"2026-10-30T12:00:00Z","message":{"content":"SECRET"}}"#,
                line("msg_a", output: 0, model: "<synthetic>"),
                #"{"type":"progress","sessionId":"s","data":{"type":"hook"}}"#,
            ])
        #expect(items.passed == [.noUsage, .noUsage, .synthetic, .noUsage])
        #expect(items.calls.isEmpty && items.failures.isEmpty)
    }

    @Test func aSubAgentsProgressNestsItsLine() throws {
        let nested =
            #"{"type":"progress","sessionId":"s","timestamp":"2026-10-30T13:00:00Z","data":{"message":"#
            + line("msg_n", output: 7) + "}}"
        let bare =
            #"{"type":"progress","sessionId":"s","timestamp":"2026-10-30T13:00:00Z","data":{"message":{"id":"msg_m","#
            + #""model":"m","usage":{"input_tokens":1,"output_tokens":2}}}}"#
        let calls = try logItems(.claudeCode, [nested, bare]).calls
        #expect(calls.map(\.event.requestID) == ["msg_n", "msg_m"])
        #expect(calls.map(\.event.time.description) == ["2026-10-30T12:00:00Z", "2026-10-30T13:00:00Z"])
    }

    @Test func readsTheVariantTheTierAndTheFolder() throws {
        let call = try onlyCall(
            .claudeCode,
            line(
                "msg_a", output: 9,
                usage: #","speed":"fast","service_tier":"standard","server_tool_use":{"web_search_requests":2},"#
                    + #""output_tokens_details":{"thinking_tokens":5}"#,
                extra: #""cwd":"/srv/secret-parent/app","costUSD":0.5,"#))
        #expect(
            call.offering
                == Offering(
                    biller: "anthropic", provider: "anthropic", model: "claude-haiku-4-5-fast", serviceTier: "standard")
        )
        #expect(call.usage == .of([.input: 4, .output: 9, .reasoning: 5, .webSearches: 2]))
        #expect(call.event.attribution.project == "app")
        #expect(call.estimatedCost?.description == "0.50" && call.event.reportedCost == nil)
        #expect(call.seller == .assumed)
        var text = ""
        dump(call, to: &text)
        #expect(!text.lowercased().contains("secret"))
    }

    /// Of equal copies the one that states the speed is kept: it decides the price.
    @Test func theCopyThatStatesTheSpeedIsKept() throws {
        let records = [line("msg_a", output: 9), line("msg_a", output: 9, usage: #","speed":"fast""#)]
        let calls = try logItems(.claudeCode, records).calls
        #expect(calls.map(\.offering.model) == ["claude-haiku-4-5-fast"])
    }

    @Test func theBillerOfTheDefaultsComesFirst() throws {
        let call = try onlyCall(
            .claudeCode, line("msg_a", output: 9), defaults: .with { $0.offering.biller = "bedrock" })
        #expect(call.offering.biller == "bedrock" && call.offering.provider == "bedrock")
    }

    @Test(arguments: [
        ("", UsageBuckets.of([.input: 4, .output: 1])),
        (#","cache_creation_input_tokens":30"#, .of([.input: 4, .cacheWrite5m: 30, .output: 1])),
        (
            #","cache_creation_input_tokens":30,"cache_creation":{"ephemeral_5m_input_tokens":10,"ephemeral_1h_input_tokens":20}"#,
            .of([.input: 4, .cacheWrite5m: 10, .cacheWrite1h: 20, .output: 1])
        ),
        (
            #","cache_creation_input_tokens":30,"cache_creation":{"ephemeral_1h_input_tokens":20}"#,
            .of([.input: 4, .cacheWrite5m: 10, .cacheWrite1h: 20, .output: 1])
        ),
        (
            #","cache_creation":{"ephemeral_1h_input_tokens":20},"cache_read_input_tokens":7"#,
            .of([.input: 4, .cacheRead: 7, .cacheWrite1h: 20, .output: 1])
        ),
    ])
    func inputHoldsNoCache(_ members: String, _ expected: UsageBuckets) throws {
        #expect(try onlyCall(.claudeCode, line("msg_a", output: 1, usage: members)).usage == expected)
    }

    /// I9: no more than so many calls are held back, however long the file; the oldest are told.
    @Test func callsHeldBackAreBounded() throws {
        let parser = try JSONParser()
        var decoder = try LogDecoder(.claudeCode, defaults: RecordDefaults())
        let limit = ClaudeCodeLog.maximumHeld
        var told: [String?] = []
        for index in 0..<(2 * limit + 10) {
            let items = try parser.withDocument(line("msg_\(index)", output: 1)) { decoder.decode($0, at: index) }
            told += items.calls.map(\.event.requestID)
            #expect(items.count <= 1)
            // Where a later reading must begin: at the oldest call held back.
            if index % 1000 == 0 { #expect(decoder.resumePosition == max(0, index - limit + 1)) }
        }
        #expect(told.count == limit + 10 && told.first == "msg_0" && told.last == "msg_\(limit + 9)")
        let rest = decoder.finish()
        #expect(rest.calls.count == limit && rest.calls.first?.event.requestID == "msg_\(limit + 10)")
        #expect(decoder.resumePosition == limit + 10)
        #expect(decoder.finish().isEmpty)
    }

    /// A copy that comes after its call was told is the same event still.
    @Test func aLateCopyHasTheSameIdentity() throws {
        var records = [line("msg_a", output: 1)]
        for index in 0..<ClaudeCodeLog.maximumHeld { records.append(line("msg_\(index)", output: 1)) }
        records.append(line("msg_a", output: 500))
        let copies = try logItems(.claudeCode, records).calls.filter { $0.event.requestID == "msg_a" }
        #expect(copies.count == 2 && copies[0].draft.identity == copies[1].draft.identity)
    }

    @Test func malformedLinesAreRefused() throws {
        let records = [
            #"{"type":"assistant","sessionId":"s","message":{"id":"msg_a","usage":{"input_tokens":1}}}"#,
            #"{"sessionId":"s","timestamp":"2026-10-30","message":{"usage":{"output_tokens":"SECRET"}}}"#,
            #"{"sessionId":"s","timestamp":"2026-10-30","message":{"id":["SECRET"],"usage":{"output_tokens":1}}}"#,
        ]
        #expect(
            try logItems(.claudeCode, records).failures == [
                "timestamp is missing; every record needs its time",
                "output_tokens is 6 characters of text; write a number",
                "message.id is not text; write a string or null",
            ])
    }
}
