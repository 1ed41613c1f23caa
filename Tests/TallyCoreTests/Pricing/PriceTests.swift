import TallyCore
import Testing

struct PriceTests {
    @Test(arguments: [
        (0, 1, 0, true), (0, 1, 1, false), (990, 30, 989, false), (990, 30, 990, true), (990, 30, 1439, true),
        (990, 30, 0, true), (990, 30, 29, true), (990, 30, 30, false), (60, 0, 1439, true), (60, 0, 0, false),
    ])
    func aWindowIsHalfOpenAndMayCrossMidnight(_ start: Int, _ end: Int, _ minute: Int, _ isIn: Bool) throws {
        let window = try #require(DailyWindow(startMinute: start, endMinute: end))
        #expect(window.contains(minute: minute) == isIn)
    }

    @Test func refusesWindowsThatAreNone() {
        for (start, end) in [(0, 0), (-1, 5), (0, 1440), (1440, 0), (700, 700)] {
            #expect(DailyWindow(startMinute: start, endMinute: end) == nil)
        }
        #expect(DailyWindow(startMinute: 990, endMinute: 30)?.text == "16:30-00:30")
    }

    @Test(arguments: ["m", "m*", "*", "a/b-c", ""])
    func patternsComeBackFromTheirText(_ text: String) {
        let pattern = ModelPattern(text)
        #expect(pattern.text == text)
        #expect(pattern == (text.hasSuffix("*") ? .prefix(String(text.dropLast())) : .exact(text)))
    }

    @Test func aTableFilesPricesUnderOneSpelling() throws {
        var aliases = ProviderAliases()
        aliases.add("x-ai", for: "xai")
        let spelt = PriceTable(prices: [try .make(.input, "1", biller: "xai", provider: "xai")], aliases: aliases)
        let other = PriceTable(prices: [try .make(.input, "1", biller: "X-AI", provider: "x-ai")], aliases: aliases)
        #expect(spelt == other)
        let none = PriceTable(prices: [], aliases: ProviderAliases())
        #expect(none.appending(spelt) == spelt)
        #expect(spelt.appending(none) == spelt)
    }
}
