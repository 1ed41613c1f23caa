import FastJSON
import TallyConfig
import TallyCore
import TallyMetering
import Testing

/// The recorded shapes of every provider give the classes, the costs and the ending that are expected of them.
struct FixtureTests {
    @Test func thereAreFixtures() {
        #expect(Fixture.all.count == 43)
    }

    @Test(arguments: Fixture.all)
    func theClassesAreDisjointAndWhole(_ fixture: Fixture) throws {
        let read = try fixture.read()
        try fixture.with { entry in
            expect(read.usage, is: try Fixture.expected(entry))
            let others = entry["expected_lines"].map { Array($0.elements.dropFirst()) } ?? []
            #expect(read.parts.map(\.model) == others.map { $0["model"]?.string })
            for (part, line) in zip(read.parts, others) { expect(part.usage, is: line) }
        }
        #expect(read.refusal == nil)
        #expect(!read.warnings.contains(.totalsContradict) && !read.warnings.contains(.partsContradict))
    }

    private func expect(_ usage: UsageBuckets?, is expected: JSONValue) {
        for usageClass in UsageClass.allCases where usageClass != .requests {
            guard let value = expected[usageClass.name] else {
                #expect(usage?.quantity(usageClass) ?? 0 == 0, "\(usageClass.name) is not expected")
                continue
            }
            guard let text = value.numberText?.string ?? value.string else {
                #expect(usage?[usageClass] == nil, "\(usageClass.name) is unknown")
                continue
            }
            let scale = usageClass.storedPerUnit == 1 ? 0 : 6
            let quantity = try? DecimalText(text)?.rescaled(to: scale).get()
            #expect(usage != nil && usage.map { Int128($0.quantity(usageClass)) } == quantity, "\(usageClass.name)")
        }
    }

    @Test(arguments: Fixture.all)
    func theRestOfTheCallIsRead(_ fixture: Fixture) throws {
        let read = try fixture.read()
        try fixture.with { entry in
            let expected = try Fixture.expected(entry)
            let response = try Fixture.response(entry)
            // Who was asked for which model may say more than the response does.
            let asked = entry["request"]?["body"]?["model"]?.string?.prefix { $0 != ":" }
            if read.model != expected["model"]?.string, read.model != response["body"]?["model"]?.string {
                #expect(asked.map(String.init) == expected["model"]?.string || read.model == nil)
            }
            if let served = response["headers"]?["x-inference-provider"]?.string { #expect(read.provider == served) }
            if let tier = expected["service_tier"]?.string { #expect(read.serviceTier == tier) }
            let outcome: Outcome? =
                switch expected["finish"]?.string {
                case "aborted", "truncated", "canceled": .interrupted
                case "error": .failed
                case "complete": .complete
                default: (response["status"]?.int64 ?? 200) >= 400 ? .failed : .complete
                }
            #expect(read.outcome == outcome)
            // Who left is not in the response.
            if response["aborted_by"] == nil { #expect(read.isBilled == expected["billable"]?.bool) }
        }
    }

    @Test(arguments: Fixture.all)
    func whatTheHostSaysItCostIsKept(_ fixture: Fixture) throws {
        let read = try fixture.read()
        try fixture.with { entry in
            let expected = try Fixture.expected(entry)
            guard let said = expected["provider_cost_usd"]?.string else {
                #expect(read.reportedCost == nil && read.estimatedCost == nil)
                return
            }
            var cost = try Money(parsing: said)
            // With a key of one's own the provider's bill comes on top of the router's fee.
            if let upstream = expected["upstream_cost_usd"]?.string { cost += try Money(parsing: upstream) }
            // DeepInfra's is an estimate, and behind Hugging Face nobody else is the biller.
            if fixture.name == "deepinfra_estimated_cost" {
                #expect(read.reportedCost == nil && read.estimatedCost == cost)
            } else {
                #expect(read.reportedCost == cost && read.estimatedCost == nil)
            }
        }
    }

    @Test func theShippedPricesGiveTheListedCosts() throws {
        let book = try BuiltInAssets.priceTable().makeBook()
        guard case .instant(let time)? = TimeText("2026-10-30T12:00:00Z") else { throw CancellationError() }
        var count = 0
        for fixture in Fixture.all {
            let read = try fixture.read()
            try fixture.with { entry in
                let expected = try Fixture.expected(entry)
                guard let listed = expected["list_cost_usd"]?.string else { return }
                let seller = try #require(expected["provider"]?.string)
                let (biller, provider) = book.aliases.resolve(biller: nil, provider: seller)
                let offering = Offering(
                    biller: biller, provider: provider, model: expected["model"]?.string, serviceTier: read.serviceTier)
                let charge = book.charge(for: offering, usage: read.usage, at: time)
                let cost = try Money(parsing: listed)
                #expect(charge.cost == cost, "\(fixture.testDescription)")
                count += 1
            }
        }
        #expect(count == 9)
    }
}
