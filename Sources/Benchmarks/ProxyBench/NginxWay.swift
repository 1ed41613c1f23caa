internal import ProgramRunner

/// Through nginx, configured as one would for such calls: connections to the upstream are kept, and streams go through
/// without being buffered.
struct NginxWay: Way {
    let name = WayName.nginx
    private let nginx: Nginx

    var processes: ProcessGroup? { ProcessGroup([nginx.pid]) }
    var proxy: ProcessGroup? { processes }

    init(to upstreams: Upstreams, folder: String) throws {
        nginx = try Nginx(named: "proxy", folder: folder) { port in
            let pools = Workload.allCases.map { Self.pool($0, upstreams) }
            let locations = Workload.allCases.map { Self.location($0, upstreams) }
            return (pools + ["server {\nlisten 127.0.0.1:\(port);"] + locations + ["}"]).joined(separator: "\n")
        }
    }

    /// The connections to an upstream.
    private static func pool(_ workload: Workload, _ upstreams: Upstreams) -> String {
        """
        upstream \(workload.rawValue) {
            server \(parts(of: workload, upstreams).host);
            keepalive 256;
            keepalive_requests 1000000;
        }
        """
    }

    /// What is done with calls of a kind.
    private static func location(_ workload: Workload, _ upstreams: Upstreams) -> String {
        """
        location /\(workload.rawValue)/ {
            proxy_pass http://\(workload.rawValue)\(parts(of: workload, upstreams).path)/;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            \(workload.isStream ? "proxy_buffering off;" : "")
        }
        """
    }

    private static func parts(of workload: Workload, _ upstreams: Upstreams) -> (host: Substring, path: Substring) {
        let base = upstreams.base(of: workload).dropFirst("http://".count)
        let host = base.prefix { $0 != "/" }
        return (host, base.dropFirst(host.count))
    }

    func address(of workload: Workload) -> String { "\(nginx.address)/\(workload.rawValue)\(Upstreams.path)" }

    func stop() throws { try nginx.stop() }
}
