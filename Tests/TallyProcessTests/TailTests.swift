import Foundation
import ProgramRunner
import Testing

/// A log that is written while it is rotated, and the daemon that follows it killed again and again: every line is stored
/// once.
///
/// `TALLY_TAIL_LINES` writes more lines than a test does, such as 200,000.
struct TailTests {
    private static let lines =
        ProcessInfo.processInfo.environment["TALLY_TAIL_LINES"].flatMap { Int($0) } ?? 6_000
    private static let kills = 10
    private static let rotations = 24
    private static let chunks = 240

    @Test func everyLineOfARotatedLogIsStoredOnceWhateverIsKilled() throws {
        let workspace = try Workspace()
        let logs = workspace.path + "/logs"
        try FileManager.default.createDirectory(atPath: logs, withIntermediateDirectories: false)
        let config = try workspace.write(
            "tally.yaml", "sources: [{ name: tail, paths: '\(logs)/app.log', every: 1s, project: tail }]\n")
        var service = try RunningService(workspace, ["--config", config])
        var writer = TailWriter(path: logs + "/app.log")
        for chunk in 0..<Self.chunks {
            try writer.write(Self.lines * (chunk + 1) / Self.chunks)
            if chunk % (Self.chunks / Self.rotations) == 0 { try writer.rotate() }
            if chunk % (Self.chunks / Self.kills) == 5 {
                // Killed at work rather than between two looks.
                let before = try service.usage("from=2026-06&to=2026-07").totals.requests
                _ = try Waiting.until(within: .seconds(2)) {
                    try service.usage("from=2026-06&to=2026-07").totals.requests > before
                }
                service.program.signal(SIGKILL)
                #expect(try service.program.wait(within: RunningService.limit).ending == .killed(SIGKILL))
                service = try RunningService(workspace, ["--config", config])
            }
        }
        let lines = Self.lines
        let isThere = try Waiting.until(within: RunningService.limit) {
            try service.usage("from=2026-06&to=2026-07").totals.requests >= lines
        }
        #expect(isThere, "\(service.program.errors)")
        // What is read once more adds nothing.
        try workspace.tally("pull", "--once", "--config", config)
        #expect(try service.usage("from=2026-06&to=2026-07").totals.requests == lines)
        let sources = try service.get("/api/v1/sources")
        #expect(
            sources.status == 200 && sources.body.contains("\"name\":\"tail\",\"kind\":\"files\",\"configured\":true"))
        #expect(sources.body.contains("\"last_error\":null"))
        let metrics = try service.get("/metrics")
        #expect(metrics.type.hasPrefix("text/plain; version=0.0.4"))
        #expect(metrics.body.contains("tally_source_up{source=\"tail\",kind=\"files\"} 1\n"), "\(metrics.body)")
        #expect(metrics.body.contains("\ntally_api_requests_total{path=\"/api/v1/sources\",status=\"2xx\"} 1\n"))
        #expect(metrics.body.contains("\ntally_proxy_calls_total{upstream=\"openai\",outcome=\"complete\"} 0\n"))
        let doctor = try workspace.run(["doctor", "--config", config, "--offline", "--format", "csv"])
        #expect(doctor.ending == .exited(0) && doctor.output.contains("ok,source tail,"), "\(doctor.output)")
        #expect(!doctor.output.contains("upstream "))
        let away = try workspace.write(
            "away.yaml", "proxy: { default_upstream: away }\nupstreams: { away: { base_url: 'http://127.0.0.1:9' } }\n")
        let asked = try workspace.run(["doctor", "--config", away, "--format", "csv"])
        #expect(asked.output.contains("warning,upstream away,http://127.0.0.1:9: no connection"), "\(asked.output)")
        #expect(try service.stop() == .exited(0))
    }

    @Test func pullingSaysWhatIsWrong() throws {
        let workspace = try Workspace()
        let none = try workspace.run(["pull", "--once"])
        #expect(none.ending == .exited(0) && none.errors.contains("no sources are configured"))
        let config = try workspace.write(
            "tally.yaml",
            "sources: [{ name: logs, paths: none.log }, { kind: http, url: 'http://127.0.0.1:9/', attempts: 1 }]\n")
        let unknown = try workspace.run(["pull", "log", "--config", config])
        #expect(unknown.ending == .exited(64))
        #expect(unknown.errors.contains("there is no source \"log\"; did you mean 'logs'?"), "\(unknown.errors)")
        let failed = try workspace.run(["pull", "--once", "--config", config])
        #expect(failed.ending == .exited(1))
        #expect(failed.errors.split(separator: "\n").count == 1 && failed.errors.contains("tally: source http: "))
        let following = try RunningProgram(workspace.program(["pull", "logs", "--config", config]))
        let isReady = Waiting.until(within: RunningService.limit) { following.errors.contains("tally: pulling logs\n") }
        #expect(isReady)
        following.signal(SIGTERM)
        #expect(try following.wait(within: RunningService.limit).ending == .exited(0), "\(following.errors)")
        let wrong = try workspace.write("wrong.yaml", "sources: [{ paths: x, log_format: jsonn }]\n")
        let refused = try workspace.run(["pull", "--once", "--config", wrong])
        #expect(refused.errors.contains("wrong.yaml:1: source 'files': log_format 'jsonn' is no form of log"))
    }
}

/// Writes a log, half of its lines with an id, and rotates it in both ways.
private struct TailWriter {
    let path: String
    private var written = 0
    private var rotations = 0

    init(path: String) { self.path = path }

    /// Writes on until there are so many lines.
    mutating func write(_ count: Int) throws {
        if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(filePath: path)) }
        var text = ""
        while written < count {
            let id = written % 2 == 0 ? "\"id\":\"line-\(written)\"," : ""
            let second = written % 3_600
            let time = "2026-06-01T\(Self.two(written / 3_600 % 24)):\(Self.two(second / 60)):\(Self.two(second % 60))Z"
            text +=
                "{\(id)\"time\":\"\(time)\",\"biller\":\"together\",\"model\":\"m\",\"usage\":{\"input\":\(written)}}\n"
            written += 1
        }
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        // In two pieces, of which the first ends within a line.
        let bytes = Data(text.utf8)
        let cut = bytes.count / 2
        try handle.write(contentsOf: bytes[..<cut])
        try handle.write(contentsOf: bytes[cut...])
        try handle.close()
    }

    /// Rotates, by renaming and by copying and cutting in turn; nothing is written meanwhile.
    mutating func rotate() throws {
        rotations += 1
        let target = "\(path).\(rotations)"
        if rotations % 2 == 0 {
            try FileManager.default.moveItem(atPath: path, toPath: target)
            return
        }
        try FileManager.default.copyItem(atPath: path, toPath: target)
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.truncate(atOffset: 0)
        try handle.close()
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
