internal import Foundation

/// A log of made-up calls, written twice: as the JSON lines Tally imports, and as the same rows for COPY.
struct EventLog {
    /// The columns of the rows, in order, as a table has them.
    static let columns = """
        id uuid, time timestamptz, biller text, provider text, model text, project text, user_name text, tags text, \
        input bigint, cache_read bigint, output bigint, status integer, duration_ms integer, ttfb_ms integer
        """

    let events: URL
    let rows: URL

    /// Offerings that the shipped price table has prices for.
    private static let offerings = [
        ("huggingface", "together", "meta-llama/Meta-Llama-3-70B-Instruct"),
        ("huggingface", "fireworks", "openai/gpt-oss-120b"),
        ("huggingface", "groq", "Qwen/Qwen3-32B"),
        ("huggingface", "novita", "deepseek-ai/DeepSeek-V3.2"),
        ("openai", "openai", "gpt-4o-mini"),
        ("openai", "openai", "gpt-5-mini"),
    ]
    private static let days = 30
    private static let projects = 20
    private static let users = 200
    /// Bytes gathered before they are written.
    private static let chunk = 1 << 20

    /// Makes the log in a folder: `count` calls over thirty days, in order of time.
    func write(count: Int, seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let files = FileManager.default
        guard files.createFile(atPath: events.path, contents: nil), files.createFile(atPath: rows.path, contents: nil)
        else { throw CocoaError(.fileWriteUnknown) }
        let eventFile = try FileHandle(forWritingTo: events)
        let rowFile = try FileHandle(forWritingTo: rows)
        var eventBytes: [UInt8] = []
        var rowBytes: [UInt8] = []
        for index in 0..<count {
            let milliseconds = index * Self.days * 86_400_000 / count
            Self.append(milliseconds, &random, &eventBytes, &rowBytes)
            if eventBytes.count >= Self.chunk || index == count - 1 {
                try eventFile.write(contentsOf: eventBytes)
                try rowFile.write(contentsOf: rowBytes)
                eventBytes.removeAll(keepingCapacity: true)
                rowBytes.removeAll(keepingCapacity: true)
            }
        }
        try eventFile.close()
        try rowFile.close()
    }

    private static func append(
        _ milliseconds: Int, _ random: inout SeededGenerator, _ events: inout [UInt8], _ rows: inout [UInt8]
    ) {
        let id = uuid(random.next(), random.next())
        let time = time(milliseconds)
        let (biller, provider, model) = offerings[random.index(offerings.count)]
        let project = "project-\(padded(random.index(projects), 2))"
        let user = "user-\(padded(random.index(users), 3))"
        let hasTags = random.index(3) == 0
        let stage = ["dev", "prod"][random.index(2)]
        let tags = hasTags ? "{\"team\":\"team-\(random.index(8))\",\"stage\":\"\(stage)\"}" : "{}"
        let (input, cached, output) = (random.index(4000) + 1, random.index(1000), random.index(1500) + 1)
        let status = random.index(50) == 0 ? 500 : 200
        let (ttfb, rest) = (random.index(900) + 50, random.index(20_000))
        let event = """
            {"id":"\(id)","time":"\(time)","biller":"\(biller)","provider":"\(provider)","model":"\(model)",\
            "project":"\(project)","user":"\(user)",\(hasTags ? "\"tags\":\(tags)," : "")\
            "usage":{"input":\(input),"cache_read":\(cached),"output":\(output)},"status":\(status),\
            "duration_ms":\(ttfb + rest),"ttfb_ms":\(ttfb),"service_tier":null,"reported_cost":null}

            """
        events += event.utf8
        let fields: [String] = [
            id, time, biller, provider, model, project, user, tags, "\(input)", "\(cached)", "\(output)", "\(status)",
            "\(ttfb + rest)", "\(ttfb)",
        ]
        rows += fields.joined(separator: "\t").utf8
        rows.append(UInt8(ascii: "\n"))
    }

    private static func uuid(_ high: UInt64, _ low: UInt64) -> String {
        let digits = hexadecimal(high) + hexadecimal(low)
        let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
        return groups.map { digits.dropFirst($0.lowerBound).prefix($0.count) }.joined(separator: "-")
    }

    private static func hexadecimal(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// A time of June 2026, so many milliseconds after its beginning.
    private static func time(_ milliseconds: Int) -> String {
        let seconds = milliseconds / 1000
        let parts = (seconds / 86_400 + 1, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)
        return "2026-06-\(padded(parts.0, 2))T\(padded(parts.1, 2)):\(padded(parts.2, 2)):\(padded(parts.3, 2))."
            + "\(padded(milliseconds % 1000, 3))Z"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(width - digits.count, 0)) + digits
    }
}
