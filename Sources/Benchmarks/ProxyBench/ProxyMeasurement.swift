internal import Foundation
internal import ProgramRunner

/// Measures the ways in turn.
final class ProxyMeasurement {
    /// What was seen, by setting and way; one entry a round.
    private(set) var observations: [Setting: [WayName: [Observation]]] = [:]
    /// Calls a second at which latency is measured.
    private(set) var rates: [Workload: [WayName: Double]] = [:]
    /// Responses that came whole, and connections that may each have cut one off.
    private(set) var answered: [WayName: Int] = [:]
    private(set) var mayBeCut: [WayName: Int] = [:]

    private let ways: [any Way]
    private let load: LoadGenerator
    private let seconds: Int
    /// The kinds of calls that each way has had some of.
    private var warm: Set<Workload> = []

    /// Latency is measured at this share of what the slower of nginx and Tally does.
    private static let pacedShare = 0.5
    private static let warmUpSeconds = 2
    /// How many connections that is taken from.
    static let reference = 32

    init(ways: [any Way], load: LoadGenerator, seconds: Int) {
        self.ways = ways
        self.load = load
        self.seconds = seconds
    }

    /// Measures each way once in a setting.
    func measure(_ setting: Setting) throws {
        if warm.insert(setting.workload).inserted {
            for way in ways { try warmUp(way, setting) }
        }
        var saturated: [WayName: Observation] = [:]
        for way in ways { saturated[way.name] = try saturate(way, setting) }
        if setting.connections > 1, rates[setting.workload] == nil {
            rates[setting.workload] = Self.rates(saturated.mapValues(\.saturated.rate))
        }
        for way in ways {
            guard let seen = saturated[way.name] else { continue }
            var paced = seen.saturated
            if setting.connections > 1, let rate = rates[setting.workload]?[way.name] {
                paced = try run(way, setting, rate: rate)
            }
            observations[setting, default: [:]][way.name, default: []].append(
                Observation(
                    saturated: seen.saturated, paced: paced, residentBytes: seen.residentBytes,
                    cpuSecondsPerCall: seen.cpuSecondsPerCall, settleSeconds: seen.settleSeconds))
            show(way.name, setting)
        }
    }

    /// Opens many streams at once.
    ///
    /// - Returns: The most memory that was held while all of them were open; `nil` when they could not all be.
    func openStreams(_ count: Int, through way: any Way) throws -> Int? {
        let seconds = Int(Workload.slowSeconds) + 3
        let running = try load.start(
            .slowStreaming, to: try way.address(of: .slowStreaming), connections: count, seconds: seconds)
        var most = 0
        let clock = ContinuousClock()
        let start = clock.now
        while running.isRunning, (clock.now - start).inSeconds < Workload.slowSeconds {
            most = max(most, way.proxy?.residentBytes ?? 0)
            _ = Waiting.until(within: .milliseconds(200)) { false }
        }
        let result = try LoadGenerator.result(of: running, seconds: seconds)
        note(way, result, connections: count)
        way.processes?.waitForQuiet()
        // The load takes less than two streams one after the other: where each connection has had one to its end, all had
        // begun before the first was over.
        return result.requests >= count && result.errors == 0 ? most : nil
    }

    /// Sends some calls that are not counted: the first ones make connections, and litellm loads what it needs.
    private func warmUp(_ way: any Way, _ setting: Setting) throws {
        let result = try load.run(
            setting.workload, to: try way.address(of: setting.workload), connections: setting.connections,
            seconds: Self.warmUpSeconds)
        note(way, result, connections: setting.connections)
        way.processes?.waitForQuiet()
    }

    private func saturate(_ way: any Way, _ setting: Setting) throws -> Observation {
        let before = way.processes?.cpuSeconds ?? 0
        let result = try load.run(
            setting.workload, to: try way.address(of: setting.workload), connections: setting.connections,
            seconds: seconds)
        note(way, result, connections: setting.connections)
        let resident = way.proxy?.residentBytes
        let settled = way.processes?.waitForQuiet()
        let cpu = way.processes.map { ($0.cpuSeconds - before) / Double(result.requests) }
        return Observation(
            saturated: result, paced: result, residentBytes: resident, cpuSecondsPerCall: cpu,
            settleSeconds: settled?.inSeconds)
    }

    private func run(_ way: any Way, _ setting: Setting, rate: Double) throws -> LoadResult {
        let result = try load.run(
            setting.workload, to: try way.address(of: setting.workload), connections: setting.connections,
            seconds: seconds, rate: rate)
        note(way, result, connections: setting.connections)
        way.processes?.waitForQuiet()
        return result
    }

    private func note(_ way: any Way, _ result: LoadResult, connections: Int) {
        answered[way.name, default: 0] += result.requests
        mayBeCut[way.name, default: 0] += connections
    }

    private func show(_ way: WayName, _ setting: Setting) {
        guard let seen = observations[setting]?[way]?.last else { return }
        Output.note(
            "\(setting.workload.rawValue) \(setting.connections) \(way.rawValue): \(Output.number(seen.saturated.rate, 0))"
                + " calls/s, \(seen.saturated.errors) errors; at \(Output.number(seen.paced.rate, 0)) calls/s"
                + " p50 \(Output.number(seen.paced.p50, 3)) ms, p99 \(Output.number(seen.paced.p99, 3)) ms")
    }

    /// The same rate for all, but for litellm, which could not keep it up.
    private static func rates(_ saturated: [WayName: Double]) -> [WayName: Double] {
        let slower = [WayName.nginx, .tally, .direct].compactMap { saturated[$0] }.min() ?? 0
        var rates = saturated.mapValues { _ in (slower * pacedShare).rounded() }
        if let own = saturated[.litellm], own < slower { rates[.litellm] = (own * pacedShare).rounded() }
        return rates
    }
}
