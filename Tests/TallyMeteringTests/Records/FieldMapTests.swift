import TallyCore
import Testing

@testable import TallyMetering

struct FieldMapTests {
    private func reason(_ text: String) -> String {
        outcome { () throws(RecordFailure) in
            _ = try FieldMap(parsing: text)
            return "good"
        }
    }

    private func reason(_ text: String, header: [String]) -> String {
        outcome { () throws(RecordFailure) in
            let positions = try FieldMap(parsing: text).positions(in: header)
            return positions.map { "\($0.column):\($0.name)" }.joined(separator: " ")
        }
    }

    @Test func readsFieldsAndColumns() throws {
        let map = try FieldMap(parsing: "time=TIMESTAMP, input = Context Tokens ,tag:team=Team,,output=a=b")
        #expect(
            map.columns == [
                .time: "TIMESTAMP", .usage(.input): "Context Tokens", .tag("team"): "Team", .usage(.output): "a=b",
            ])
        #expect(try FieldMap(parsing: "") == FieldMap())
    }

    @Test func everyFieldOfAnEventHasAName() throws {
        let names = FieldMap.Field.named.map(\.name) + UsageClass.names + ["tag:x"]
        let map = try FieldMap(parsing: names.map { "\($0)=c" }.joined(separator: ","))
        #expect(map.columns.count == names.count)
    }

    @Test(arguments: [
        ("time", "'time' has no column; write field=column"), ("time=", "'time=' has no column; write field=column"),
        ("=x", "'=x' has no column; write field=column"), ("time=a,time=b", "'time' is mapped twice; keep one"),
        ("input=a,input=a", "'input' is mapped twice; keep one"),
    ])
    func refusesWhatIsNoMap(_ text: String, _ expected: String) {
        #expect(reason(text) == expected)
    }

    @Test func anUnknownFieldNamesTheKnownOnes() {
        let known = (FieldMap.Field.named.map(\.name) + UsageClass.names + ["tag:KEY"]).joined(separator: ", ")
        for (name, nearest) in [("Time", "time"), ("modle", "model"), ("usage.input_tokens", nil), ("cost", nil)] {
            let reason = reason("\(name)=x")
            if let nearest {
                #expect(reason == "there is no field '\(name)'; did you mean '\(nearest)'?")
            } else {
                #expect(reason.hasPrefix("there is no field '\(name)'; ") && reason.hasSuffix(known), "\(reason)")
            }
        }
    }

    @Test(arguments: [
        ("", ["time", "input"], "0:time 1:input"), ("time=TS,input=In", ["In", "x", "TS"], "0:In 2:TS"),
        // A mapped field is not also read from the column of its name, nor a mapped column by its name.
        ("time=TS", ["time", "TS", "input"], "1:TS 2:input"),
        ("input=output,time=time", ["time", "output"], "0:time 1:output"),
        ("time=T", ["a", "input"], "the header has no column 'T'; it has 'a', 'input'"),
        ("", ["a", "input"], "no column gives the time; add --map time=COLUMN (the header has 'a', 'input')"),
        ("", ["time", "x"], "no column gives a quantity; add --map input=COLUMN (the header has 'time', 'x')"),
        ("", [], "no column gives the time; add --map time=COLUMN (the header has )"),
    ])
    func findsItsColumnsOrSaysWhatTheHeaderHas(_ text: String, _ header: [String], _ expected: String) {
        #expect(reason(text, header: header) == expected)
    }

    @Test func aLongHeaderIsCut() {
        let text = reason("time=T", header: (0..<1_000).map { "column\($0)" })
        #expect(text.hasSuffix("'column11', …") && text.utf8.count < 500)
    }
}
