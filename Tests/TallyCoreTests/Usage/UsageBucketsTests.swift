import TallyCore
import Testing

struct UsageBucketsTests {
    /// I6: what was not stated is not zero.
    @Test func absentIsNotZero() {
        var usage = UsageBuckets()
        #expect(usage.isEmpty && usage[.input] == nil && usage.quantity(.input) == 0)
        var zero = usage
        zero[.input] = 0
        #expect(!zero.isEmpty && zero[.input] == 0)
        #expect(usage != zero)
        usage[.input] = 5
        usage[.input] = nil
        #expect(usage == UsageBuckets() && usage.quantity(.input) == 0)
    }

    @Test func everyClassHasItsOwnPlace() {
        for usageClass in UsageClass.allCases {
            var usage = UsageBuckets()
            usage[usageClass] = 7
            #expect(usage.statedMask == 1 << UInt32(usageClass.rawValue))
            #expect(usage.entries.map(\.usageClass) == [usageClass])
            #expect(usage.inputTokens == (usageClass.isInputToken ? 7 : 0), "\(usageClass)")
        }
    }

    @Test func entriesStandInOrder() {
        var usage = UsageBuckets()
        for usageClass in UsageClass.allCases.reversed() { usage[usageClass] = Int64(usageClass.rawValue) }
        #expect(usage.entries.map(\.usageClass) == UsageClass.allCases)
        #expect(usage.entries.map(\.quantity) == (0..<26).map(Int64.init))
        #expect(usage.inputTokens == 36 + 24 + 25)
    }

    @Test func quantitiesReadAsTheInterfaceWritesThem() {
        #expect(UsageBuckets.text(1000, of: .input) == "1000")
        #expect(UsageBuckets.text(1_500_000, of: .computeSeconds) == "1.5")
        #expect(UsageBuckets.text(1_000_000, of: .megapixels) == "1")
        #expect(UsageBuckets.text(1, of: .audioSeconds) == "0.000001")
        #expect(UsageBuckets.text(0, of: .videoSeconds) == "0")
        #expect(UsageBuckets.text(Int128(Int64.max) * 10, of: .input) == "92233720368547758070")
    }

    @Test func bothEndsOfTheRangeAreTaken() {
        var usage = UsageBuckets()
        for usageClass in UsageClass.allCases { usage[usageClass] = UsageBuckets.maximumQuantity }
        #expect(usage.inputTokens == 11 * UsageBuckets.maximumQuantity)
    }

    @Test func aQuantityOutOfBoundsIsAProgrammersError() async {
        await #expect(processExitsWith: .failure) {
            var usage = UsageBuckets()
            usage[.input] = -1
        }
        await #expect(processExitsWith: .failure) {
            var usage = UsageBuckets()
            usage[.input] = UsageBuckets.maximumQuantity + 1
        }
    }
}
