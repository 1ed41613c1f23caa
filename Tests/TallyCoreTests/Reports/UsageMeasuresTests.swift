import TallyCore
import Testing

struct UsageMeasuresTests {
    /// I6: a group of which nothing has a cost has none, and is not free.
    @Test func aCostIsUnknownOnlyWhenEveryCallIsUnpriced() {
        var measures = UsageMeasures()
        #expect(measures.cost == .zero)
        measures.requests = 2
        measures.unpricedRequests = 2
        #expect(measures.cost == nil)
        measures.unpricedRequests = 1
        measures.billedCost = Money(picodollars: 1)
        measures.reportedCost = Money(picodollars: 20)
        measures.computedCost = Money(picodollars: 300)
        #expect(measures.cost == Money(picodollars: 321))
    }
}
