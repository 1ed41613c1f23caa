/// What wrk saw of one load.
struct LoadResult: Decodable {
    /// Responses that came whole.
    let requests: Int
    let durationUs: Int
    let p50Us: Int
    let p99Us: Int
    /// Connections that failed or broke, and calls that took too long.
    let errors: Int
    /// Responses that were no success.
    let refused: Int

    /// Responses a second.
    var rate: Double { Double(requests) * 1e6 / Double(max(durationUs, 1)) }
    var p50: Double { Double(p50Us) / 1000 }
    var p99: Double { Double(p99Us) / 1000 }
}
