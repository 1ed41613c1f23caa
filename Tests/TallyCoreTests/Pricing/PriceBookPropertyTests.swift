import TallyCore
import Testing

/// I1, I6, I8: random books and calls, held against a scan of all prices.
struct PriceBookPropertyTests {
    private static let billers = ["b", "c"]
    private static let providers: [String?] = ["p", "q", nil]
    private static let models = ["m", "m-2", "m*", "m-*", "*", "Other"]
    private static let tiers: [String?] = [nil, nil, "batch", "flex"]
    private static let thresholds: [Int64?] = [nil, nil, 0, 10, 1000]
    private static let dates: [String?] = [
        nil, nil, "2026-01-01T00:00:00Z", "2026-02-01T08:30:00Z", "2026-06-01T00:00:00Z",
    ]
    private static let minutes = [0, 1, 30, 509, 510, 720, 990, 1439]
    private static let classes: [UsageClass] = [
        .input, .input, .cacheRead, .cacheWrite5m, .cacheWrite1h, .inputAudio, .output, .output, .reasoning,
        .outputImage, .computeSeconds, .requests,
    ]

    @Test(arguments: 0..<60)
    func agreesWithAScanOfAllPrices(_ round: UInt64) throws {
        let seed = 0x626f_6f6b_0000 + round
        var random = SeededGenerator(seed: seed)
        var aliases = ProviderAliases()
        aliases.add("q-ai", for: "q")
        let prices = try (0..<random.pick([0, 1, 3, 10, 40])).map { _ in try Self.price(&random) }
        let book = try PriceBook(prices: prices, aliases: aliases)
        let reference = ReferenceBook(prices: prices, aliases: aliases)
        for call in 0..<60 {
            let offering = Offering(
                biller: random.chance(5) ? nil : random.pick(Self.billers), provider: random.pick(Self.providers),
                model: random.pick(["m", "M", "m-2", "m-3", "other", "z", nil]), serviceTier: random.pick(Self.tiers))
            let usage = random.chance(5) ? nil : Self.usage(&random)
            let time = try Self.time(&random)
            let charge = book.charge(for: offering, usage: usage, at: time)
            let expected = reference.charge(offering, usage, at: time)
            let comment: Comment = "seed \(seed), call \(call): \(offering) at \(time)"
            switch charge {
            case .unpriced(let reason):
                #expect(expected == .unpriced(reason), comment)
            case .priced(let cost, let basis):
                let lines = book.lines(of: basis, usage: try #require(usage))
                let plain = lines.map {
                    ReferenceBook.Line(
                        usageClass: $0.rate.usageClass, quantity: $0.quantity, priceID: $0.rate.price.id,
                        cost: $0.cost.picodollars)
                }
                #expect(expected == .priced(plain, missing: basis.unpricedClasses), comment)
                // The parts of a charge sum to it exactly.
                #expect(lines.reduce(Money.zero) { $0 + $1.cost } == cost, comment)
                #expect(book.rates(of: basis) == lines.map(\.rate), comment)
                // Going through them without a copy of any price is the same.
                let biller = try #require(offering.biller)
                let model = try #require(offering.model)
                let stated = try #require(usage)
                let listing = try #require(
                    book.listing(biller: biller, provider: offering.provider, model: model), comment)
                var walked: [ReferenceBook.Line] = []
                book.forEachLine(of: basis, in: listing, usage: stated) {
                    walked.append(
                        ReferenceBook.Line(
                            usageClass: $0, quantity: $2, priceID: book.prices[$1].id, cost: $3.picodollars))
                }
                #expect(walked == plain, comment)
                #expect(lines.allSatisfy { $0.rate.price.biller == offering.biller }, comment)
            }
        }
    }

    /// A batch of calls costs the same whatever order it is priced in, and by a book built anew.
    @Test func aBookBuiltTwiceChargesAlike() throws {
        let seed: UInt64 = 0x7477_6963_65
        var random = SeededGenerator(seed: seed)
        let prices = try (0..<30).map { _ in try Self.price(&random) }
        let first = try PriceBook(prices: prices)
        let second = try PriceBook(prices: prices)
        for _ in 0..<200 {
            let offering = Offering(biller: "b", provider: "p", model: "m", serviceTier: random.pick(Self.tiers))
            let usage = Self.usage(&random)
            let time = try Self.time(&random)
            let charge = first.charge(for: offering, usage: usage, at: time)
            #expect(second.charge(for: offering, usage: usage, at: time) == charge, "seed \(seed)")
        }
    }

    private static func price(_ random: inout SeededGenerator) throws -> Price {
        let window =
            random.chance(70) ? nil : DailyWindow(startMinute: random.pick(minutes), endMinute: random.pick(minutes))
        var ends = [random.pick(dates), random.pick(dates)]
        if let from = ends[0], let to = ends[1], to <= from { ends[1] = nil }
        let amount = Money(picodollars: Int128(Int64.random(in: 0...9_999_999_999_999, using: &random)))
        return try .make(
            random.pick(classes), amount.description, per: random.pick([nil, nil, 1, 3, 7, 1000]),
            biller: random.pick(billers), provider: random.chance(20) ? "q-ai" : random.pick(providers),
            model: random.pick(models), from: ends[0], to: ends[1], above: random.pick(thresholds), window: window,
            tier: random.pick(tiers))
    }

    private static func usage(_ random: inout SeededGenerator) -> UsageBuckets {
        var usage = UsageBuckets()
        for usageClass in classes + [.images] where random.chance(30) {
            usage[usageClass] = Int64.random(in: 0...random.pick([0, 5, 11, 1001, 1_000_000_000_000]), using: &random)
        }
        if let output = usage[.output], let reasoning = usage[.reasoning] { usage[.reasoning] = min(output, reasoning) }
        return usage
    }

    private static func time(_ random: inout SeededGenerator) throws -> Instant {
        let day = try instant(random.pick(dates.compactMap(\.self) + ["2025-07-01T00:00:00Z", "2027-01-01T00:00:00Z"]))
        let minute = Int64(random.pick(minutes)) * 60_000_000
        let step: Int64 = random.pick([-1, 0, 1])
        return Instant(microseconds: day.microseconds + (random.chance(50) ? minute : 0) + step)
    }
}
