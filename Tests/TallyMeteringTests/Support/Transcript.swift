import FastJSON
import TallyMetering

/// A short stream of one flavor, as its host sends it.
struct Transcript: Sendable, CustomStringConvertible {
    let name: String
    var exchange = Exchange()
    let text: String

    var description: String { name }

    /// What is read when it comes in chunks.
    func read(_ chunks: [[UInt8]], parser: JSONParser) -> ResponseUsage {
        var stream = StreamedUsage(of: exchange, parser: parser)
        for chunk in chunks { stream.feed(chunk) }
        return stream.finish()
    }

    /// What is read when it comes at once.
    func read() throws -> ResponseUsage {
        read([Array(text.utf8)], parser: try JSONParser())
    }

    /// Joins the data of events as most hosts write them.
    private static func events(_ data: String...) -> String {
        data.map { "data: \($0)\n\n" }.joined()
    }

    /// Joins named events.
    private static func named(_ events: KeyValuePairs<String, String>) -> String {
        events.map { "event: \($0.key)\ndata: \($0.value)\n\n" }.joined()
    }

    /// One of every flavor and way of writing.
    static let all: [Transcript] = [
        chat, groq, openRouter, xAI, responses, anthropic, gemini, geminiList, cohere, image, transcription, realtime,
        textGeneration, lineEndings, body,
    ]

    static let chat = Transcript(
        name: "chat",
        text: events(
            #"{"id":"c1","model":"m","choices":[{"delta":{"content":"Grüße, {\"usage\":{}}\\"}}],"usage":null}"#,
            #"{"id":"c1","model":"m","choices":[],"usage":{"prompt_tokens":12,"completion_tokens":3,"total_tokens":15}}"#,
            "[DONE]"))

