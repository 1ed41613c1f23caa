import TallyCore
import TallyPlans
import Testing

struct PlanTests {
    @Test(arguments: [
        ("5.5", Int64(55_000), "5.5"), ("0", 0, "0"), ("100", 1_000_000, "100"), ("0.0001", 1, "0.0001"),
        ("12.3400", 123_400, "12.34"),
    ])
    func readsPercents(text: String, millionths: Int64, shown: String) throws {
        let percentage = try #require(Percentage(percents: text))
        #expect(percentage.millionths == millionths && percentage.text == shown)
    }

    @Test(arguments: ["100.0001", "-1", "0.00001", "five", "5%", ""])
    func refusesOtherPercents(text: String) {
        #expect(Percentage(percents: text) == nil)
    }

    @Test func discountsAreGraduatedAndRoundedOnce() throws {
        let discount = try VolumeDiscount.make(("10", "5"), ("20", "10"))
        #expect(discount.amount(for: money("10")) == .zero)
        #expect(discount.amount(for: money("25")) == money("1"))
        #expect(try VolumeDiscount.make(("0", "50")).amount(for: Money(picodollars: 1)) == Money(picodollars: 1))
        let share = try #require(Percentage(percents: "1"))
        #expect(
            VolumeDiscount(bands: [.init(above: money("2"), share: share), .init(above: money("2"), share: share)])
                == nil)
    }

    @Test func thePlanThatBeganLastCounts() {
        let old = Plan.make("x", fee: "1")
        let new = Plan.make("x", fee: "2", from: day("2026-03-01"), to: day("2026-05-01"))
        for table in [PlanTable(plans: [old, new]), PlanTable(plans: [new, old])] {
            #expect(table.plan("x", on: day("2026-02-28")) == old)
            #expect(table.plan("x", on: day("2026-03-01")) == new)
            #expect(table.plan("x", on: day("2026-05-01")) == old)
            #expect(table.plan("y", on: day("2026-05-01")) == nil)
        }
    }

    @Test func aLaterTableTakesThePlaceOfPlansOfTheSameNameAndDay() {
        let table = PlanTable(plans: [.free, .pro]).appending(PlanTable(plans: [Plan.make("hf-pro", fee: "12")]))
        #expect(table.plans.map(\.name) == ["hf-free", "hf-pro"])
        #expect(table.plan("hf-pro", on: day("2026-06-01"))?.fee.amount == money("12"))
    }
}
