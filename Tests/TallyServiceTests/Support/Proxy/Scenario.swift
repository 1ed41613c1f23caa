import FakeProvider
import TallyCore
import TallyMetering
import TallyTestSupport
import Testing

@testable import TallyService

/// One call, how it is answered, what its client then sees, and what is recorded.
struct Scenario: Sendable, CustomTestStringConvertible {
    /// What a client sees.
    enum Sight: Sendable, Equatable {
        /// A response that ends as its framing says.
        case whole(Int)
        /// A response that is broken off after its head.
        case cutOff(Int)
        /// An error of the proxy's own, by its status and code.
        case refusal(Int, String)
    }

    /// What is known of a call's usage.
    enum Usage: Sendable {
        /// All of it.
        case known
        /// What was stated before the end.
        case partly
        /// Nothing, which is not zero.
        case unknown
        /// That nothing was used.
        case nothing
    }

    let name: String
    var call: TestCall
    var sight: Sight
    var outcome: Outcome
    var status: Int?
    var error: ErrorType?
    var usage: Usage
    var isStream = false

    init(
        _ name: String, _ call: TestCall, script: [(ScriptItem, String)] = [], _ sight: Sight,
        _ outcome: Outcome, _ error: ErrorType?, _ usage: Usage, stream: Bool = false
    ) {
        self.name = name
        self.call = call.scripted(script)
        self.sight = sight
        self.outcome = outcome
        self.error = error
        self.usage = usage
        isStream = stream
        status =
            switch sight {
            case .whole(let status), .cutOff(let status): status
            case .refusal: nil
            }
    }

    var testDescription: String { name }

    /// The same, where the upstream had answered with a status before the proxy refused.
    func answered(_ status: Int) -> Scenario {
        var scenario = self
        scenario.status = status
        return scenario
    }

    /// Makes the call and compares.
    ///
    /// - Returns: What was seen and recorded, for what else there is to compare.
    @discardableResult
    func check(_ setup: ProxySetup = ProxySetup()) async throws -> (seen: SeenResponse, event: UsageEvent) {
        var result: (SeenResponse, UsageEvent)?
        try await ProxyStage.run(setup) { stage in
            let seen = try await stage.response(to: call)
            expect(seen)
            let event = try await stage.event()
            #expect(seen["x-tally-event-id"] == event.identity.description)
            expect(event, as: stage.provider.calls.last?.usage)
            // The connection to the upstream must be none the worse for it.
            #expect(try await stage.response(to: .models).status == 200)
            result = (seen, event)
        }
        return try #require(result)
    }

    /// Compares what a client saw.
    func expect(_ seen: SeenResponse) {
        switch sight {
        case .whole(let status):
            #expect(seen.status == status)
            #expect(seen.ending == .whole)
        case .cutOff(let status):
            #expect(seen.status == status)
            #expect(seen.ending == .cutOff)
        case .refusal(let status, let code):
            #expect(seen.status == status)
            #expect(seen.text.contains("\"code\":\"\(code)\""), "\(seen.text)")
            #expect(seen.ending == .whole)
        }
    }

    /// Compares what was recorded.
    func expect(_ event: UsageEvent, as used: FakeUsage?) {
        #expect(event.outcome == outcome)
        #expect(event.status == status)
        #expect(event.details?.errorType == error)
        #expect(event.isStream == isStream)
        let recorded = event.usage
        switch usage {
        case .known:
            #expect(recorded?.inputTokens == used.map { Int64($0.prompt) })
            #expect(recorded?[.output] == used.map { Int64($0.completion) })
        case .partly: #expect(recorded != nil && recorded != .nothing)
        case .unknown: #expect(recorded == nil)
        case .nothing: #expect(recorded == .nothing)
        }
    }
}
