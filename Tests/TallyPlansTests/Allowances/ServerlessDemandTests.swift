import TallyCore
import TallyPlans
import Testing

struct ServerlessDemandTests {
    @Test(arguments: [
        (Int64(12_000), Int64(300), Int64(351_000)), (12_000, 1000, 330_000), (12_000, 6000, 180_000),
        (12_000, 20_000, 0), (5000, 300, 141_000), (5000, 1000, 120_000), (5000, 6000, 0),
    ])
    func throttlesWhatIsOverTheAllowanceOfEachDay(perDay: Int64, allowance: Int64, throttled: Int64) {
        let demand = ServerlessDemand(requestsPerDay: perDay, month: .june)
        #expect(demand.throttled(over: allowance) == throttled)
    }

    @Test func aQuietDayLeavesNothingToABusyOne() {
        let days = [
            ServerlessDay(requests: 0, rerouteCost: .zero), ServerlessDay(requests: 10, rerouteCost: money("1")),
            ServerlessDay(requests: 3, rerouteCost: nil),
        ]
        let demand = ServerlessDemand(days: days, computeCost: .zero)
        #expect(demand.throttled(over: 4) == 6)
        #expect(demand.rerouteCost(over: 4) == money("0.60"))
        // The day without a price has calls to move now.
        #expect(demand.rerouteCost(over: 2) == nil)
        #expect(demand.rerouteCost(over: 10) == .zero)
    }

    @Test func aShareOfADayIsRoundedOnce() {
        let day = ServerlessDay(requests: 3, rerouteCost: Money(picodollars: 100))
        let demand = ServerlessDemand(days: [day, day], computeCost: .zero)
        #expect(demand.rerouteCost(over: 1) == Money(picodollars: 134))
    }
}
