import Testing

@testable import TallyMetering

struct ReportedCountsTests {
    @Test func everyCountHasItsPlace() {
        for (index, count) in Count.allCases.enumerated() {
            var counts = ReportedCounts()
            counts[count] = Int64(index)
            for other in Count.allCases { #expect(counts[other] == (other == count ? Int64(index) : nil)) }
            counts[count] = nil
            #expect(counts.isEmpty)
        }
    }

    @Test func usageObjectsOfOneCallAreNeverSummed() {
        var first = ReportedCounts()
        first[.input] = 5
        first[.output] = 1
        var second = ReportedCounts()
        second[.output] = 24
        second[.cacheRead] = 0
        var both = first
        both.formMaximum(second)
        both.formMaximum(first)
        #expect(both[.input] == 5 && both[.output] == 24 && both[.cacheRead] == 0 && both[.total] == nil)
    }
}
