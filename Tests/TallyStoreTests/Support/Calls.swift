import PostgresClient
import TallyCore
import TallyStore
import TallyTestSupport
import Testing

/// What sources say of calls, a few of which share their provider's id.
struct CallGenerator {
    private var generator: EventGenerator
    /// The random numbers.
    var random: SplitMix64 {
        get { generator.random }
        set { generator.random = newValue }
    }
    private static let origins: [EventOrigin] = [.proxy, .proxy, .log, .toolLog, .export]

    init(seed: UInt64) throws {
        generator = try EventGenerator(seed: seed)
    }

    /// Contributions of some calls: of each up to five, at most ten days apart, some at the other side of a month's end.
    mutating func contributions(ofCalls count: Int) throws -> [Contribution] {
        let ends = try [instant("2026-03-28T12:00:00Z"), instant("2026-03-05T12:00:00Z")]
        return (0..<count).flatMap { number in
            let start = generator.pick(ends)
            return (0..<Int.random(in: 1...5, using: &random)).map { _ in
                var event = generator.event()
                event.requestID = random.oneIn(12) ? "" : "chatcmpl-\(number)"
                event.isSellerAssumed = random.oneIn(2)
                event.time = Instant(
                    microseconds: start.microseconds
                        + Int64.random(in: 0...2, using: &random) * 5 * Instant.microsecondsPerDay
                        + Int64.random(in: 0...900, using: &random) * 1_000_000)
                // So that no sum of the test leaves its column.
                if let quantity = event.usage?[.input] { event.usage?[.input] = min(quantity, 1_000_000) }
                return Contribution(event: event, origin: generator.pick(Self.origins))
            }
        }
    }
}

/// What is to be stored of contributions, whoever stores what when.
struct ExpectedCalls {
    /// The events, and the identities that lead to each.
    let calls: [(priced: PricedEvent, identities: Set<EventIdentity>)]

    init(_ contributions: [Contribution]) throws {
        let book = try SamplePrices.makeBook()
        let rules = MergeRules(book: book)
        var calls: [(priced: PricedEvent, identities: Set<EventIdentity>)] = []
        let keys = Dictionary(grouping: contributions) { MatchKey(requestID: $0.event.requestID) }
        for (key, contributions) in keys {
            let groups = key == nil ? contributions.indices.map { [$0] } : rules.calls(of: contributions)
            for places in groups {
                let members = places.map { contributions[$0] }
                let event = rules.merged(members).event
                let charge = book.charge(for: event.offering, usage: event.usage, at: event.time)
                calls.append((PricedEvent(event: event, charge: charge), Set(members.map(\.event.identity))))
            }
        }
        self.calls = calls
    }

    /// Checks that exactly these events are stored, that all identities lead to theirs, and that the sums are right.
    func expect(in database: TestDatabase, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let stored = try await database.tally.events(try .everything(), after: nil, limit: 10_000)
        #expect(stored.count == calls.count, sourceLocation: sourceLocation)
        let byID = Dictionary(stored.map { ($0.event.identity, $0) }) { first, _ in first }
        for call in calls {
            var wanted = call.priced.event
            let own = call.identities.filter { byID[$0] != nil }
            guard own.count == 1, let identity = own.first, let found = byID[identity] else {
                Issue.record("\(own.count) events of one call", sourceLocation: sourceLocation)
                continue
            }
            wanted.identity = identity
            #expect(found.event == wanted, sourceLocation: sourceLocation)
            #expect(found.computedCost == call.priced.charge.cost, sourceLocation: sourceLocation)
            let explained = try await database.tally.explanation(of: call.identities.randomElement() ?? identity)
            #expect(explained.map { Set($0.identities) } == call.identities, sourceLocation: sourceLocation)
        }
        let totals = try await database.tally.report(try .everything()).totals
        let wanted = ReferenceReport.totals(calls.map(\.priced), try .everything())
        #expect(totals == wanted, sourceLocation: sourceLocation)
        try await expectRollupsMatchEvents(database, sourceLocation: sourceLocation)
        try await expectContributions(in: database, sourceLocation: sourceLocation)
    }

    /// What each source said is kept of calls that several told of, and of no others.
    private func expectContributions(
        in database: TestDatabase, sourceLocation: SourceLocation
    ) async throws {
        let merged = calls.filter { $0.identities.count > 1 }
        let kept = try await database.query("SELECT identity FROM event_contributions").map {
            let identity = try $0.decode(PostgresUUID.self, at: 0)
            return EventIdentity(high: identity.high, low: identity.low)
        }
        #expect(Set(kept) == Set(merged.flatMap(\.identities)), sourceLocation: sourceLocation)
        #expect(kept.count == Set(kept).count, sourceLocation: sourceLocation)
        let stray = try await database.count(
            """
            SELECT count(*) FROM event_contributions c
            LEFT JOIN event_identities i ON i.identity = c.identity
            LEFT JOIN events e ON e.event_id = c.event_id AND e.time = i.time
            WHERE e.event_id IS NULL OR coalesce(i.event_id, i.identity) <> c.event_id
            """)
        #expect(stray == 0, sourceLocation: sourceLocation)
    }
}

/// The events of contributions, by the source they are from, as batches have them.
func batches(_ contributions: [Contribution]) throws -> [EventBatch] {
    try Dictionary(grouping: contributions, by: \.origin).sorted { $0.key.form < $1.key.form }.map { origin, told in
        try batch(try told.map { try priced($0.event) }, from: origin, item: "\(origin.form)")
    }
}
