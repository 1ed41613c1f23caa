internal import Foundation
internal import ProgramRunner

/// Through litellm's proxy, from a Python that has it, with a worker for each core and no database.
///
/// Under gunicorn: uvicorn's own supervisor ends workers that take longer than five seconds to start, as these may.
struct LiteLLMWay: Way {
    let name = WayName.litellm
    private let program: RunningProgram
    private let port: Int

    private static let startLimit = Duration.seconds(180)
    private static let stopLimit = Duration.seconds(30)
    private static let ports = 30_000..<32_000

    var processes: ProcessGroup? { ProcessGroup([program.pid]) }
    var proxy: ProcessGroup? { processes }

    /// Starts it with the Python of a virtual environment that has `litellm[proxy]`, and waits until it is ready.
    init(to upstreams: Upstreams, python: String, folder: String) throws {
        let models = Workload.allCases.map { workload in
            let headers = workload.script.map { "        \($0.name): \"\($0.value)\"\n" }.joined()
            return """
                  - model_name: \(workload.model)
                    litellm_params:
                      model: openai/\(workload.model)
                      api_base: \(upstreams.base(of: workload))
                      api_key: sk-benchmark
                \(headers.isEmpty ? "" : "      extra_headers:\n" + headers)
                """
        }
        let settings = "model_list:\n\(models.joined(separator: "\n"))\nlitellm_settings:\n  telemetry: false\n"
        let file = folder + "/litellm.yaml"
        try settings.write(toFile: file, atomically: true, encoding: .utf8)
        port = Int.random(in: Self.ports)
        let script = URL(filePath: python).deletingLastPathComponent().appending(path: "litellm").path
        let workers = ProcessInfo.processInfo.activeProcessorCount
        var program = Program(
            [
                python, script, "--config", file, "--host", "127.0.0.1", "--port", "\(port)", "--run_gunicorn",
                "--num_workers", "\(workers)",
            ], directory: folder)
        program.environment = InstalledProgram.environment
        program.environment["HOME"] = folder
        // It refuses to start without a key.
        program.environment["LITELLM_MASTER_KEY"] = LoadGenerator.credential
        // Its own table of prices, not that of the day; and no line for each call.
        program.environment["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
        program.environment["LITELLM_LOG"] = "ERROR"
        let running = try RunningProgram(program)
        let mark = "Application startup complete"
        let ready = Waiting.until(within: Self.startLimit) {
            !running.isRunning
                || (running.errors + running.output).ranges(of: mark).count >= workers
        }
        guard ready, running.isRunning else {
            throw BenchFailure("litellm is not ready: \((running.errors + running.output).suffix(2000))")
        }
        self.program = running
    }

    func address(of workload: Workload) -> String { "http://127.0.0.1:\(port)/v1\(Upstreams.path)" }

    func stop() throws {
        program.signal(SIGTERM)
        _ = try program.wait(within: Self.stopLimit)
    }
}
