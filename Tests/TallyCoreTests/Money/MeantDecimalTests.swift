import TallyCore
import Testing

struct MeantDecimalTests {
    private func decimal(_ text: String) throws -> DecimalText { try #require(DecimalText(text)) }

    @Test(arguments: [
        ("0.18000000000000002", "0.18"), ("1.5000000000000002e-07", "1.5e-7"), ("0.30000000000000004", "0.3"),
        ("2.9999999999999997e-06", "0.000003"), ("0.07500000000000001", "0.075"), ("-0.30000000000000004", "-0.3"),
        ("1e-07", "1e-7"), ("0.123456789012", "0.123456789012"), ("27", "27"), ("0", "0"),
        ("3.0000000000000004e-06", "0.000003"),
    ])
    func bringsDebrisBack(written: String, meant: String) throws {
        #expect(try decimal(written).meant.rescaled(to: 18) == decimal(meant).rescaled(to: 18))
    }

    @Test(arguments: ["0.08333333333333334", "0.123456789012345", "1234567890123.45", "0.1234567890123456"])
    func leavesWhatIsNoDebris(text: String) throws {
        #expect(try decimal(text).meant == decimal(text))
    }

    @Test func aPricePerTokenIsOneOfAMillion() throws {
        let rate = try #require(Rate(try decimal("1.5e-07"), per: 1, wantedPer: 1_000_000))
        #expect(rate.amount.description == "0.15" && rate.per == 1_000_000)
        let hour = try #require(Rate(try decimal("0.111"), per: 3600, wantedPer: 3600))
        #expect(hour.amount.description == "0.111" && hour.per == 3600)
        // A batch that is no power of ten times the other stays as it is published.
        #expect(try #require(Rate(try decimal("1"), per: 3600, wantedPer: 1_000_000)).per == 3600)
    }

    /// I1: a price of more than 12 decimals is one of a larger batch, and loses nothing.
    @Test func aFinePriceIsOfALargerBatch() throws {
        let rate = try #require(Rate(try decimal("0.08333333333333334"), per: 1_000_000, wantedPer: 1_000_000))
        #expect(rate.per == 100_000_000_000)
        #expect(rate.amount.description == "8333.333333333334")
        #expect(rate.cost(of: 1200, storedPerUnit: 1).description == "0.0001")
        #expect(rate.cost(of: 1_234_567, storedPerUnit: 1).description == "0.102880583333")
        let dear = try #require(Rate(try decimal("2.500000000000000000"), per: 1_000_000, wantedPer: 1_000_000))
        #expect(dear.per == 1_000_000)
    }

    @Test(arguments: ["-1", "1000001", "1e-30"])
    func refusesWhatIsNoPrice(text: String) throws {
        #expect(Rate(try decimal(text), per: 1_000_000, wantedPer: 1_000_000) == nil)
    }
}
