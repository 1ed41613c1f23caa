internal import FastJSON
internal import TallyMetering

/// Bodies of responses in the shapes of several APIs, with an answer of some length beside the usage.
final class BodySample {
    private let bodies: [[UInt8]]
    private let parser: JSONParser

    private static let count = 10_000
    private static let repetitions = 10

    /// Makes the bodies.
    init(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        parser = try JSONParser()
        bodies = (0..<Self.count).map { number in
            let (input, output) = (random.index(4000) + 1, random.index(1500) + 1)
            let cached = random.index(input)
            let text = String(repeating: "word ", count: 20 + random.index(40))
            let body = Self.body(number % 4, id: number, input, cached, output, text)
            return Array(body.utf8) + [UInt8](repeating: 0, count: JSONParser.padding)
        }
    }

    /// Reads all bodies several times.
    ///
    /// - Returns: How many were read.
    func readAll() throws -> Int {
        let exchange = Exchange()
        var known = 0
        for _ in 0..<Self.repetitions {
            for body in bodies {
                let read = unsafe try body.withUnsafeBytes { bytes in
                    let document = unsafe UnsafeRawBufferPointer(
                        rebasing: bytes[..<(bytes.count - JSONParser.padding)])
                    return unsafe try parser.withDocument(padded: document) { ResponseUsage.read($0, of: exchange) }
                }
                if read.usage != nil { known += 1 }
            }
        }
        if known != bodies.count * Self.repetitions { throw BenchFailure("the usage of a body is not known") }
        return known
    }

    private static func body(
        _ shape: Int, id: Int, _ input: Int, _ cached: Int, _ output: Int, _ text: String
    ) -> String {
        switch shape {
        case 0:
            """
            {"id":"chatcmpl-\(id)","object":"chat.completion","model":"gpt-4o-mini","choices":[{"index":0,"message":\
            {"role":"assistant","content":"\(text)"},"finish_reason":"stop"}],"usage":{"prompt_tokens":\(input),\
            "completion_tokens":\(output),"total_tokens":\(input + output),"prompt_tokens_details":{"cached_tokens":\
            \(cached)},"completion_tokens_details":{"reasoning_tokens":\(output / 2)}},"service_tier":"default"}
            """
        case 1:
            """
            {"id":"resp_\(id)","object":"response","model":"gpt-5-mini","output":[{"type":"message","content":[{"type":\
            "output_text","text":"\(text)"}]}],"usage":{"input_tokens":\(input),"input_tokens_details":{"cached_tokens":\
            \(cached)},"output_tokens":\(output),"output_tokens_details":{"reasoning_tokens":\(output / 3)},\
            "total_tokens":\(input + output)}}
            """
        case 2:
            """
            {"id":"msg_\(id)","type":"message","model":"claude-sonnet-4-5","content":[{"type":"text","text":"\(text)"}],\
            "usage":{"input_tokens":\(input),"cache_read_input_tokens":\(cached),"cache_creation_input_tokens":0,\
            "output_tokens":\(output),"service_tier":"standard"}}
            """
        default:
            """
            {"responseId":"\(id)","modelVersion":"gemini-2.5-flash","candidates":[{"content":{"parts":[{"text":\
            "\(text)"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":\(input),\
            "cachedContentTokenCount":\(cached),"candidatesTokenCount":\(output),"totalTokenCount":\(input + output)}}
            """
        }
    }
}
