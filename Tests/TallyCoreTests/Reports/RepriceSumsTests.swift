import TallyCore
import Testing

/// What a reprice says of the costs of some events, of none, and of events that are all unpriced (I6).
struct RepriceSumsTests {
    @Test func noEventsCostNothing() {
        let sums = RepriceSums()
        #expect(sums.knownOldCost == .zero)
        #expect(sums.knownNewCost == .zero)
        #expect(sums.difference == .zero)
    }

    @Test func eventsWithoutAPriceAreOfUnknownCost() {
        var sums = RepriceSums()
        let fits = sums.add(old: nil, new: nil, isChanged: false)
        #expect(fits)
        #expect(sums.knownOldCost == nil)
        #expect(sums.knownNewCost == nil)
        #expect(sums.difference == nil)
    }

    @Test func anEventThatLosesItsPriceTakesItsCostAway() {
        var sums = RepriceSums()
        let fits = sums.add(old: Money(picodollars: 5), new: nil, isChanged: true)
        #expect(fits)
        #expect(sums.knownOldCost == Money(picodollars: 5))
        #expect(sums.knownNewCost == nil)
        #expect(sums.difference == Money(picodollars: -5))
    }
}