    static let groq = Transcript(
        name: "groq",
        text: events(
            #"{"id":"g","model":"m","choices":[{"delta":{}}],"x_groq":{"usage":{"prompt_tokens":9,"completion_tokens":4}}}"#,
            #"{"id":"g","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":4,"total_tokens":13}}"#, "[DONE]"))

    static let openRouter = Transcript(
        name: "openrouter", exchange: Exchange(biller: "openrouter"),
        text: ": OPENROUTER PROCESSING\n\n"
            + events(
                #"{"id":"gen-1","provider":"OpenAI","model":"o/m","choices":[{"delta":{"content":"x"}}]}"#,
                #"""
                {"id":"gen-1","choices":[{"delta":{}}],"usage":{"prompt_tokens":20,"completion_tokens":5,"total_tokens":25,
                "cost":0.0125,"is_byok":false,"prompt_tokens_details":{"cached_tokens":8,"cache_write_tokens":2}}}
                """#.filter { $0 != "\n" }, "[DONE]"))

    static let xAI = Transcript(
        name: "xai, cumulative", exchange: Exchange(provider: "xai"),
        text: events(
            #"{"id":"x","choices":[{}],"usage":{"prompt_tokens":5,"completion_tokens":1,"total_tokens":8,"completion_tokens_details":{"reasoning_tokens":2}}}"#,
            #"{"id":"x","choices":[{}],"usage":{"prompt_tokens":5,"completion_tokens":3,"total_tokens":14,"completion_tokens_details":{"reasoning_tokens":6},"cost_in_usd_ticks":12345}}"#,
            "[DONE]"))

    static let responses = Transcript(
        name: "responses",
        text: named([
            "response.created": #"{"type":"response.created","response":{"id":"r","model":"m","usage":null}}"#,
            "response.output_text.delta": #"{"type":"response.output_text.delta","delta":"Yes"}"#,
            "response.completed":
                #"{"type":"response.completed","response":{"id":"r","model":"m","status":"completed","service_tier":"flex","usage":{"input_tokens":50,"input_tokens_details":{"cached_tokens":20,"cache_write_tokens":10},"output_tokens":7,"output_tokens_details":{"reasoning_tokens":4},"total_tokens":57}}}"#,
        ]))

    static let anthropic = Transcript(
        name: "anthropic",
        text: named([
            "message_start":
                #"{"type":"message_start","message":{"id":"a","model":"m","usage":{"input_tokens":3,"cache_creation_input_tokens":30,"cache_read_input_tokens":80,"cache_creation":{"ephemeral_5m_input_tokens":20,"ephemeral_1h_input_tokens":10},"output_tokens":1}}}"#,
            "ping": #"{"type":"ping"}"#,
            "content_block_delta": #"{"type":"content_block_delta","delta":{"text":"Hello"}}"#,
            "message_delta":
                #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"cache_creation_input_tokens":30,"cache_read_input_tokens":80,"output_tokens":24}}"#,
            "message_stop": #"{"type":"message_stop"}"#,
        ]))

    private static let geminiChunks = [
        #"{"candidates":[{"content":{"parts":[{"text":"a]\"}"}]}}],"usageMetadata":{"promptTokenCount":41,"cachedContentTokenCount":30,"toolUsePromptTokenCount":3,"thoughtsTokenCount":4,"totalTokenCount":48},"modelVersion":"g"}"#,
        #"{"candidates":[{"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":41,"cachedContentTokenCount":30,"toolUsePromptTokenCount":3,"thoughtsTokenCount":4,"candidatesTokenCount":22,"totalTokenCount":70},"modelVersion":"g"}"#,
    ]

    static let gemini = Transcript(
        name: "gemini", text: geminiChunks.map { "data: \($0)\r\n\r\n" }.joined())

    static let geminiList = Transcript(
        name: "gemini, as a list", text: "[" + geminiChunks.joined(separator: "\n,\r\n") + "\n]\n")

    static let cohere = Transcript(
        name: "cohere",
        text: named([
            "message-start": #"{"id":"co","type":"message-start","delta":{"message":{"role":"assistant"}}}"#,
            "message-end":
                #"{"type":"message-end","delta":{"finish_reason":"COMPLETE","usage":{"billed_units":{"input_tokens":17.0,"output_tokens":9.0},"tokens":{"input_tokens":215,"output_tokens":9}}}}"#,
        ]))

    static let image = Transcript(
        name: "image",
        text: named([
            "image_generation.partial_image": #"{"type":"image_generation.partial_image","b64_json":"AAAA"}"#,
            "image_generation.completed":
                #"{"type":"image_generation.completed","b64_json":"AAAA","usage":{"input_tokens":50,"input_tokens_details":{"text_tokens":10,"image_tokens":40},"output_tokens":60,"total_tokens":110}}"#,
        ]))

    static let transcription = Transcript(
        name: "transcription",
        text: events(
            #"{"type":"transcript.text.delta","delta":"Good"}"#,
            #"{"type":"transcript.text.done","text":"Good","usage":{"type":"tokens","input_tokens":14,"input_token_details":{"text_tokens":4,"audio_tokens":10},"output_tokens":5,"total_tokens":19}}"#
        ))

    static let realtime = Transcript(
        name: "realtime",
        text: events(
            #"{"type":"response.done","response":{"id":"rt","status":"completed","usage":{"total_tokens":100,"input_tokens":70,"output_tokens":30,"input_token_details":{"text_tokens":40,"audio_tokens":30,"cached_tokens":24,"cached_tokens_details":{"text_tokens":20,"audio_tokens":4}},"output_token_details":{"text_tokens":10,"audio_tokens":20}}}}"#
        ))

    static let textGeneration = Transcript(
        name: "text generation server", exchange: Exchange(headers: ["x-compute-type": "cpu"]),
        text: events(
            #"{"token":{"text":"On"},"generated_text":null,"details":null}"#,
            #"{"token":{"text":"ce"},"generated_text":"Once","details":{"generated_tokens":2}}"#))

    static let lineEndings = Transcript(
        name: "every line ending, a byte order mark, data of several lines",
        text:
            "\u{feff}data:{\"id\":\"e\",\r\rid: 7\rdata: {\"id\":\"e\",\"choices\":[],\r\ndata:\"usage\":{\"prompt_tokens\":\n"
            + "data: 6}}\nretry: 5\n:x\nnonsense\n\r\ndata: [DONE]")

    static let body = Transcript(
        name: "a whole body",
        text: #" {"id":"b","model":"m","choices":[{"message":{"content":"[1,2"}}],"usage":{"prompt_tokens":8}} "#)
}
