import FastJSON
import TallyMetering
import Testing

/// Where a streamed completion does not say whether it wants its usage, it is asked for, and nothing else is changed.
struct UsageQuestionTests {
    private static let path = "/v1/chat/completions"

    /// The body as it is sent on; `nil` when it is sent as it came.
    private func edited(_ body: String, path: String = path) throws -> String? {
        let bytes = Array(body.utf8)
        let request = CallRequest(
            body: bytes.span, path: path, contentType: "application/json", parser: try JSONParser())
        return (request.usageQuestion?.applied(to: bytes.span)).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(
        arguments: [
            (#"{"stream":true}"#, #"{"stream_options":{"include_usage":true},"stream":true}"#),
            (
                " {\n  \"stream\" : true , \"messages\":[]}\n",
                " {\"stream_options\":{\"include_usage\":true},\n  \"stream\" : true , \"messages\":[]}\n"
            ),
            ("\u{feff}{\"stream\":true}", "\u{feff}{\"stream_options\":{\"include_usage\":true},\"stream\":true}"),
            (
                #"{"stream":true,"stream_options": null }"#,
                #"{"stream":true,"stream_options": {"include_usage":true} }"#
            ),
            (#"{"stream_options":{},"stream":true}"#, #"{"stream_options":{"include_usage":true},"stream":true}"#),
            (
                #"{"stream":true,"stream_options" :{ "x":[{"include_usage":false}]}}"#,
                #"{"stream":true,"stream_options" :{"include_usage":true, "x":[{"include_usage":false}]}}"#
            ),
            (
                #"{"stream":true,"stream_options":{"include_usage":null,"x":1}}"#,
                #"{"stream":true,"stream_options":{"include_usage":true,"x":1}}"#
            ),
            (
                #"{"stream":true,"stream\u005foptions":{"x":1}}"#,
                #"{"stream":true,"stream\u005foptions":{"include_usage":true,"x":1}}"#
            ),
            (
                #"{"stream_options":{"include_usage":true},"stream":true,"stream_options":null}"#,
                #"{"stream_options":{"include_usage":true},"stream":true,"stream_options":{"include_usage":true}}"#
            ),
            (
                #"{"stream":false,"a":"}\\","b":{"stream_options":{"include_usage":true}},"stream":true}"#,
                #"{"stream_options":{"include_usage":true},"stream":false,"a":"}\\","b":{"stream_options":{"include_usage":true}},"stream":true}"#
            ),
        ])
    func whatIsMissingIsPutIn(_ body: String, _ expected: String) throws {
        #expect(try edited(body) == expected)
        #expect(try edited(expected) == nil)
    }

    @Test(arguments: [
        #"{"stream":true,"stream_options":{"include_usage":true}}"#,
        #"{"stream":true,"stream_options":{"include_usage":false}}"#,
        #"{"stream":true,"stream_options":{"include\u005fusage":false}}"#,
        #"{"stream":true,"stream_options":null,"stream_options":{"include_usage":false}}"#,
        #"{"stream":true,"stream_options":{"include_usage":1}}"#, #"{"stream":true,"stream_options":[]}"#,
        #"{"stream":true,"stream_options":"x"}"#, #"{"stream":false}"#, #"{"stream":null}"#, #"{"stream":"true"}"#,
        #"{"stream":true,"stream":false}"#, "{}", "", " ", "[]", "null", #"[{"stream":true}]"#, #"{"stream":true"#,
        #"{"stream":true}x"#, #"{"stream":true,}"#, "{\"stream\":true,\"a\":\"\u{1}\"}",
    ])
    func whatTheClientSaysStands(_ body: String) throws {
        #expect(try edited(body) == nil)
    }

    @Test func onlyCompletionsAreAsked() throws {
        let body = #"{"stream":true}"#
        for path in ["/completions", "/openai/deployments/d/chat/completions?api-version=1", "/v3/openai/completions"] {
            #expect(try edited(body, path: path) != nil, "\(path)")
        }
        for path in ["/v1/responses", "/v1/messages", "/v1/audio/transcriptions", "/v1/chat", "", "/x?/completions"] {
            #expect(try edited(body, path: path) == nil, "\(path)")
        }
    }

    /// Bodies made at random: both are equal but for the member that was put in, and the text but for one place.
    @Test(arguments: 0..<300)
    func bothBodiesAreEqualButForThatMember(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let body = Array(Self.body(&generator).utf8)
        let parser = try JSONParser()
        let request = CallRequest(body: body.span, path: Self.path, contentType: nil, parser: parser)
        var expected = try Self.members(body, parser: parser)
        let streams = expected.last { $0.key == "stream" }?.value == "true"
        #expect(request.isStreamed == streams)
        let place = expected.lastIndex { $0.key == "stream_options" }
        let options = place.map { expected[$0].value }
        var isAsked = streams
        if let place, let options {
            if options == "null" {
                expected[place].value = #"{"include_usage":true}"#
            } else if options.hasPrefix("{") {
                var inner = try Self.members(Array(options.utf8), parser: parser)
                if let usage = inner.lastIndex(where: { $0.key == "include_usage" }) {
                    if inner[usage].value == "null" { inner[usage].value = "true" } else { isAsked = false }
                } else {
                    inner.insert(("include_usage", "true"), at: 0)
                }
                expected[place].value = "{" + inner.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
            } else {
                isAsked = false
            }
        } else {
            expected.insert(("stream_options", #"{"include_usage":true}"#), at: 0)
        }
        guard let edit = request.usageQuestion else {
            #expect(!isAsked)
            return
        }
        #expect(isAsked)
        let edited = edit.applied(to: body.span)
        let read = try Self.members(edited, parser: parser)
        #expect(read.map(\.key) == expected.map(\.key) && read.map(\.value) == expected.map(\.value))
        let end = edit.range.lowerBound + edit.text.count
        #expect(edited[..<edit.range.lowerBound] == body[..<edit.range.lowerBound])
        #expect(Array(edited[end...]) == Array(body[edit.range.upperBound...]))
    }

    /// The members of an object, their values written in one way.
    private static func members(_ body: [UInt8], parser: JSONParser) throws -> [(key: String, value: String)] {
        try parser.withDocument(body) { root in
            root.members.map { key, value in
                var writer = JSONWriter()
                writer.value(value)
                return (key.string, String(decoding: writer.bytes, as: UTF8.self))
            }
        }
    }

    private static func body(_ generator: inout SeededGenerator) -> String {
        let space = { (generator: inout SeededGenerator) in generator.pick(["", "", " ", "\n\t", "\r\n"]) }
        let look = #""stream_options":{"include_usage":true},"stream":false"#
        var members = (0..<Int.random(in: 0...6, using: &generator)).map { _ in
            let key = generator.pick([
                "stream_options", #"stream\u005foptions"#, "stream", "messages", #"a\"b\\"#, "", "größe",
            ])
            let value = generator.pick([
                "true", "false", "null", "1.5e3", "[]", "{}", #"{"include_usage":null}"#, #"{"include_usage":false}"#,
                #"{"x":{"include_usage":true}}"#, #"{"a":1,"include_usage":true,"b":[{}]}"#, "{\(look)}",
                "[{\(look)},[\"]\",\"\\\"\"]]", #""{\"stream_options\":{}}\\""#,
                #"{ "include\u005fusage" : null , "z":0 }"#,
            ])
            return "\"\(key)\"\(space(&generator)):\(space(&generator))\(value)\(space(&generator))"
        }
        if generator.chance(85) { members.append("\"stream\":true") }
        return space(&generator) + "{" + space(&generator) + members.joined(separator: ",\(space(&generator))") + "}"
            + space(&generator)
    }
}
