import TallyCore
import Testing

struct PriceBookTests {
    private let million = UsageBuckets.of([.input: 1_000_000])

    /// I8: the provider's own, then any provider's, never another biller's; an exact id, then the longest beginning.
    @Test(
        arguments: [
            ("b", "p", "m", "1.00"), ("b", "p", "M", "1.00"), ("b", "p", "m-2", "2.00"),
            ("b", "p", "m-long-name", "3.00"),
            ("b", "p", "other", "5.00"), ("b", "q", "m", "4.00"), ("b", "q", "m-2", "no_price"),
            ("b", "q", "other", "5.00"), ("b", nil, "m", "4.00"), ("b", nil, "other", "5.00"),
            ("b", nil, "m-2", "no_price"), ("c", "p", "m", "no_price"), ("c", "c", "x", "6.00"),
            ("c", nil, "x", "no_price"),
            (nil, "p", "m", "no_price"), ("b", "p", nil, "model_unknown"), ("b", "p", "", "no_price"),
        ] as [(String?, String?, String?, String)])
    func looksUpInTheOrderOfTheDesign(_ biller: String?, _ provider: String?, _ model: String?, _ expected: String)
        throws
    {
        let book = try PriceBook(prices: [
            .make(.input, "1", model: "m"), .make(.input, "2", model: "m-*"), .make(.input, "3", model: "m-long-*"),
            .make(.input, "4", provider: nil, model: "m"), .make(.input, "5", provider: nil, model: "OTHER"),
            .make(.input, "6", biller: "c", provider: "c", model: "*"),
        ])
        #expect(try book.charge(million, biller: biller, provider: provider, model: model).text == expected)
    }

    @Test func aModelsOwnPricesAreNotMixedWithABroaderRows() throws {
        let book = try PriceBook(prices: [
            .make(.output, "1", model: "m", from: "2026-01-01T00:00:00Z"), .make(.input, "2", model: "*"),
            .make(.input, "3", provider: nil, model: "m"),
        ])
        #expect(try book.charge(million).text == "class_not_priced")
        #expect(try book.charge(million, at: "2025-12-31T23:59:59Z").text == "before_first_price")
        #expect(try book.charge(million, model: "m2").text == "2.00")
    }

    @Test func spellingsAreFiledUnderOneName() throws {
        var aliases = ProviderAliases()
        aliases.add("x-ai", for: "xai")
        let book = try PriceBook(
            prices: [.make(.input, "1", biller: "X-AI", provider: "X-ai", model: "Grok")], aliases: aliases)
        #expect(try book.charge(million, biller: "xai", provider: "xai", model: "grok").text == "1.00")
    }

    /// I5, I8: by the time of the request, from the first instant to just before the last.
    @Test(arguments: [
        ("2025-12-31T23:59:59.999999Z", "before_first_price"), ("2026-01-01T00:00:00Z", "1.00"),
        ("2026-01-31T23:59:59.999999Z", "1.00"), ("2026-02-01T00:00:00Z", "2.00"),
        ("2026-02-28T23:59:59.999999Z", "2.00"), ("2026-03-01T00:00:00Z", "1.00"),
        ("2026-04-01T00:00:00Z", "no_price_at_time"), ("2026-05-01T00:00:00Z", "5.00"),
        ("2099-12-31T00:00:00Z", "5.00"),
    ])
    func pricesHoldFromTheirFirstInstantToBeforeTheirLast(_ time: String, _ expected: String) throws {
        let book = try PriceBook(prices: [
            .make(.input, "5", from: "2026-05-01T00:00:00Z"),
            .make(.input, "1", from: "2026-01-01T00:00:00Z", to: "2026-04-01T00:00:00Z"),
            // A promotion within it, after which the old price holds again.
            .make(.input, "2", from: "2026-02-01T00:00:00Z", to: "2026-03-01T00:00:00Z"),
        ])
        #expect(try book.charge(million, at: time).text == expected)
    }

