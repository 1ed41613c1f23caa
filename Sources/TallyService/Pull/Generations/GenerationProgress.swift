internal import FastJSON
internal import TallyCore

/// Which calls were asked for in vain, and when they are asked for again: the checkpoint of the read of generations.
///
/// What was settled is not in it: that is seen by what is stored.
struct GenerationProgress: Sendable, Equatable {
    /// A call that was asked for.
    struct Asked: Sendable, Equatable {
        /// When the call was made.
        var time: Instant
        /// How often it was asked for.
        var times: Int
        /// When it is asked for again.
        var next: Instant
    }

    private(set) var asked: [String: Asked] = [:]

    /// How often one call is asked for: with the growing pauses, for over three days.
    static let maximumTimes = 8
    /// The most calls that are remembered; with these no further ones are asked for.
    static let maximumCalls = 5_000
    /// The first pause; each further one is four times as long.
    private static let firstPause = Duration.seconds(60)

    init() {}

    /// Reads a checkpoint; one that says nothing begins anew.
    init(_ checkpoint: SourceCheckpoint, parser: JSONParser) {
        guard let state = checkpoint.state else { return }
        let read = try? parser.withDocument(state) { root -> [String: Asked] in
            var asked: [String: Asked] = [:]
            guard let entries = root["asked"]?.elements else { return asked }
            for entry in entries.prefix(Self.maximumCalls) {
                guard let id = entry["id"]?.string, let time = entry["time"]?.int64,
                    let times = entry["times"]?.int64, let next = entry["next"]?.int64
                else { continue }
                asked[id] = Asked(
                    time: Instant(microseconds: time), times: Int(min(max(0, times), Int64(Self.maximumTimes))),
                    next: Instant(microseconds: next))
            }
            return asked
        }
        asked = read ?? [:]
    }

    /// The ids that are not asked for at a time.
    func resting(at now: Instant) -> [String] {
        asked.filter { $0.value.times >= Self.maximumTimes || $0.value.next > now }.map(\.key).sorted()
    }

    /// Whether what becomes of a call can be noted.
    func hasRoom(for call: UnsettledCall) -> Bool {
        asked[call.requestID] != nil || asked.count < Self.maximumCalls
    }

    /// Notes that a call was asked for in vain.
    mutating func postpone(_ call: UnsettledCall, at now: Instant) {
        let times = (asked[call.requestID]?.times ?? 0) + 1
        let pause = Self.firstPause * (1 << (2 * min(times - 1, Self.maximumTimes)))
        asked[call.requestID] = Asked(time: call.time, times: times, next: now.advanced(by: pause))
    }

    /// Notes that there is nothing more to be learnt of a call, though it is not settled.
    mutating func giveUp(_ call: UnsettledCall, at now: Instant) {
        asked[call.requestID] = Asked(time: call.time, times: Self.maximumTimes, next: now)
    }

    /// Forgets a call that was settled.
    mutating func forget(_ call: UnsettledCall) {
        asked[call.requestID] = nil
    }

    /// Forgets calls that are too old to be asked for.
    mutating func forget(before time: Instant) {
        asked = asked.filter { $0.value.time >= time }
    }

    /// The checkpoint that says so.
    func checkpoint(item: String) -> SourceCheckpoint {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("asked")
        writer.beginArray()
        for (id, entry) in asked.sorted(by: { $0.key < $1.key }) {
            writer.beginObject()
            writer.member("id", id)
            writer.key("time")
            writer.integer(entry.time.microseconds)
            writer.key("times")
            writer.integer(entry.times)
            writer.key("next")
            writer.integer(entry.next.microseconds)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return SourceCheckpoint(item: item, position: 0, isComplete: true, state: writer.string)
    }
}
