internal import Foundation

/// What the rounds come to: medians, and ratios of the same round.
struct ProxyReport: Encodable {
    /// One way in one setting.
    struct Row: Encodable {
        let workload: Workload
        let connections: Int
        let way: WayName
        let callsPerSecond: Double
        /// Of nginx in the same round.
        let ratioToNginx: Double?
        /// Calls a second at which latency was measured.
        let pacedCallsPerSecond: Double
        let p50Ms: Double
        let p99Ms: Double
        /// To the direct call in the same round.
        let p50AddedMs: Double?
        let p99AddedMs: Double?
        let residentMb: Double?
        let cpuUsPerCall: Double?
        let settleSeconds: Double?
        let errors: Int
    }

    /// The memory of one way with many streams open.
    struct OpenStreams: Encodable {
        let way: WayName
        let streams: Int
        /// `nil` when not all of them could be open at once.
        let residentMb: Double?
    }

    /// Whether every answered call was recorded once.
    struct Events: Encodable {
        let answered: Int
        let mayBeCut: Int
        let recorded: Int
    }

    let cores: Int
    let rounds: Int
    let seconds: Int
    let rows: [Row]
    var openStreams: [OpenStreams] = []
    var events: Events?

    init(_ seen: [Setting: [WayName: [Observation]]], settings: [Setting], ways: [WayName], rounds: Int, seconds: Int) {
        cores = ProcessInfo.processInfo.activeProcessorCount
        self.rounds = rounds
        self.seconds = seconds
        rows = settings.flatMap { setting in
            ways.compactMap { way in seen[setting].flatMap { Self.row(setting, way, $0) } }
        }
    }

    private static func row(_ setting: Setting, _ way: WayName, _ seen: [WayName: [Observation]]) -> Row? {
        guard let own = seen[way] else { return nil }
        func median(_ value: (Observation) -> Double?) -> Double? {
            let values = own.compactMap(value)
            return values.isEmpty ? nil : Output.median(values)
        }
        /// The median over the rounds of how a way compares with another in the same round.
        func compared(with other: WayName, _ compare: (Observation, Observation) -> Double) -> Double? {
            guard let others = seen[other], way != other else { return nil }
            return Output.median(zip(own, others).map(compare))
        }
        let isProxy = way != .direct
        return Row(
            workload: setting.workload, connections: setting.connections, way: way,
            callsPerSecond: median(\.saturated.rate) ?? 0,
            ratioToNginx: isProxy ? compared(with: .nginx) { $0.saturated.rate / $1.saturated.rate } : nil,
            pacedCallsPerSecond: median(\.paced.rate) ?? 0, p50Ms: median(\.paced.p50) ?? 0,
            p99Ms: median(\.paced.p99) ?? 0, p50AddedMs: compared(with: .direct) { $0.paced.p50 - $1.paced.p50 },
            p99AddedMs: compared(with: .direct) { $0.paced.p99 - $1.paced.p99 },
            residentMb: median { $0.residentBytes.map { Double($0) / 1e6 } },
            cpuUsPerCall: median { $0.cpuSecondsPerCall.map { $0 * 1e6 } }, settleSeconds: median(\.settleSeconds),
            errors: own.reduce(0) { $0 + $1.saturated.errors + $1.paced.errors })
    }

    /// The report as JSON.
    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}