    @Test func aPriceWithoutABeginningHoldsFromEver() throws {
        let book = try PriceBook(prices: [
            .make(.input, "1", to: "2026-01-01T00:00:00Z"), .make(.input, "2", from: "2026-06-01T00:00:00Z"),
        ])
        #expect(try book.charge(million, at: "2000-01-01T00:00:00Z").text == "1.00")
        #expect(try book.charge(million, at: "2026-03-01T00:00:00Z").text == "no_price_at_time")
        #expect(try book.charge(million, at: "2026-06-01T00:00:00Z").text == "2.00")
    }

    @Test func ofTwoThatHoldAlikeTheLaterWins() throws {
        let book = try PriceBook(prices: [.make(.input, "1"), .make(.input, "2")])
        #expect(try book.charge(million).text == "2.00")
    }

    /// I8: strictly above the threshold, by the whole request's input, cached and written tokens included.
    @Test(
        arguments: [
            (200_000, 0, "0.20"), (199_999, 1, "0.199999"), (199_999, 2, "0.399998"), (200_001, 0, "0.400002"),
            (1, 1_000_000, "0.000003"), (0, 1_000_000, "0.00"),
        ] as [(Int64, Int64, String)])
    func theContextTierIsThatOfTheWholeRequest(_ input: Int64, _ cached: Int64, _ expected: String) throws {
        let book = try PriceBook(prices: [
            .make(.input, "1"), .make(.input, "2", above: 200_000), .make(.input, "3", above: 1_000_000),
            .make(.cacheRead, "0"),
        ])
        #expect(try book.charge(.of([.input: input, .cacheRead: cached])).text == expected)
    }

    @Test(arguments: [
        ("16:29:59.999999", "1.00"), ("16:30:00", "2.00"), ("23:59:59", "2.00"), ("00:00:00", "2.00"),
        ("00:29:59.999999", "2.00"), ("00:30:00", "1.00"), ("12:00:00", "1.00"),
    ])
    func hoursRunAcrossMidnight(_ time: String, _ expected: String) throws {
        let window = try #require(DailyWindow(startMinute: 16 * 60 + 30, endMinute: 30))
        let book = try PriceBook(prices: [.make(.input, "1"), .make(.input, "2", window: window)])
        for day in ["1969-12-31", "2026-06-01"] {
            #expect(try book.charge(million, at: "\(day)T\(time)Z").text == expected)
        }
    }

    @Test func outsideTheHoursThereMayBeNoPrice() throws {
        let window = try #require(DailyWindow(startMinute: 60, endMinute: 120))
        let book = try PriceBook(prices: [
            .make(.input, "1", window: window), .make(.input, "2", from: "2026-07-01T00:00:00Z"),
        ])
        #expect(try book.charge(million, at: "2026-06-01T01:00:00Z").text == "1.00")
        #expect(try book.charge(million, at: "2026-06-01T02:00:00Z").text == "no_price_at_time")
        #expect(try book.charge(million, at: "2026-06-01T00:59:59Z").text == "no_price_at_time")
        #expect(try book.charge(million, at: "2026-07-01T02:00:00Z").text == "2.00")
        #expect(try book.charge(million, at: "2026-07-01T01:00:00Z").text == "1.00")
    }

    @Test(
        arguments: [
            (nil, "1.00"), ("default", "1.00"), ("batch", "0.50"), ("flex", "0.75"), ("Batch", "1.00"),
        ] as [(String?, String)])
    func aServiceTierWithoutItsOwnPriceHasTheDefaultOne(_ tier: String?, _ expected: String) throws {
        let book = try PriceBook(prices: [
            .make(.input, "0.5", tier: "batch"), .make(.input, "1"), .make(.input, "0.75", tier: "flex"),
        ])
        #expect(try book.charge(million, tier: tier).text == expected)
    }

