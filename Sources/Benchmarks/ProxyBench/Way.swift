internal import ProgramRunner

/// A way to the upstream: direct, or through one of the proxies.
protocol Way {
    /// Its name in tables.
    var name: WayName { get }
    /// The processes between the client and the upstream, and what they work with; `nil` when there are none.
    var processes: ProcessGroup? { get }
    /// The process whose memory counts; that of a database beside it does not.
    var proxy: ProcessGroup? { get }

    /// Where calls of a kind are sent.
    func address(of workload: Workload) throws -> String
    func stop() throws
}

/// The ways there are.
enum WayName: String, Encodable {
    case direct
    case nginx
    case tally
    case litellm
}

/// No proxy at all.
struct DirectWay: Way {
    let name = WayName.direct
    let processes: ProcessGroup? = nil
    let proxy: ProcessGroup? = nil
    let upstreams: Upstreams

    func address(of workload: Workload) -> String { upstreams.base(of: workload) + Upstreams.path }

    func stop() {}
}
