package import TallyCore

/// Makes events as they come: of several projects, users and tags, priced and unpriced, at awkward times.
package struct EventGenerator {
    /// Where the randomness is from; equal seeds give equal events.
    package var random: SplitMix64
    /// The first instant events may have.
    package let from: Instant
    /// The instant events lie before.
    package let to: Instant
    private let book: PriceBook

    private static let projects: [String?] = ["search", "ranking", "Ünïcode", "a,\"b\"", nil]
    private static let users: [String?] = ["u1", "u2", "o'hara", nil, nil]
    private static let keys: [String?] = ["ci", nil, nil]
    private static let tags: [[String: String]?] = [
        ["team": "one"], ["team": "two", "env": "prod"], ["env": "dev"], ["team": ""], nil, nil,
    ]
    private static let outcomes: [Outcome] = [.complete, .complete, .complete, .interrupted, .failed]
    /// Zones whose days, hours or daylight saving lie at odd times.
    package static let zoneNames = [
        "UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Kiritimati",
    ]

    /// A generator of events in a range of time.
    ///
    /// - Parameters:
    ///   - seed: The seed.
    ///   - from: The first instant; by default before March 2026, when daylight saving begins in the north.
    ///   - to: The end; by default behind the end of daylight saving in the south.
    /// - Throws: `Money.ParseFailure` when the sample prices are wrong.
    package init(
        seed: UInt64, from: Instant = Instant(microseconds: 1_772_150_400_000_000),
        to: Instant = Instant(microseconds: 1_775_606_400_000_000)
    ) throws {
        random = SplitMix64(seed: seed)
        self.from = from
        self.to = to
        book = try SamplePrices.makeBook()
    }

    /// Some events with what they cost.
    package mutating func priced(_ count: Int) -> [PricedEvent] {
        (0..<count).map { _ in priced() }
    }

    /// One event with what it costs.
    package mutating func priced() -> PricedEvent {
        let event = event()
        return PricedEvent(event: event, charge: book.charge(for: event.offering, usage: event.usage, at: event.time))
    }

    /// One event.
    package mutating func event() -> UsageEvent {
        var event = UsageEvent(
            identity: EventIdentity(high: random.next(), low: random.next()), time: instant(from: from, to: to))
        event.offering = pick(SamplePrices.offerings)
        event.attribution = attribution()
        event.usage = usage()
        event.outcome = pick(Self.outcomes)
        event.status = event.outcome == .failed ? pick([400, 429, 500, 503, nil]) : pick([200, nil])
        event.isStream = pick([true, false, nil])
        event.durationMs = random.oneIn(3) ? nil : Int.random(in: 0...120_000, using: &random)
        event.ttfbMs = random.oneIn(2) ? nil : Int.random(in: 0...2000, using: &random)
        event.id = random.oneIn(3) ? "id-\(event.identity)" : nil
        event.requestID = random.oneIn(3) ? "req-\(event.identity.low)" : nil
        if random.oneIn(6) { event.reportedCost = money() }
        if random.oneIn(9) { event.billedCost = money() }
        if random.oneIn(3) { event.details = details() }
        return event
    }

    /// What a relay may know of a call, mostly in part.
    private mutating func details() -> CallDetails {
        var details = CallDetails()
        details.upstream = pick(["huggingface", "openrouter", nil])
        details.requestedModel = pick(["plain", "meta-llama/Llama-3.3-70B-Instruct:fastest", "Ünïcode \"x\"", nil])
        details.requestBytes = pick([0, Int.random(in: 1...1_000_000, using: &random), CallDetails.maximumCount, nil])
        details.responseBytes = pick([0, Int.random(in: 1...1_000_000, using: &random), CallDetails.maximumCount, nil])
        details.errorType = pick(ErrorType.allCases + [nil, nil, nil])
        details.estimatedTimeMs = pick([0, 20_000, CallDetails.maximumMs, nil, nil])
        details.retryAfterMs = pick([0, 1, 300_000, CallDetails.maximumMs, nil])
        details.rateLimitRemaining = pick([0, 999, CallDetails.maximumCount, nil, nil])
        details.rateLimitResetMs = pick([0, 299_000, CallDetails.maximumMs, nil])
        return details
    }

    /// Who an event is charged to.
    package mutating func attribution() -> Attribution {
        Attribution(
            project: pick(Self.projects), user: pick(Self.users), key: pick(Self.keys), tags: pick(Self.tags))
    }

    /// An instant, of which many are the first or last of a quarter of an hour or of a day somewhere.
    package mutating func instant(from: Instant, to: Instant) -> Instant {
        let any = Instant(microseconds: Int64.random(in: from.microseconds..<to.microseconds, using: &random))
        var moment = any
        switch Int.random(in: 0..<6, using: &random) {
        case 0: moment = any.quarter
        case 1: moment = Instant(microseconds: any.quarter.microseconds + Instant.microsecondsPerQuarter - 1)
        case 2:
            guard let zone = ReportZone(name: pick(Self.zoneNames)) else { break }
            moment = zone.start(of: zone.date(at: any))
            if random.oneIn(2) { moment = Instant(microseconds: moment.microseconds - 1) }
        default: break
        }
        return moment < from || moment >= to ? any : moment
    }

    /// One of some values.
    package mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &random)]
    }

    /// Usage as providers report it, unknown now and then.
    private mutating func usage() -> UsageBuckets? {
        if random.oneIn(10) { return nil }
        var usage = UsageBuckets()
        let classes: [UsageClass] = pick([
            [.input, .output], [.input, .cacheRead, .output], [.input, .output, .reasoning],
            [.images, .megapixels], [.input, .images], [.computeSeconds], [.input, .inputAudio, .outputAudio, .output],
            [.input, .cacheWrite5m, .cacheWrite1h, .output], [.output],
            [.input, .cacheRead, .cacheReadAudio, .cacheReadImage, .inputAudio, .output],
        ])
        for usageClass in classes {
            usage[usageClass] = random.oneIn(8) ? 0 : Int64.random(in: 1...400_000, using: &random)
        }
        if let output = usage[.output], let reasoning = usage[.reasoning] { usage[.reasoning] = min(output, reasoning) }
        if random.oneIn(50) { usage[.input] = UsageBuckets.maximumQuantity }
        return usage
    }

    private mutating func money() -> Money {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: .zero
        case 1: Money(picodollars: 1)
        case 2: Money(picodollars: Int128.random(in: 0...5_000_000_000_000, using: &random))
        default: Money(picodollars: Int128.random(in: 0...1_000_000_000_000_000_000, using: &random))
        }
    }
}