    @Test func theServiceTierComesBeforeHoursContextAndDate() throws {
        let window = try #require(DailyWindow(startMinute: 0, endMinute: 720))
        let book = try PriceBook(prices: [
            .make(.input, "1", tier: "batch"), .make(.input, "2", window: window), .make(.input, "4", above: 10),
            .make(.input, "8", from: "2026-01-01T00:00:00Z"),
        ])
        #expect(try book.charge(million, at: "2026-06-01T01:00:00Z", tier: "batch").text == "1.00")
        #expect(try book.charge(million, at: "2026-06-01T01:00:00Z").text == "2.00")
        #expect(try book.charge(million, at: "2026-06-01T13:00:00Z").text == "4.00")
        #expect(try book.charge(.of([.input: 10]), at: "2026-06-01T13:00:00Z").text == "0.00008")
    }

    @Test func equalPricesHaveEqualIDsAndOthersDoNot() throws {
        let window = try #require(DailyWindow(startMinute: 1, endMinute: 2))
        let other = try #require(DailyWindow(startMinute: 1, endMinute: 3))
        let day = "2026-01-01T00:00:00Z"
        let plain = try Price.make(.input, "1")
        #expect(try Price.make(.input, "1.000", source: "elsewhere").id == plain.id)
        #expect(plain.id.hasPrefix("price_") && plain.id.utf8.count == 22)
        let different: [Price] = try [
            plain, .make(.output, "1"), .make(.input, "2"), .make(.input, "1", per: 1000),
            .make(.input, "1", biller: "c"), .make(.input, "1", provider: "q"), .make(.input, "1", provider: nil),
            .make(.input, "1", provider: ""), .make(.input, "1", model: "n"), .make(.input, "1", model: "m*"),
            .make(.input, "1", from: day), .make(.input, "1", to: day), .make(.input, "1", above: 1),
            .make(.input, "1", above: 2), .make(.input, "1", window: window), .make(.input, "1", window: other),
            .make(.input, "1", tier: "batch"), .make(.input, "0"), .make(.input, "0", isFree: true),
            .make(.input, "1", biller: "bp", provider: ""), .make(.input, "1", biller: "b", provider: "pm", model: ""),
        ]
        #expect(Set(different.map(\.id)).count == different.count)
    }

    /// I9: what a price file can make the book hold has a limit, and the error names the model and the mend.
    @Test func refusesPricesThatTellTooManyCasesApart() throws {
        let largest = try Self.prices("m", thresholds: 7)
        #expect(PriceBook.maximumCasesOfModel == 4096)
        #expect(try PriceBook(prices: largest).charge(.of([.input: 1_000_000])).text == "1.00")
        let tooMany = try Self.prices("m", thresholds: 8)
        let error = PriceBookError.tooManyCases(biller: "b", provider: "p", model: "m")
        #expect(throws: error) { try PriceBook(prices: tooMany) }
        #expect(throws: error) { try PriceTable(prices: tooMany, aliases: ProviderAliases()).makeBook() }
        #expect(
            error.description
                == "the prices of model 'm' (biller b, provider p) tell more than 4096 cases apart; "
                + "use fewer dates, hours, context thresholds or service tiers")
        #expect(
            PriceBookError.tooManyCases(biller: "b", provider: nil, model: "m").description.contains("provider any"))
    }

    @Test func refusesABookThatIsTooLargeAsAWhole() throws {
        let models = PriceBook.maximumCases / PriceBook.maximumCasesOfModel + 1
        let prices = try (1...models).flatMap { try Self.prices("m\($0)", thresholds: 7) }
        #expect(throws: PriceBookError.bookTooLarge) { try PriceBook(prices: prices) }
        #expect(PriceBookError.bookTooLarge.description.contains("\(PriceBook.maximumCases) cases"))
    }

    /// Prices of one model with 8 slices of time, hours and service tiers each, multiplied by those of the context.
    private static func prices(_ model: String, thresholds: Int64) throws -> [Price] {
        try (1...7).flatMap { index -> [Price] in
            [
                try .make(.input, "1", model: model, from: "202\(index)-01-01T00:00:00Z"),
                try .make(.input, "1", model: model, tier: "t\(index)"),
                try .make(.input, "1", model: model, window: DailyWindow(startMinute: index, endMinute: index + 1)),
            ]
        } + (1...thresholds).map { try .make(.input, "1", model: model, above: $0) }
    }
}
