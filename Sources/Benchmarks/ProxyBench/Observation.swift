/// What was seen of one way in one setting, in one round.
struct Observation {
    /// As fast as answers came.
    let saturated: LoadResult
    /// At a rate below what the proxies can do; of a single connection the same as `saturated`, since one call at a time
    /// saturates nothing.
    let paced: LoadResult
    /// After the load, in bytes; `nil` without a proxy.
    let residentBytes: Int?
    /// Processor time of all processes between the client and the upstream, until they were done with all of it.
    let cpuSecondsPerCall: Double?
    /// How long they worked on after the load.
    let settleSeconds: Double?
}
