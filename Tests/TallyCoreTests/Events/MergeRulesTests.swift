import TallyCore
import TallyTestSupport
import Testing

struct MergeRulesTests {
    private static let day = Instant.microsecondsPerDay
    private static let noon = Instant(microseconds: 1_772_712_000_000_000)
    private static let log = EventOrigin(name: "import", form: "tally", rank: .clientLog)
    private static let toolLog = EventOrigin(name: "import", form: "litellm", rank: .clientLog)
    private static let export = EventOrigin(name: "openrouter", form: "generation", rank: .export)

    private let rules: MergeRules

    init() throws {
        rules = MergeRules(book: try SamplePrices.makeBook())
    }

    /// What a source says of a call at noon, or some time after.
    private func told(
        by origin: EventOrigin, _ number: UInt64 = 1, after microseconds: Int64 = 0, biller: String? = "together",
        _ change: (inout UsageEvent) -> Void = { _ in }
    ) -> Contribution {
        var event = UsageEvent(
            identity: EventIdentity(high: UInt64(origin.rank.rawValue), low: number),
            time: Instant(microseconds: Self.noon.microseconds + microseconds))
        event.offering = Offering(biller: biller, provider: biller, model: "plain")
        event.requestID = "chatcmpl-1"
        change(&event)
        return Contribution(event: event, origin: origin)
    }

    // MARK: Which are one call

    @Test func sourcesOfOneCallAreOneAndSourcesOfTwoAreTwo() {
        #expect(rules.calls(of: [told(by: Self.export), told(by: .proxy), told(by: Self.log)]) == [[1, 2, 0]])
        // One source never says the same call twice.
        #expect(rules.calls(of: [told(by: Self.log, 1), told(by: Self.log, 2)]) == [[0], [1]])
        #expect(rules.calls(of: [told(by: Self.log), told(by: Self.toolLog)]) == [[1, 0]])
    }

    @Test func relayedCallsAreAlwaysTwoAlsoWithALogBetweenThem() {
        let second = EventOrigin(name: "proxy-2", form: "proxy", rank: .relay)
        let contributions = [
            told(by: .proxy, 1), told(by: .proxy, 2, after: 10), told(by: second, 3, after: 30),
            told(by: Self.log, after: 8),
            told(by: Self.toolLog, after: 31),
        ]
        #expect(rules.calls(of: contributions) == [[0], [1, 3], [2, 4]])
    }

    @Test func theNearestInTimeIsTheCallAndThenTheLowerIdentity() {
        let far = told(by: .proxy, 1, after: -50)
        #expect(rules.calls(of: [far, told(by: .proxy, 2, after: 40), told(by: Self.log)]) == [[0], [1, 2]])
        #expect(rules.calls(of: [told(by: .proxy, 2, after: 50), far, told(by: Self.log)]) == [[1, 2], [0]])
    }

    @Test(arguments: [(7 * day, 1), (-7 * day, 1), (7 * day + 1, 2), (-7 * day - 1, 2)])
    func moreThanSevenDaysApartAreTwoCalls(distance: Int64, count: Int) {
        #expect(rules.calls(of: [told(by: .proxy), told(by: Self.log, after: distance)]).count == count)
    }

    @Test func onlyBillersThatAreKnownContradict() {
        func count(_ left: Contribution, _ right: Contribution) -> Int { rules.calls(of: [left, right]).count }
        #expect(count(told(by: .proxy, biller: "huggingface"), told(by: Self.log, biller: "openai")) == 2)
        let assumed = told(by: Self.log, biller: "openai") { $0.isSellerAssumed = true }
        #expect(count(told(by: .proxy, biller: "huggingface"), assumed) == 1)
        #expect(count(told(by: .proxy, biller: nil), told(by: Self.log, biller: "openai")) == 1)
        // One biller in two spellings.
        #expect(count(told(by: .proxy, biller: "fireworks-ai"), told(by: Self.log, biller: "fireworks")) == 1)
    }

