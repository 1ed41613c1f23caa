import TallyCore
import TallyTestSupport
import Testing

/// A batch of the sample price book.
func batch(
    _ events: [PricedEvent], from origin: EventOrigin = .log, item: String = "a.jsonl", position: Int64 = 1,
    isComplete: Bool = false
) throws -> EventBatch {
    EventBatch(
        events: events, book: try SamplePrices.makeBook(), origin: origin,
        checkpoint: SourceCheckpoint(item: item, position: position, isComplete: isComplete))
}

extension EventOrigin {
    /// A client's log in Tally's own form.
    static let log = EventOrigin(name: "import", form: "tally", rank: .clientLog)
    /// A client's log in another tool's form.
    static let toolLog = EventOrigin(name: "import", form: "litellm", rank: .clientLog)
    /// A biller's export of its calls.
    static let export = EventOrigin(name: "openrouter", form: "generation", rank: .export)
}

/// One event with what it costs by the sample price book.
func priced(_ event: UsageEvent) throws -> PricedEvent {
    let book = try SamplePrices.makeBook()
    return PricedEvent(event: event, charge: book.charge(for: event.offering, usage: event.usage, at: event.time))
}

/// A plain event: a thousand tokens of a model at $0.90 a million.
func plainEvent(_ number: UInt64, time: String = "2026-03-05T12:00:00Z", project: String? = "p") throws -> UsageEvent {
    var event = UsageEvent(identity: EventIdentity(high: 1, low: number), time: try instant(time))
    event.offering = Offering(biller: "together", provider: "together", model: "plain")
    event.attribution = Attribution(project: project)
    var usage = UsageBuckets()
    usage[.input] = 1000
    event.usage = usage
    return event
}

/// An instant from its text.
func instant(_ text: String) throws -> Instant {
    guard case .instant(let instant)? = TimeText(text) else { throw NoInstant(text: text) }
    return instant
}

/// A zone by its name.
func zone(_ name: String) throws -> ReportZone { try #require(ReportZone(name: name)) }

/// Text that is no instant.
struct NoInstant: Error {
    let text: String
}

extension Array {
    /// Cut into pieces of random length.
    func cut(upTo longest: Int, using random: inout SplitMix64) -> [[Element]] {
        var pieces: [[Element]] = []
        var rest = self[...]
        while !rest.isEmpty {
            let length = Int.random(in: 1...longest, using: &random)
            pieces.append(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return pieces
    }
}

extension ReportQuery {
    /// A question about everything the generator makes.
    static func everything() throws -> ReportQuery {
        ReportQuery(from: try instant("2026-01-01T00:00:00Z"), to: try instant("2026-07-01T00:00:00Z"))
    }
}
