internal import NIOCore

/// Embeddings, images, speech, transcription, and the list of models.
extension Reply {
    /// A picture of one grey point.
    private static let picture: [UInt8] = [
        0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00,
        0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3A, 0x7E, 0x9B, 0x55, 0x00, 0x00, 0x00,
        0x0A, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0x68, 0x00, 0x00, 0x00, 0x82, 0x00, 0x81, 0x77, 0xCD, 0x72,
        0xB6, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
    ]
    private static let pictureBase64 =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="

    static func embeddings(_ call: Call) -> Reply {
        let vector = vector(call.facts.dimensions)
        let data = (0..<call.facts.inputs).map { #"{"object":"embedding","index":\#($0),"embedding":\#(vector)}"# }
        let counts = #"{"prompt_tokens":\#(call.usage.prompt),"total_tokens":\#(call.usage.prompt)}"#
        let usage = call.tellsUsage ? #","usage":"# + counts : ""
        return Reply(
            json: #"{"object":"list","data":[\#(data.joined(separator: ","))],"model":\#(call.model)\#(usage)}"#,
            tellsUsage: call.tellsUsage)
    }

    static func images(_ call: Call) -> Reply {
        let data = Array(repeating: #"{"b64_json":"\#(pictureBase64)"}"#, count: call.facts.choices)
        let counts =
            #"{"total_tokens":\#(call.usage.total),"input_tokens":\#(call.usage.prompt),"#
            + #""output_tokens":\#(call.usage.completion),"#
            + #""input_tokens_details":{"text_tokens":\#(call.usage.prompt),"image_tokens":0}}"#
        let usage = call.tellsUsage ? #","usage":"# + counts : ""
        return Reply(
            json: #"{"created":\#(call.created),"background":"opaque","output_format":"png","size":"1024x1024","#
                + #""quality":"low","data":[\#(data.joined(separator: ","))]\#(usage)}"#,
            tellsUsage: call.tellsUsage)
    }

    /// As many pieces of sound as there would be of text, each of 1,024 bytes unless told otherwise.
    static func speech(_ call: Call) -> Reply {
        let bytes = call.script.chunks * (call.script.chunkBytes ?? 1_024)
        return Reply(contentType: "audio/mpeg", body: FillerBody(count: bytes))
    }

    /// Models with `gpt` in their name bill tokens, the others seconds.
    static func transcription(_ call: Call) -> Reply {
        let text = call.text.whole(call.script.chunks)
        let audio = call.usage.prompt
        let counts =
            call.model.contains("gpt")
            ? #"{"type":"tokens","input_tokens":\#(audio),"#
                + #""input_token_details":{"text_tokens":0,"audio_tokens":\#(audio)},"#
                + #""output_tokens":\#(call.usage.completion),"total_tokens":\#(call.usage.total)}"#
            : #"{"type":"duration","seconds":\#(call.usage.audioSeconds)}"#
        let usage = call.tellsUsage ? #","usage":"# + counts : ""
        return Reply(json: #"{"text":"\#(text)"\#(usage)}"#, tellsUsage: call.tellsUsage)
    }

    static func models(_ call: Call) -> Reply {
        let models = ["fake-model", "fake-model-large", "fake-embedding"].map {
            #"{"id":"\#($0)","object":"model","created":1700000000,"owned_by":"invented"}"#
        }
        return Reply(json: #"{"object":"list","data":[\#(models.joined(separator: ","))]}"#)
    }

    /// A task of hf-inference; what it took is told by headers.
    ///
    /// Without a name it is `feature-extraction` for an array of inputs, else `text-to-image`. The embedding server
    /// tells its time in milliseconds, the other in seconds, as in life.
    static func task(_ name: String?, _ call: Call) -> Reply {
        let milliseconds = call.usage.computeMilliseconds
        switch name ?? (call.facts.hasArrayOfInputs ? "feature-extraction" : "text-to-image") {
        case "text-to-image":
            var reply = Reply(contentType: "image/png", body: WholeBody(ByteBuffer(bytes: picture)))
            let fraction = String(milliseconds % 1_000 + 1_000).dropFirst()
            reply.fields = [
                ("x-compute-type", "1-nvidia-a10g"), ("x-compute-time", "\(milliseconds / 1_000).\(fraction)"),
            ]
            reply.tellsUsage = true
            return reply
        default:
            let vector = vector(call.facts.dimensions)
            let rows = Array(repeating: vector, count: call.facts.inputs).joined(separator: ",")
            var reply = Reply(json: call.facts.hasArrayOfInputs ? "[\(rows)]" : rows, tellsUsage: true)
            reply.fields = [
                ("x-compute-type", "gpu+optimized"), ("x-compute-time", "\(milliseconds)"),
                ("x-compute-tokens", "\(call.usage.prompt)"), ("x-inference-time", "\(milliseconds)"),
            ]
            return reply
        }
    }

    static func fal(_ call: Call) -> Reply {
        let image =
            #"{"url":"https://example.invalid/\#(call.id).jpg","width":1024,"height":768,"content_type":"image/jpeg"}"#
        let images = Array(repeating: image, count: call.usage.units)
        var reply = Reply(
            json: #"{"images":[\#(images.joined(separator: ","))],"timings":{"inference":2.214},"seed":7,"#
                + #""has_nsfw_concepts":[\#(images.map { _ in "false" }.joined(separator: ","))]}"#,
            tellsUsage: call.tellsUsage)
        if call.tellsUsage { reply.fields = [("x-fal-billable-units", "\(call.usage.units)")] }
        return reply
    }

    private static func vector(_ dimensions: Int) -> String {
        "[" + (0..<dimensions).map { $0.isMultiple(of: 2) ? "0.0125" : "-0.0375" }.joined(separator: ",") + "]"
    }
}