    @Test func withAKeyOfTheirOwnTheRouterIsNoOtherBiller() {
        let own = told(by: .proxy, biller: "together") { $0.offering.route = .ownKey }
        #expect(rules.calls(of: [own, told(by: Self.log, biller: "huggingface")]).count == 1)
        #expect(rules.calls(of: [own, told(by: Self.log, biller: "openai")]).count == 2)
    }

    // MARK: What the call is

    private func merged(_ contributions: [Contribution]) -> MergedCall {
        rules.merged(contributions.sorted { $0.precedes($1) })
    }

    @Test func attributionIsByRankFieldByFieldAndTagByTag() {
        let call = merged([
            told(by: Self.export) {
                $0.attribution = Attribution(project: "e", user: "e", key: "e", tags: ["a": "e", "c": "e"])
            },
            told(by: .proxy) { $0.attribution = Attribution(project: "p", tags: ["a": "p"]) },
            told(by: Self.log) { $0.attribution = Attribution(project: "l", user: "l", tags: ["a": "l", "b": "l"]) },
        ])
        let wanted = Attribution(project: "p", user: "l", key: "e", tags: ["a": "p", "b": "l", "c": "e"])
        #expect(call.event.attribution == wanted)
        #expect(call.conflicts == [])
    }

    @Test func whoKnowsTheSellerSaysIt() {
        let relay = told(by: .proxy, biller: "openai") { event in
            event.isSellerAssumed = true
            event.offering.model = nil
            event.offering.account = "guess"
        }
        let log = told(by: Self.log, biller: "huggingface") { event in
            event.offering.provider = nil
            event.offering.serviceTier = "flex"
        }
        let export = told(by: Self.export, biller: "huggingface") { event in
            event.offering.provider = "together"
            event.offering.route = .routed
            event.offering.account = "team"
            event.offering.serviceTier = "default"
        }
        let call = merged([relay, log, export])
        #expect(
            call.event.offering
                == Offering(
                    biller: "huggingface", provider: "together", model: "plain", route: .routed, account: "team",
                    serviceTier: "flex"))
        #expect(!call.event.isSellerAssumed)
        let guesses = merged([relay, told(by: Self.log, biller: "azure") { $0.isSellerAssumed = true }])
        #expect(guesses.event.offering.biller == "openai" && guesses.event.isSellerAssumed)
    }

    @Test func usageIsKnownBeforeUnknownAndFinalBeforePartial() {
        func usage(_ tokens: Int64) -> UsageBuckets {
            var usage = UsageBuckets()
            usage[.input] = tokens
            return usage
        }
        let partial = told(by: .proxy) { ($0.usage, $0.outcome) = (usage(10), .interrupted) }
        let final = told(by: Self.export) { $0.usage = usage(12) }
        let unknown = told(by: Self.log)
        #expect(merged([unknown, partial]).event.usage == usage(10))
        let whole = merged([unknown, partial, final])
        #expect(whole.event.usage == usage(12) && whole.event.outcome == .interrupted)
        // A part that is less than the whole contradicts nothing.
        #expect(whole.conflicts == [])
        // What the biller says of a call that was broken off is more than what came through until then.
        let billed = told(by: Self.export) { ($0.usage, $0.outcome) = (usage(11), .interrupted) }
        #expect(merged([partial, billed]).event.usage == usage(11) && merged([partial, billed]).conflicts == [])
        #expect(merged([told(by: Self.log) { $0.usage = usage(12) }, billed]).event.usage == usage(12))
        #expect(merged([told(by: Self.log) { $0.usage = UsageBuckets() }, final]).event.usage == usage(12))
    }

    @Test func amountsAndMeasuresAreThoseOfTheFirstThatKnows() throws {
        let (one, two) = (try Money(parsing: "1"), try Money(parsing: "2"))
        let call = merged([
            told(by: Self.export, after: 3) { event in
                (event.billedCost, event.reportedCost, event.durationMs, event.id) = (two, two, 9, "export")
            },
            told(by: .proxy, after: 1) { ($0.status, $0.details) = (200, CallDetails()) },
            told(by: Self.log, after: 2) { event in
                (event.billedCost, event.reportedCost, event.durationMs, event.ttfbMs) = (one, one, 8, 7)
                event.isStream = true
            },
        ])
        #expect((call.event.billedCost, call.event.reportedCost) == (two, one))
        #expect((call.event.status, call.event.durationMs, call.event.ttfbMs) == (200, 8, 7))
        #expect((call.event.id, call.event.isStream, call.event.requestID) == ("export", true, "chatcmpl-1"))
        #expect(call.event.time.microseconds == Self.noon.microseconds + 1)
    }

    @Test func saysWhereSourcesContradictEachOther() throws {
        func usage(_ tokens: Int64) -> UsageBuckets {
            var usage = UsageBuckets()
            usage[.input] = tokens
            return usage
        }
        let call = merged([
            told(by: .proxy) { event in
                (event.usage, event.status, event.reportedCost) = (usage(10), 200, .zero)
                event.offering.model = "plain"
            },
            told(by: Self.log) { event in
                (event.usage, event.status, event.billedCost) = (usage(11), 500, Money(picodollars: 1))
                event.offering.model = "PLAIN"
            },
            told(by: Self.export) { event in
                (event.usage, event.billedCost) = (usage(10), Money(picodollars: 2))
                (event.reportedCost, event.offering.model) = (Money(picodollars: 3), "unheard-of")
            },
        ])
        let said = call.conflicts.map {
            "\($0.field.rawValue) \($0.kept):\($0.keptValue) \($0.refused):\($0.refusedValue)"
        }
        #expect(
            said == [
                "usage 0:input 10 1:input 11", "model 0:plain 2:unheard-of", "status 0:200 1:500",
                "reported_cost 0:0.00 2:0.000000000003", "billed_cost 2:0.000000000002 1:0.000000000001",
            ])
    }

    /// Names that the price table charges alike are one model.
    @Test func otherNamesOfAModelAreNoContradiction() {
        func call(_ biller: String, _ names: (String, String)) -> MergedCall {
            merged([
                told(by: .proxy, biller: biller) { $0.offering.model = names.0 },
                told(by: Self.log, biller: nil) { $0.offering.model = names.1 },
            ])
        }
        #expect(call("openrouter", ("any/one", "any/two")).conflicts == [])
        #expect(call("together", ("plain", "tiered")).conflicts.map(\.field) == [.model])
    }

    // MARK: Order

    /// Whatever the order: the same calls, with the same fields and the same contradictions.
    @Test(arguments: UInt64(1)...60) func theOrderOfArrivalPlaysNoPart(seed: UInt64) throws {
        var generator = try EventGenerator(seed: seed)
        let count = Int.random(in: 2...5, using: &generator.random)
        let contributions = (0..<count).map { _ in
            var event = generator.event()
            event.requestID = "same"
            event.isSellerAssumed = generator.random.oneIn(2)
            event.time = Instant(
                microseconds: Self.noon.microseconds
                    + Int64.random(in: 0...2, using: &generator.random) * 5 * Self.day)
            return Contribution(
                event: event,
                origin: generator.pick([.proxy, .proxy, Self.log, Self.toolLog, Self.export]))
        }
        func outcome(_ contributions: [Contribution]) -> [String] {
            rules.calls(of: contributions).map { places in
                let members = places.map { contributions[$0] }
                return members.map(\.event.identity.description).joined() + "\(rules.merged(members))"
            }.sorted()
        }
        let wanted = outcome(contributions)
        for permuted in permutations(contributions) { #expect(outcome(permuted) == wanted) }
    }

    private func permutations(_ values: [Contribution]) -> [[Contribution]] {
        if values.count < 2 { return [values] }
        return values.indices.flatMap { place in
            var rest = values
            let first = rest.remove(at: place)
            return permutations(rest).map { [first] + $0 }
        }
    }
}
