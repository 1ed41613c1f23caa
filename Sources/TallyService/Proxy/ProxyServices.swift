internal import CurlTransport
internal import DurableQueue
internal import Logging
internal import TallyConfig
internal import TallyCore

/// What all calls of a proxy share.
final class ProxyServices: Sendable {
    /// The limits of calls.
    struct Settings: Sendable {
        /// What happens to a call that could not be recorded.
        let onSpoolFull: Configuration.SpoolFullPolicy
        /// The longest request body.
        let maximumBodyBytes: Int
        /// The longest request body that is read.
        let maximumInspectedBytes: Int
        /// How long things may take.
        let timeouts: Configuration.Timeouts
        /// How far a response is read on whose client has left.
        let drain: Configuration.Drain
        /// Whether every request needs a Tally key.
        let requiresKey: Bool
    }

    let settings: Settings
    let upstreams: UpstreamTable
    /// What is counted of calls.
    let counters: ProxyCounters
    /// The credentials of upstreams, by their names.
    let credentials: [String: String]
    let engine: TransferEngine
    let spool: DurableQueue
    let append: MeteringProxy.Parts.Append
    let findKey: @Sendable (Substring) -> KeyGrant?
    let prices: PriceShelf
    let now: @Sendable () -> Instant
    let logger: Logger

    init(
        settings: Settings, upstreams: UpstreamTable, counters: ProxyCounters, credentials: [String: String],
        engine: TransferEngine, spool: DurableQueue, append: @escaping MeteringProxy.Parts.Append,
        findKey: @escaping @Sendable (Substring) -> KeyGrant?, prices: PriceShelf,
        now: @escaping @Sendable () -> Instant, logger: Logger
    ) {
        self.settings = settings
        self.upstreams = upstreams
        self.counters = counters
        self.credentials = credentials
        self.engine = engine
        self.spool = spool
        self.append = append
        self.findKey = findKey
        self.prices = prices
        self.now = now
        self.logger = logger
    }

    /// The limits of a transfer.
    var transferLimits: TransferLimits {
        TransferLimits(
            connect: .seconds(settings.timeouts.connect), firstByte: .seconds(settings.timeouts.firstByte),
            idle: .seconds(settings.timeouts.idle), total: .seconds(settings.timeouts.total))
    }

    /// Notes a call that could not be recorded.
    func noteGap(_ reason: String) {
        let count = counters.gaps.add()
        // Of many only some are told: the disk may be full.
        guard count & (count - 1) == 0 else { return }
        logger.error(
            "calls pass without being recorded", metadata: ["proxy.gaps": "\(count)", "reason": "\(reason)"])
    }
}
