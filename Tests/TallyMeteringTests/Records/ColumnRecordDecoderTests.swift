import TallyCore
import Testing

@testable import TallyMetering

struct ColumnRecordDecoderTests {
    private func draft(
        _ cells: KeyValuePairs<String, String>, map: String = "", _ defaults: RecordDefaults = RecordDefaults()
    ) throws -> EventDraft {
        var decoder = try ColumnRecordDecoder(
            header: cells.map(\.key), map: try FieldMap(parsing: map), defaults: defaults)
        let values = cells.map(\.value)
        return try decoder.decode { values[$0] }
    }

    private func reason(_ cells: KeyValuePairs<String, String>, map: String = "") throws -> String? {
        do {
            _ = try draft(cells, map: map)
            return nil
        } catch let failure as RecordFailure {
            return failure.description
        }
    }

    @Test func readsEveryField() throws {
        let event = try draft([
            "time": "2026-06-01T12:00:00Z", "id": "r", "biller": "HuggingFace", "provider": "Together", "model": "m",
            "route": "own-key", "account": "acme", "service_tier": "flex", "project": "p", "user": "u", "key": "k",
            "request_id": "gen", "status": "200", "duration_ms": "812.6", "ttfb_ms": "140", "stream": "True",
            "outcome": "interrupted", "reported_cost": "0.01", "billed_cost": "0.02", "input": "10",
            "compute_seconds": "1.5", "tag:team": "ranking", "unheard of": "x",
        ]).event
        #expect(
            event.offering
                == Offering(
                    biller: "huggingface", provider: "together", model: "m", route: .ownKey, account: "acme",
                    serviceTier: "flex"))
        #expect(event.attribution == Attribution(project: "p", user: "u", key: "k", tags: ["team": "ranking"]))
        #expect(event.usage == .of([.input: 10, .computeSeconds: 1_500_000]))
        #expect(event.id == "r" && event.requestID == "gen" && event.status == 200)
        #expect(event.durationMs == 812 && event.ttfbMs == 140 && event.isStream == true)
        #expect(event.reportedCost?.description == "0.01" && event.billedCost?.description == "0.02")
        #expect(event.outcome == .interrupted)
    }

    @Test func anEmptyCellSaysNothing() throws {
        let names = FieldMap.Field.named.map(\.name).filter { $0 != "time" }
        var decoder = try ColumnRecordDecoder(
            header: ["time", "input"] + names, map: FieldMap(), defaults: RecordDefaults())
        let draft = try decoder.decode { $0 == 0 ? "2026-06-01" : "" }
        let bare = try decode(#"{"time":"2026-06-01","usage":null}"#)
        #expect(draft.event == bare.event)
        #expect(draft.identity == bare.identity)
    }

    /// The row of a table and the line of JSON that say the same are the same event.
    @Test func aRowIsTheEventOfTheSameLine() throws {
        let row = try draft(
            ["TS": "2026-06-01 12:00:00", "In": "10", "Out": "", "team": "a", "biller": "b"],
            map: "time=TS,input=In,output=Out,tag:t=team", .with { $0.offering = Offering(model: "m") })
        let line = try decode(
            #"{"time":"2026-06-01T12:00:00Z","usage":{"input":10},"tags":{"t":"a"},"biller":"b","model":"m"}"#)
        #expect(row.event == line.event)
        #expect(row.identity == line.identity)
    }

    @Test func idsSettleTheIdentity() throws {
        let text = "0190163d-8694-739b-aea5-966c26f8ad90"
        let meant = IdentityHint.settled(try #require(EventIdentity(text: text)))
        #expect(try draft(["time": "2026-06-01", "input": "", "event_id": text]).identity == meant)
        let json = try decode(#"{"time":"2026-06-02","usage":null,"id":"r","biller":"b"}"#)
        #expect(try draft(["time": "2026-06-01", "input": "", "id": "r", "biller": "b"]).identity == json.identity)
    }

    @Test(arguments: [
        ("true", true), ("T", true), ("1", true), ("YES", true), ("false", false), ("f", false), ("0", false),
        ("no", false),
    ])
    func streamIsReadAsTablesWriteIt(_ text: String, _ expected: Bool) throws {
        #expect(try draft(["time": "2026-06-01", "input": "1", "stream": text]).event.isStream == expected)
    }

    @Test(arguments: [
        ("status", "99", "status is '99'; write a number from 100 to 599"),
        ("stream", "maybe", "stream is 5 characters of text; write true or false"),
        ("event_id", "x", "event_id is 1 character of text; write 32 hexadecimal digits"),
        ("route", "fast", "route is 4 characters of text; write one of routed, own-key, direct, serverless"),
        ("outcome", "ok", "outcome is 2 characters of text; write one of complete, interrupted, failed"),
        ("reported_cost", "-1", "reported_cost is '-1'; a cost is not negative"),
        ("output", "1.5", "output is '1.5'; write a whole number"),
        ("output", "100000000000000000000", "output is '100000000000000000000'; one call has at most 1000000000000"),
        ("reasoning", "-1", "reasoning is '-1'; a count is never negative"),
        ("user", "a\u{1}", "user has a control character, its byte 2; take it out"),
    ])
    func aCellIsRefusedByTheNameOfItsColumn(_ column: String, _ text: String, _ expected: String) throws {
        #expect(try reason(["time": "2026-06-01", "input": "1", column: text]) == expected)
    }

    @Test func mappedColumnsAreNamedAsTheFileNamesThem() throws {
        #expect(
            try reason(["TS": "soon", "In": "1"], map: "time=TS,input=In")
                == "TS is 4 characters of text; write a time like 2026-06-01T12:00:00Z or seconds since 1970")
        #expect(try reason(["time": "", "input": "1"]) == "the time is empty; every record needs one")
        #expect(
            try reason(["time": "2026-06-01", "output": "1", "reasoning": "2"])
                == "usage.reasoning is 2 and usage.output 1; reasoning is a part of output")
    }

    @Test func aStatusOfZeroIsACallThatNeverGotOne() throws {
        let event = try draft(["time": "2026-06-01", "input": "", "status": "0"]).event
        #expect(event.status == nil && event.outcome == .failed)
        let stated = try draft(["time": "2026-06-01", "input": "", "outcome": "interrupted", "status": "0"]).event
        #expect(stated.status == nil && stated.outcome == .interrupted)
    }

    @Test func statusesOfErrorsAreFailuresUnlessTheRowSaysOtherwise() throws {
        #expect(try draft(["time": "2026-06-01", "input": "", "status": "503"]).event.outcome == .failed)
        let stated = try draft(["time": "2026-06-01", "input": "", "outcome": "complete", "status": "503"])
        #expect(stated.event.outcome == .complete)
    }
}
