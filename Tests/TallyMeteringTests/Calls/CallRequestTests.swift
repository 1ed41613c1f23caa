import FastJSON
import TallyMetering
import Testing

struct CallRequestTests {
    private func read(_ body: String, path: String = "/v1/chat/completions", type: String? = nil) throws -> CallRequest
    {
        CallRequest(body: Array(body.utf8).span, path: path, contentType: type, parser: try JSONParser())
    }

    @Test func aRequestIsRead() throws {
        let request = try read(
            #"""
            {"model":"openai/gpt-oss-120b:groq","messages":[{"role":"user","content":"stream","model":"x"}],"stream":true,
            "user":"u1","service_tier":"flex","max_tokens":100,"max_completion_tokens":250,"n":3,
            "metadata":{"team":"ranking","run":7,"isTest":true,"none":null,"list":[1],"long":"\#(String(repeating: "x", count: 1025))"}}
            """#)
        #expect(request.model == "openai/gpt-oss-120b:groq" && request.isStreamed && request.user == "u1")
        #expect(request.tags == ["team": "ranking", "run": "7", "isTest": "true"])
        #expect(request.serviceTier == "flex" && request.maximumOutputTokens == 250 && request.choices == 3)
        #expect(request.speechCharacters == nil && request.usageQuestion != nil)
        let response = try read(#"{"model":"m","max_output_tokens":9,"input":"text"}"#, path: "/v1/responses")
        #expect(response.maximumOutputTokens == 9 && response.speechCharacters == nil && !response.isStreamed)
    }

    /// What is not as it should be is not known, and no error: the host has to answer for it.
    @Test(arguments: [
        #"{"model":7,"user":["u"],"metadata":"x","n":-1,"max_tokens":-5,"service_tier":{},"stream":1}"#,
        #"{"model":"","user":null,"metadata":{},"n":0,"max_tokens":1.5,"stream":null}"#,
        #"{"model":"a\u0000b","user":"\#(String(repeating: "u", count: 1025))","n":"2","max_tokens":"1"}"#,
        #"{"model":"m""#, #"["model"]"#, "model", "", "\u{feff}",
    ])
    func whatIsNoneIsNotKnown(_ body: String) throws {
        #expect(try read(body) == read("{}"))
    }

    @Test func charactersToBeSpokenAreCounted() throws {
        let body = #"{"model":"tts-1","input":"Gr\u00fc\u00dfe, 👋🏽\n\ud83d\ude00","voice":"alloy"}"#
        #expect(try read(body, path: "/v1/audio/speech?x=1").speechCharacters == 11)
        #expect(try read(#"{"input":["a"]}"#, path: "/v1/audio/speech").speechCharacters == nil)
        #expect(try read(body, path: "/v1/embeddings").speechCharacters == nil)
    }

    @Test func tagsAreBounded() throws {
        let members = (0..<70).map { "\"t\($0)\":\($0)" } + ["\"t1\":\"later\"", "\"\":1", "\"e\":\"\""]
        let tags = try #require(try read("{\"metadata\":{\(members.joined(separator: ","))}}").tags)
        #expect(tags.count == 64 && tags["t1"] == "later" && tags["t63"] == "63" && tags["t64"] == nil)
    }

    @Test(
        arguments: [
            ("/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse", "gemini-2.5-pro", true),
            ("/v1beta/models/gemini-2.5-pro:generateContent", "gemini-2.5-pro", false),
            ("/models/owner/name/v1/completions", "owner/name", false), ("/models/owner/name", "owner/name", false),
            ("/models/bert/pipeline/feature-extraction", "bert", false), ("/models/a%2Fb", "a/b", false),
            ("/v1/models/black-forest-labs/flux-dev/predictions", "black-forest-labs/flux-dev", false),
            ("/model/anthropic.claude-v2%3A1/converse-stream", "anthropic.claude-v2:1", true),
            ("/model/m%+1%zz/invoke-with-response-stream", "m%+1%zz", true), ("/v1/models", nil, false),
        ] as [(String, String?, Bool)])
    func thePathMayNameTheModel(_ path: String, _ model: String?, _ isStreamed: Bool) throws {
        let empty = try read("", path: path)
        #expect(empty.model == model && empty.isStreamed == isStreamed)
        #expect(try read(#"{"model":"m"}"#, path: path).model == "m")
    }

    /// Bodies of any size are read, the large ones by a parser of their own.
    @Test func largeBodiesAreRead() throws {
        let text = String(repeating: "lorem ipsum ", count: 50_000)
        let body = Array(#"{"messages":[{"content":"\#(text)"}],"model":"m","stream":true}"#.utf8)
        let request = CallRequest(
            body: body.span, path: "/v1/chat/completions", contentType: nil, parser: try JSONParser())
        #expect(request.model == "m" && request.usageQuestion?.range == 1..<1)
    }

    @Test func nothingOfTheTextIsKept() throws {
        let secret = "SECRET-PROMPT"
        let body =
            #"{"model":"m","stream":true,"messages":[{"role":"user","content":"\#(secret)"}],"prompt":"\#(secret)","#
            + #""input":"\#(secret)","system":"\#(secret)","metadata":{"a":["\#(secret)"]},"n":"\#(secret)"}"#
        let form = Form(boundary: "b").text([("prompt", secret), ("model", "m"), ("language", secret)])
        for (body, type) in [(body, nil), (body + secret, nil), (form, "multipart/form-data; boundary=b")] {
            for path in ["/v1/audio/speech", "/v1/chat/completions"] {
                var dumped = ""
                dump(try read(body, path: path, type: type), to: &dumped)
                #expect(!dumped.contains(secret))
            }
        }
    }
}
