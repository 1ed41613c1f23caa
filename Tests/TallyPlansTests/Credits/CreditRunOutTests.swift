import TallyCore
import TallyPlans
import Testing

struct CreditRunOutTests {
    private func runOut(_ credits: String, _ path: [String]) -> (String?, String) {
        let result = CreditRunOut(credits: money(credits), month: .june, spendByDay: path.map(money))
        return (result.day?.description, result.payAsYouGo.description)
    }

    @Test func followsThePath() {
        #expect(runOut("2", Array(repeating: "0.90", count: 30)) == ("2026-06-03", "25.00"))
        #expect(runOut("0.10", Array(repeating: "0.90", count: 30)) == ("2026-06-01", "26.90"))
        #expect(runOut("2", ["0", "1", "0", "1"]) == ("2026-06-04", "0.00"))
        #expect(runOut("2", ["0", "1", "0", "0.999999999999"]) == (nil, "0.00"))
        #expect(runOut("0", ["1"]) == (nil, "1.00"))
    }
}
