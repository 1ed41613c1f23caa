internal import ProgramRunner

/// Through Tally, with everything on: each call is recorded on disk before its end is released, and the events go into
/// PostgreSQL at the same time.
struct TallyWay: Way {
    let name = WayName.tally
    private let server: BenchServer
    private let base: String

    /// The daemon with its PostgreSQL, which works for it.
    var processes: ProcessGroup? { ProcessGroup([server.pid, server.databasePid]) }
    /// The daemon alone.
    var proxy: ProcessGroup? { ProcessGroup([server.pid], withDescendants: false) }

    init(to upstreams: Upstreams, tally: String, folder: String) throws {
        let entries = Workload.allCases.map { workload in
            "  \(workload.rawValue): { base_url: \"\(upstreams.base(of: workload))\", biller: openai }\n"
        }
        server = try BenchServer(tally: tally, folder: folder, settings: "upstreams:\n" + entries.joined())
        base = try server.proxyAddress
    }

    func address(of workload: Workload) -> String { "http://\(base)/\(workload.rawValue)/v1\(Upstreams.path)" }

    /// How many events there are in the database.
    func countEvents() throws -> Int {
        let text = try server.psql("SELECT count(*) FROM events", in: "tally").output
        guard let count = Int(text.filter(\.isNumber)) else { throw BenchFailure("psql does not count: \(text)") }
        return count
    }

    func stop() throws { try server.stop() }
}
