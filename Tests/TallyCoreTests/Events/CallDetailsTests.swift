import TallyCore
import Testing

struct CallDetailsTests {
    private func event(_ details: CallDetails?) -> UsageEvent {
        var event = UsageEvent(identity: EventIdentity(high: 0, low: 1), time: .earliestEvent)
        event.details = details
        return event
    }

    @Test func detailsOfWhichNoneAreKnownAreNone() {
        #expect(event(CallDetails()).details == nil)
        #expect(event(CallDetails()) == event(nil))
        var details = CallDetails()
        details.requestBytes = 0
        #expect(!details.isEmpty)
        #expect(event(details).details == details)
        #expect(event(details) != event(nil))
    }

    @Test func eventsAreEqualWhenTheirDetailsSayTheSame() {
        var details = CallDetails()
        details.upstream = "openrouter"
        details.errorType = .rateLimited
        #expect(event(details) == event(details))
        var other = details
        other.retryAfterMs = 1
        #expect(event(details) != event(other))
    }

    @Test func aCopyThatIsChangedLeavesTheOther() {
        var details = CallDetails()
        details.upstream = "one"
        let first = event(details)
        var second = first
        second.details?.upstream = "two"
        #expect(first.details?.upstream == "one" && second.details?.upstream == "two")
        second.details?.upstream = nil
        #expect(second.details == nil)
    }
}
