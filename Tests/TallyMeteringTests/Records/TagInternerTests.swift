import FastJSON
import Testing

@testable import TallyMetering

struct TagInternerTests {
    private func id(_ json: String, _ interner: inout TagInterner) throws -> TagsID {
        try JSONParser().withDocument(json) { try interner.id(of: $0, field: "tags") }
    }

    @Test func givesTheTagsThatTheObjectHas() throws {
        let objects = [
            "{}", #"{"a":"1"}"#, #"{"a":1}"#, #"{"a":"2"}"#, #"{"a":""}"#, #"{"a":null}"#, #"{"a":true}"#,
            #"{"a":"true"}"#, #"{"a":false}"#, #"{"a":"1","b":"2"}"#, #"{"b":"2","a":"1"}"#, #"{"ab":"12"}"#,
            #"{"a":"1b","2":""}"#, #"{"a":1.50}"#, #"{"a":"1","a":"2"}"#, #"{"é":"e\u0301"}"#,
        ]
        var interner = TagInterner()
        var ids: [TagsID] = []
        for _ in 0..<2 {
            ids += try objects.map { object in
                let id = try id(object, &interner)
                let expected = try JSONParser().withDocument(object) { try TagReader.tags($0, field: "tags") }
                #expect(interner[id] == expected, "\(object)")
                return id
            }
        }
        #expect(Array(ids.prefix(objects.count)) == Array(ids.suffix(objects.count)))
        #expect(Set(ids).count == objects.count)
        #expect(try id("{}", &interner) == .none)
    }

    @Test(arguments: ["1", "[]", #"{"":"x"}"#, #"{"a":[]}"#, #"{"a":{}}"#, #"{"a":"\u0001"}"#])
    func refusesWhatIsNoTagsEveryTime(_ json: String) throws {
        var interner = TagInterner()
        for _ in 0..<2 { #expect(throws: RecordFailure.self) { _ = try id(json, &interner) } }
        #expect(try id(#"{"a":"b"}"#, &interner) != .none)
    }
}
