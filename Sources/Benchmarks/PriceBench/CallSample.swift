internal import TallyConfig
internal import TallyCore

/// Calls of all that the shipped price table has prices for, in memory.
final class CallSample {
    private let book: PriceBook
    private var calls: [Call] = []
    /// What all calls cost, so that none of the work can be left out.
    private var total = Money.zero

    private struct Call {
        let offering: Offering
        let listing: PriceBook.Listing
        let usage: UsageBuckets
        let time: Instant
    }

    private static let count = 100_000
    private static let repetitions = 20
    /// The first moment of 2026, in seconds since 1970.
    private static let start: Int64 = 1_767_225_600
    private static let days = 300

    /// Makes the calls.
    init(seed: UInt64) throws {
        book = try BuiltInAssets.priceTable().makeBook()
        var random = SeededGenerator(seed: seed)
        let sold = book.prices.filter {
            if case .exact = $0.model { $0.usageClass == .input && $0.provider != nil } else { false }
        }
        while calls.count < Self.count {
            let price = sold[random.index(sold.count)]
            let offering = Offering(biller: price.biller, provider: price.provider, model: price.model.text)
            guard let listing = book.listing(biller: price.biller, provider: price.provider, model: price.model.text)
            else { throw BenchFailure("\(price.model.text) has prices and is not found") }
            var usage = UsageBuckets()
            usage[.input] = Int64(random.index(4000) + 1)
            usage[.output] = Int64(random.index(1500) + 1)
            if random.index(2) == 0 { usage[.cacheRead] = Int64(random.index(2000)) }
            if random.index(5) == 0 { usage[.reasoning] = Int64(random.index(Int(usage.quantity(.output)))) }
            let seconds = Self.start + Int64(random.index(Self.days * 86_400))
            let time = Instant(microseconds: seconds * Instant.microsecondsPerSecond)
            calls.append(Call(offering: offering, listing: listing, usage: usage, time: time))
        }
    }

    /// Prices all calls several times, the place of their prices being known, as it is when an import prices a batch.
    ///
    /// - Returns: How many were priced.
    func priceAll() throws -> Int {
        var sum = Money.zero
        for _ in 0..<Self.repetitions {
            for index in calls.indices {
                let charge = book.charge(
                    calls[index].listing, usage: calls[index].usage, at: calls[index].time, serviceTier: nil)
                if case .priced(let cost, _) = charge { sum += cost }
            }
        }
        if sum == .zero { throw BenchFailure("no call has a price") }
        total += sum
        return calls.count * Self.repetitions
    }

    /// Prices all calls once, each looked up by its names.
    func lookUpAll() -> Int {
        for call in calls {
            if let cost = book.charge(for: call.offering, usage: call.usage, at: call.time).cost { total += cost }
        }
        return calls.count
    }
}
