internal import Foundation
internal import ProgramRunner

/// An nginx of the benchmark's own, in the foreground, with everything it writes in a folder of its own.
struct Nginx {
    /// Where it listens, with the scheme.
    let address: String
    /// The process id of its master.
    let pid: Int32
    private let program: RunningProgram

    private static let limit = Duration.seconds(20)
    private static let attempts = 20
    /// Below the ports that the system hands out by itself.
    private static let ports = 20_000..<30_000

    /// Starts it on a free port.
    ///
    /// - Parameters:
    ///   - name: The name of its folder.
    ///   - folder: Where that is made.
    ///   - http: What its `http` block says, for a port.
    /// - Throws: ``BenchFailure`` when it does not start.
    init(named name: String, folder: String, http: (_ port: Int) -> String) throws {
        let nginx = try InstalledProgram.path("nginx", package: "nginx-light")
        let prefix = "\(folder)/nginx-\(name)"
        try FileManager.default.createDirectory(atPath: prefix, withIntermediateDirectories: true)
        for _ in 0..<Self.attempts {
            let port = Int.random(in: Self.ports)
            try Self.configuration(http(port)).write(toFile: prefix + "/nginx.conf", atomically: true, encoding: .utf8)
            let program = try RunningProgram(
                Program([nginx, "-p", prefix, "-c", "nginx.conf", "-e", "stderr"], directory: prefix))
            // It writes its process id once it listens.
            let files = FileManager.default
            _ = Waiting.until(within: Self.limit) { !program.isRunning || files.fileExists(atPath: prefix + "/pid") }
            if program.isRunning {
                self.program = program
                pid = program.pid
                address = "http://127.0.0.1:\(port)"
                return
            }
            guard program.errors.contains("in use") else { throw BenchFailure("nginx failed: \(program.errors)") }
        }
        throw BenchFailure("nginx found no free port")
    }

    func stop() throws {
        program.signal(SIGTERM)
        _ = try program.wait(within: Self.limit)
    }

    /// Every file it could write is within its folder; `user` keeps its workers the user that starts it.
    private static func configuration(_ http: String) -> String {
        """
        \(NSUserName() == "root" ? "user root;" : "")
        daemon off;
        pid pid;
        error_log stderr warn;
        worker_processes auto;
        events { worker_connections 4096; }
        http {
            access_log off;
            client_body_temp_path body;
            proxy_temp_path proxy;
            fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi;
            scgi_temp_path scgi;
            keepalive_requests 1000000;
        \(http)
        }
        """
    }
}
