import TallyCore
import TallyStore
import TallyTestSupport
import Testing

/// The book in the database charges like the files, whatever was edited in between.
@Suite(.database) struct PricePrecedenceTests {
    private let newYear = Instant(microseconds: 1_767_225_600_000_000)

    @Test func aPriceWithAnEndLeavesTheOneWithoutAlone() async throws {
        let database = try TestDatabase.current
        let end = newYear
        let both = table([try price("1"), try price("2") { $0.effectiveTo = end }])
        let counts = try await database.tally.apply(both)
        #expect(counts == (2, 0))
        let book = try await database.tally.priceBook()
        #expect(book.prices == both.prices)
        // An end that is added later makes it another price, and the one without an end goes.
        let ended = try await database.tally.apply(table([try price("1") { $0.effectiveTo = end }]))
        #expect(ended == (1, 1))
    }

    @Test func anEditedPriceKeepsItsPlace() async throws {
        let database = try TestDatabase.current
        let end = newYear
        let later = try price("2") { $0.effectiveTo = end }
        _ = try await database.tally.apply(table([try price("1"), later]))
        let edited = table([try price("3"), later])
        let counts = try await database.tally.apply(edited)
        #expect(counts == (1, 0))
        let book = try await database.tally.priceBook()
        #expect(book.prices == edited.prices)
    }

    @Test func anotherOrderIsRecorded() async throws {
        let database = try TestDatabase.current
        let end = newYear
        let prices = [try price("1"), try price("2") { $0.effectiveTo = end }]
        _ = try await database.tally.apply(table(prices))
        let counts = try await database.tally.apply(table(prices.reversed()))
        #expect(counts == (1, 0))
        let book = try await database.tally.priceBook()
        #expect(book.prices == prices.reversed())
    }

    @Test func anInsertionLeavesTheOtherModelsAlone() async throws {
        let database = try TestDatabase.current
        let prices = try ["a", "b", "c"].map { try price("1", model: $0) }
        _ = try await database.tally.apply(table(prices))
        let counts = try await database.tally.apply(table([try price("1", model: "new")] + prices))
        #expect(counts == (1, 0))
        let fewer = try await database.tally.apply(table(prices.suffix(1)))
        #expect(fewer == (0, 3))
    }

    @Test(arguments: [31, 32, 33, 34, 35, 36] as [UInt64])
    func theDatabaseChargesLikeTheFiles(seed: UInt64) async throws {
        let database = try TestDatabase.current
        var random = SplitMix64(seed: seed)
        var prices = try (0..<16).map { _ in try randomPrice(&random) }
        for _ in 0..<16 {
            let table = table(prices)
            _ = try await database.tally.apply(table)
            let again = try await database.tally.apply(table)
            #expect(again == (0, 0))
            let (read, wanted) = (try await database.tally.priceBook(), try table.makeBook())
            for _ in 0..<200 {
                let call = randomCall(&random)
                #expect(outcome(call, read) == outcome(call, wanted), "\(call)")
            }
            for _ in 0...Int.random(in: 0..<3, using: &random) { try edit(&prices, &random) }
        }
    }

    private struct Call {
        var offering: Offering
        var usage: UsageBuckets
        var time: Instant
    }

    /// What a call costs and which prices that is from, or why there is no charge.
    private func outcome(_ call: Call, _ book: PriceBook) -> [String] {
        switch book.charge(for: call.offering, usage: call.usage, at: call.time) {
        case .priced(let cost, let basis): return [cost.description] + book.rates(of: basis).map(\.price.id)
        case .unpriced(let reason): return [reason.rawValue]
        }
    }

    private func edit(_ prices: inout [Price], _ random: inout SplitMix64) throws {
        let place = Int.random(in: 0...prices.count, using: &random)
        guard place < prices.count, !random.oneIn(4) else {
            prices.insert(try randomPrice(&random), at: place)
            return
        }
        let old = prices.remove(at: place)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: break
        case 1: prices.insert(old, at: Int.random(in: 0...prices.count, using: &random))
        case 2:
            prices.insert(old, at: place)
            prices.shuffle(using: &random)
        default:
            let amount = String(Int.random(in: 1...99, using: &random))
            let edited = try SamplePrices.price(
                old.biller, old.provider, old.model.text, old.usageClass, amount
            ) { $0 = old.conditions }
            prices.insert(edited, at: place)
        }
    }

    /// One of few prices, so that many hold alike; the model is also spelt in two ways.
    private func randomPrice(_ random: inout SplitMix64) throws -> Price {
        let provider: String? = random.oneIn(4) ? nil : "acme"
        let model = pick(["m1", "m1", "M1", "m*"], &random)
        let usageClass = pick([UsageClass.input, .input, .output], &random)
        let amount = String(Int.random(in: 1...99, using: &random))
        return try SamplePrices.price("acme", provider, model, usageClass, amount) { conditions in
            if random.oneIn(3) { conditions.effectiveFrom = day(Int.random(in: 0..<2, using: &random)) }
            if random.oneIn(2) { conditions.effectiveTo = day(Int.random(in: 2..<4, using: &random)) }
            if random.oneIn(5) { conditions.inputTokensAbove = 1000 }
            if random.oneIn(4) {
                conditions.window =
                    random.oneIn(2)
                    ? DailyWindow(startMinute: 60, endMinute: 720) : DailyWindow(startMinute: 600, endMinute: 30)
            }
            if random.oneIn(5) { conditions.serviceTier = "batch" }
        }
    }

    private func randomCall(_ random: inout SplitMix64) -> Call {
        var usage = UsageBuckets()
        usage[.input] = Int64.random(in: 1...2000, using: &random)
        if random.oneIn(2) { usage[.output] = Int64.random(in: 1...2000, using: &random) }
        let offering = Offering(
            biller: "acme", provider: random.oneIn(4) ? nil : "acme", model: pick(["m1", "M1", "m2"], &random),
            serviceTier: random.oneIn(3) ? "batch" : nil)
        let range = day(-1).microseconds..<day(5).microseconds
        return Call(
            offering: offering, usage: usage,
            time: Instant(microseconds: Int64.random(in: range, using: &random)))
    }

    private func pick<Value>(_ values: [Value], _ random: inout SplitMix64) -> Value {
        values[Int.random(in: 0..<values.count, using: &random)]
    }

    private func day(_ number: Int) -> Instant {
        Instant(microseconds: newYear.microseconds + Int64(number) * 86_400 * Instant.microsecondsPerSecond)
    }

    private func table(_ prices: [Price]) -> PriceTable { PriceTable(prices: prices, aliases: ProviderAliases()) }

    private func price(
        _ amount: String, model: String = "m1", _ condition: (inout Price.Conditions) -> Void = { _ in }
    ) throws -> Price {
        try SamplePrices.price("acme", "acme", model, .input, amount, condition)
    }
}
