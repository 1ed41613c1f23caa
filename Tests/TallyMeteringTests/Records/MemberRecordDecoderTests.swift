import FastJSON
import TallyCore
import Testing

@testable import TallyMetering

struct MemberRecordDecoderTests {
    private func event(_ map: String, _ json: String) throws -> UsageEvent {
        var decoder = try MemberRecordDecoder(map: try FieldMap(parsing: map), defaults: RecordDefaults())
        var event = UsageEvent(identity: EventIdentity(high: 0, low: 0), time: .earliestEvent)
        _ = try JSONParser().withDocument(json) { _ = try decoder.decode($0, into: &event) }
        return event
    }

    private func reason(_ map: String, _ json: String) throws -> String? {
        do {
            _ = try event(map, json)
            return nil
        } catch let failure as RecordFailure {
            return failure.description
        }
    }

    /// The examples of RFC 6901, 5.
    @Test(
        arguments: [
            ("/foo/0", "1"), ("/foo/1", "2"), ("/foo/01", nil), ("/foo/-", nil), ("/foo/2", nil), ("/", "3"),
            ("/a~1b", "4"),
            ("/c%d", "5"), ("/e^f", "6"), ("/k\"l", "7"), ("/ ", "8"), ("/m~0n", "9"), ("/x/y", nil), ("/foo/0/z", nil),
        ] as [(String, String?)])
    func pointersArePointers(_ pointer: String, _ expected: String?) throws {
        let json = #"{"foo":[1,2],"":3,"a/b":4,"c%d":5,"e^f":6,"k\"l":7," ":8,"m~n":9}"#
        let found = try JSONParser().withDocument(json) { try MemberPath(pointer).value(in: $0)?.scalarText }
        #expect(found == expected)
    }

    @Test func readsMembersPointersAndOwnNames() throws {
        let event = try event(
            "time=/at,usage.input=/response/usage/prompt_tokens,output=/response/usage/completion_tokens,"
                + "model=/response/choices/0/model,tag:team=squad,request_id=/response/id,stream=streamed",
            """
            {"at":1780315200,"squad":"one","streamed":true,"user":"u1","status":200,"model":"not this",
            "response":{"id":"gen","usage":{"prompt_tokens":"10","completion_tokens":2},"choices":[{"model":"m"}]}}
            """)
        #expect(event.time.description == "2026-06-01T12:00:00Z" && event.usage == .of([.input: 10, .output: 2]))
        #expect(event.offering.model == "m" && event.requestID == "gen" && event.isStream == true)
        #expect(event.attribution == Attribution(user: "u1", tags: ["team": "one"]) && event.status == 200)
    }

    @Test func whatIsNotThereIsNull() throws {
        let event = try event("time=t,input=/u/i,model=/u/m", #"{"t":"2026-06-01T12:00:00Z","u":{"i":null}}"#)
        #expect(event.usage == nil && event.offering.model == nil)
    }

    @Test(arguments: [
        ("time=t,input=/u", #"{"t":"2026-06-01","u":{"i":1}}"#, "/u is an object or a list; map the member in it"),
        ("time=t,input=/u", #"{"t":"soon","u":1}"#, "t is 4 characters of text; write a time"),
        ("time=t,input=/u", #"{"u":1}"#, "the time is empty; every record needs one"),
        ("time=t,input=/u", #"{"t":"2026-06-01","u":-1}"#, "/u is '-1'; a count is never negative"),
        ("time=t,input=/u", "[]", "the line is not a JSON object"),
    ])
    func badRecordsAreNamed(_ map: String, _ json: String, _ expected: String) throws {
        let reason = try reason(map, json)
        #expect(reason?.hasPrefix(expected) == true, "\(reason ?? "none")")
    }

    @Test func aTildeThatEscapesNothingIsRefused() throws {
        #expect(throws: RecordFailure.self) { try FieldMap(parsing: "time=/a~b") }
    }

    @Test func whatIsInNoRecordIsAFault() throws {
        let map = try FieldMap(parsing: "time=t,input=/u/i,model=/u/m")
        var decoder = try MemberRecordDecoder(map: map, defaults: RecordDefaults())
        var event = UsageEvent(identity: EventIdentity(high: 0, low: 0), time: .earliestEvent)
        for json in [#"{"t":"2026-06-01","u":{}}"#, #"{"t":"2026-06-01","u":{"i":1},"x":2}"#] {
            _ = try JSONParser().withDocument(json) { _ = try decoder.decode($0, into: &event) }
        }
        #expect(decoder.faults.map(\.description) == ["no record has '/u/m'; the first one has 't', 'u'"])
    }

    @Test(
        arguments: [
            ("", #"{"at":1}"#, "no member gives the time; add --map time=MEMBER (the first record has 'at')"),
            ("time=at", #"{"at":1}"#, "no member gives a quantity; add --map input=MEMBER (the first record has 'at')"),
            ("", #"{"time":1,"input":2}"#, nil), ("time=at,output=/o", #"{}"#, nil),
        ] as [(String, String, String?)])
    func theFirstRecordTellsWhetherAnyCanBeRead(_ map: String, _ json: String, _ expected: String?) throws {
        let decoder = try MemberRecordDecoder(map: try FieldMap(parsing: map), defaults: RecordDefaults())
        let parser = try JSONParser()
        let fault = try parser.withDocument(json) { decoder.fault(of: $0) }
        #expect(fault?.description == expected)
    }
}
