internal import Foundation
internal import ProgramRunner

/// Sends calls with wrk.
struct LoadGenerator {
    /// What calls are sent with: litellm asks for a key that cannot be guessed, and the others pass it on.
    static let credential =
        "sk-" + (UUID().uuidString + UUID().uuidString).filter(\.isHexDigit).lowercased()

    private let wrk: String
    private let folder: String

    /// More than any load takes beyond its time.
    private static let grace = Duration.seconds(60)

    /// Finds wrk, whose scripts go into a folder.
    init(folder: String) throws {
        wrk = try InstalledProgram.path("wrk", package: "wrk")
        self.folder = folder
    }

    /// Sends calls over some connections, for some seconds.
    ///
    /// - Parameters:
    ///   - workload: What they ask for.
    ///   - address: Where they go.
    ///   - connections: How many connections.
    ///   - seconds: How long.
    ///   - rate: How many a second, at random moments; without it each connection sends the next once it has the answer.
    /// - Returns: What wrk saw.
    /// - Throws: ``BenchFailure`` when a call was refused.
    func run(
        _ workload: Workload, to address: String, connections: Int, seconds: Int, rate: Double? = nil
    ) throws -> LoadResult {
        let load = try start(workload, to: address, connections: connections, seconds: seconds, rate: rate)
        return try Self.result(of: load, seconds: seconds)
    }

    /// Starts to send calls, as ``run(_:to:connections:seconds:rate:)`` does.
    func start(
        _ workload: Workload, to address: String, connections: Int, seconds: Int, rate: Double? = nil
    ) throws -> RunningProgram {
        let script = folder + "/load.lua"
        try Self.script(workload, rate: rate).write(toFile: script, atomically: true, encoding: .utf8)
        return try RunningProgram(
            Program(
                [
                    wrk, "--threads", "1", "--connections", "\(connections)", "--duration", "\(seconds)s",
                    "--timeout", "30s", "--script", script, address,
                ], directory: folder))
    }

    /// Waits for the end of a load.
    ///
    /// - Throws: ``BenchFailure`` when a call was refused, since then it is no measurement.
    static func result(of load: RunningProgram, seconds: Int) throws -> LoadResult {
        let finished = try load.wait(within: .seconds(seconds) + grace)
        guard finished.ending == .exited(0), let line = finished.output.split(separator: "\n").last else {
            throw BenchFailure("wrk failed: \(finished.errors)\(finished.output)")
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let result = try decoder.decode(LoadResult.self, from: Data(line.utf8))
        if result.refused > 0 || result.requests == 0 {
            throw BenchFailure("\(result.refused) of \(result.requests) calls were refused: \(finished.output)")
        }
        return result
    }

    private static func script(_ workload: Workload, rate: Double?) -> String {
        var headers = [("content-type", "application/json"), ("authorization", "Bearer \(credential)")]
        headers += workload.script
        let lines = headers.map { "wrk.headers[\"\($0.0)\"] = \"\($0.1)\"" }
        return """
            wrk.method = "POST"
            wrk.body = [=[\(workload.request)]=]
            \(lines.joined(separator: "\n"))
            \(rate.map(pace) ?? "")
            function done(summary, latency)
              local errors = summary.errors
              io.write(string.format(
                '{"requests":%d,"duration_us":%d,"p50_us":%d,"p99_us":%d,"errors":%d,"refused":%d}\\n',
                summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
                errors.connect + errors.read + errors.write + errors.timeout, errors.status))
            end
            """
    }

    /// Calls at random moments, so many a second in all: a connection that is free takes the next one due.
    private static func pace(_ rate: Double) -> String {
        """
        local ffi = require("ffi")
        ffi.cdef[[
          typedef struct { long seconds; long nanoseconds; } moment;
          int clock_gettime(int clock, moment *now);
        ]]
        local moment = ffi.new("moment")
        local function now()
          ffi.C.clock_gettime(1, moment)
          return tonumber(moment.seconds) * 1000 + tonumber(moment.nanoseconds) / 1e6
        end
        local due
        function delay()
          due = (due or now()) - math.log(1 - math.random()) * 1000 / \(rate)
          return math.max(0, due - now())
        end
        """
    }
}
