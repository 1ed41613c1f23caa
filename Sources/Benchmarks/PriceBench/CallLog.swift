internal import Foundation

/// A file of made-up calls as `tally price -` reads them.
struct CallLog {
    /// Offerings that the shipped price table has prices for.
    static let offerings = [
        ("huggingface", "together", "meta-llama/Meta-Llama-3-70B-Instruct"),
        ("huggingface", "fireworks", "openai/gpt-oss-120b"),
        ("huggingface", "groq", "Qwen/Qwen3-32B"),
        ("huggingface", "novita", "deepseek-ai/DeepSeek-V3.2"),
        ("openai", "openai", "gpt-4o-mini"),
        ("openai", "openai", "gpt-5-mini"),
        ("anthropic", "anthropic", "claude-sonnet-4-5"),
        ("google", "google", "gemini-2.5-flash"),
    ]

    let offerings: [(biller: String, provider: String, model: String)]

    /// Bytes gathered before they are written.
    private static let chunk = 1 << 20

    /// Writes so many calls.
    ///
    /// - Returns: How many bytes they take.
    func write(to file: URL, count: Int, seed: UInt64) throws -> Int {
        guard FileManager.default.createFile(atPath: file.path, contents: nil) else {
            throw CocoaError(.fileWriteUnknown)
        }
        let handle = try FileHandle(forWritingTo: file)
        var random = SeededGenerator(seed: seed)
        var bytes: [UInt8] = []
        var written = 0
        for index in 0..<count {
            let (biller, provider, model) = offerings[random.index(offerings.count)]
            let (day, hour, minute) = (10 + random.index(20), 10 + random.index(14), 10 + random.index(50))
            bytes +=
                """
                {"biller":"\(biller)","provider":"\(provider)","model":"\(model)",\
                "at":"2026-06-\(day)T\(hour):\(minute):00Z","usage":{"input":\(random.index(4000) + 1),\
                "cache_read":\(random.index(1000)),"output":\(random.index(1500) + 1)}}

                """.utf8
            if bytes.count >= Self.chunk || index == count - 1 {
                try handle.write(contentsOf: bytes)
                written += bytes.count
                bytes.removeAll(keepingCapacity: true)
            }
        }
        try handle.close()
        return written
    }
}
