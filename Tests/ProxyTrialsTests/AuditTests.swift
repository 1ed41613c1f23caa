import Testing

@testable import ProxyLoad
@testable import ProxyTrials

/// An audit finds what is missing, too much or wrong, and nothing else.
struct AuditTests {
    /// Four calls: a body and a stream that came whole, a stream of which all but its end came, and one that was cut.
    private static func traffic() -> Traffic {
        var calls = (1...4).map { LoadCall(number: $0, of: .sound) }
        for index in calls.indices {
            calls[index].status = 200
            calls[index].eventID = "event-\(index + 1)"
            calls[index].ending = index < 2 ? .whole : .cut
        }
        calls[1].hasTerminalEvent = true
        calls[2].hasTerminalEvent = true
        let ledger = ProviderLedger(calls: Dictionary(uniqueKeysWithValues: (1...4).map { ($0, served($0)) }))
        return Traffic(project: "p", calls: calls, ledger: ledger)
    }

    private static func served(_ number: Int) -> ProviderCall {
        var usage = ["input": 10 + number, "output": 5 * number]
        if number % 2 == 1 { usage["cache_read"] = 1 }
        return ProviderCall(usage: usage, bodyID: number == 2 ? "" : "body-\(number)", status: 200)
    }

    private static func event(_ number: Int) -> RecordedEvent {
        RecordedEvent(
            eventID: "event-\(number)", requestID: number == 2 ? nil : "body-\(number)", tags: ["call": "\(number)"],
            usage: served(number).usage, status: 200, outcome: "complete", stream: number % 2 == 0, cost: "0.01")
    }

    private static func audit(
        of traffic: Traffic = traffic(), _ events: [RecordedEvent],
        expecting expectation: Audit.Expectation = .wholeCalls
    ) -> Audit {
        Audit(traffic, events, expecting: expectation)
    }

    @Test func wholeCallsWithTheirEventsAreClean() {
        for events in [1...3, 1...4] {
            let audit = Self.audit(events.map(Self.event))
            #expect(audit.isClean, "\(audit.findings)")
            #expect(audit.complete == 3)
            #expect(audit.cutMidStream == 1)
            #expect(audit.findings.isEmpty)
        }
    }

    @Test(arguments: 1...3)
    func eventOfAWholeCallIsMissed(number: Int) {
        let audit = Self.audit([1, 2, 3].filter { $0 != number }.map(Self.event))
        #expect(audit.missing.count == 1)
        #expect(audit.missing.first?.contains("call \(number) ") == true)
    }

    @Test func eventOfACutCallIsMissedOnlyWhereNothingWasKilled() {
        let events = (1...3).map(Self.event)
        #expect(Self.audit(events).isClean)
        #expect(Self.audit(events, expecting: .everyCall).missing.count == 1)
    }

    @Test func eventsWithoutACallOrTooManyAreExtra() {
        let events = (1...3).map(Self.event)
        var stranger = Self.event(9)
        #expect(Self.audit(events + [stranger]).extra.count == 1)
        stranger.tags = [:]
        #expect(Self.audit(events + [stranger]).extra.count == 1)
        // The same call under another identity, and the same identity twice.
        var second = Self.event(1)
        second.eventID = "event-other"
        #expect(Self.audit(events + [second]).extra.count == 1)
        #expect(!Self.audit(events + [Self.event(1)]).extra.isEmpty)
    }

    @Test func callThatNeverReachedTheProviderIsNoServedCall() {
        var traffic = Self.traffic()
        traffic.ledger = ProviderLedger(calls: traffic.ledger.calls.filter { $0.key != 2 })
        #expect(Self.audit(of: traffic, (1...3).map(Self.event)).extra.count == 1)
    }

    @Test func eventThatSaysSomethingElseIsWrong() {
        expectWrong { $0.eventID = "event-9" }
        expectWrong { $0.usage?["output"] = 1 }
        expectWrong { $0.usage?["cache_read"] = nil }
        expectWrong { $0.usage = nil }
        expectWrong { $0.outcome = "interrupted" }
        expectWrong { $0.stream = true }
        expectWrong { $0.requestID = "other" }
        expectWrong { $0.requestID = "" }
        expectWrong { $0.status = 500 }
    }

    private func expectWrong(
        sourceLocation: SourceLocation = #_sourceLocation, _ change: (inout RecordedEvent) -> Void
    ) {
        var events = (1...3).map(Self.event)
        change(&events[0])
        let audit = Self.audit(events)
        #expect(!audit.wrong.isEmpty, sourceLocation: sourceLocation)
        #expect(audit.missing.isEmpty, sourceLocation: sourceLocation)
    }

    @Test func callThatReachedTheProviderTwiceIsWrong() {
        var traffic = Self.traffic()
        var calls = traffic.ledger.calls
        calls[1]?.timesSeen = 2
        traffic.ledger = ProviderLedger(calls: calls)
        #expect(Self.audit(of: traffic, (1...3).map(Self.event)).wrong.count == 1)
    }

    @Test func callThatPassedUnrecordedHasNoEventAndNamesNone() {
        var traffic = Self.traffic()
        traffic.calls[0].eventID = nil
        #expect(!Self.audit(of: traffic, [2, 3].map(Self.event)).wrong.isEmpty)
        let audit = Self.audit(of: traffic, [2, 3].map(Self.event), expecting: .gaps)
        #expect(audit.isClean, "\(audit.findings)")
        #expect(audit.unrecorded == 1)
        #expect(Self.audit(of: traffic, (1...3).map(Self.event), expecting: .gaps).extra.count == 1)
        #expect(Self.audit(of: traffic, [Self.event(2)], expecting: .gaps).missing.count == 1)
    }

    @Test func refusalsNeedNoEvent() {
        var traffic = Self.traffic()
        traffic.calls[0].status = 503
        traffic.calls[0].eventID = nil
        traffic.ledger = ProviderLedger(calls: traffic.ledger.calls.filter { $0.key != 1 })
        #expect(Self.audit(of: traffic, [2, 3, 4].map(Self.event), expecting: .everyCall).isClean)
        #expect(!Self.audit(of: traffic, (1...4).map(Self.event)).isClean)
    }

    @Test func sumsOfAReportAreThoseOfTheEvents() throws {
        let events = (1...3).map(Self.event)
        let json = #"{"totals":{"requests":3,"tokens":{"input":36,"cache_read":2,"output":30},"cost":"0.03"}}"#
        #expect(try UsageTotals(json: .init(json.utf8)).difference(from: events) == nil)
        for (right, other) in [("\"requests\":3", "\"requests\":2"), ("36", "33"), ("0.03", "0.02")] {
            let totals = try UsageTotals(json: .init(json.replacing(right, with: other).utf8))
            #expect(totals.difference(from: events) != nil)
        }
    }
}
