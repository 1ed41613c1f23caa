internal import ProxyLoad

/// What became of the calls of a load: of each, what its client, its provider and Tally say.
package struct Audit: Sendable {
    /// What has to have an event, beside every call that its client has whole.
    enum Expectation: Sendable {
        /// Nothing: the daemon was killed, and calls with it.
        case wholeCalls
        /// Every call that reached the provider: nothing was killed.
        case everyCall
        /// Nothing, and calls passed that could not be recorded: those whose clients were told no event.
        case gaps
    }

    /// The most findings of one kind that are told.
    private static let shown = 5

    /// Calls sent.
    package let calls: Int
    /// Calls whose response, or terminal event, its client had whole.
    package private(set) var complete = 0
    /// Calls whose stream broke after its head had come.
    package private(set) var cutMidStream = 0
    /// Calls that passed without being recorded.
    package private(set) var unrecorded = 0
    /// Events recorded.
    package let events: Int
    /// Events that should be there and are not.
    package private(set) var missing: [String] = []
    /// Events that should not be there.
    package private(set) var extra: [String] = []
    /// Events, and responses, that say something else than happened.
    package private(set) var wrong: [String] = []

    /// Compares.
    ///
    /// - Parameters:
    ///   - traffic: What the clients and the provider say.
    ///   - events: The events recorded.
    ///   - expectation: What has to have an event.
    init(_ traffic: Traffic, _ events: [RecordedEvent], expecting expectation: Expectation) {
        let (calls, provider) = (traffic.calls, traffic.ledger)
        self.calls = calls.count
        self.events = events.count
        let sent = Dictionary(calls.map { ($0.number, $0) }) { first, _ in first }
        var byCall: [Int: [RecordedEvent]] = [:]
        for event in events {
            if let number = event.call, sent[number] != nil {
                byCall[number, default: []].append(event)
            } else {
                extra.append("event \(event.eventID) is of no call that was sent")
            }
        }
        findDoubles(events)
        for call in calls {
            let found = byCall[call.number] ?? []
            examine(call, found, expectation)
            let isWhole = call.isComplete && call.eventID != nil
            let isServed = expectation == .everyCall && provider.calls[call.number] != nil
            if found.isEmpty, isWhole || isServed {
                let reason = isWhole ? "its client has it whole" : "the provider served it"
                missing.append("call \(call.number) (\(call.kind)) has no event, though \(reason)")
            }
            if let event = found.first { examine(event, of: call, provider.calls[call.number]) }
        }
    }

    /// Whether nothing is missing, too much or wrong.
    package var isClean: Bool { missing.isEmpty && extra.isEmpty && wrong.isEmpty }

    /// The counts, on one line.
    package var summary: String {
        "\(calls) calls, \(complete) complete, \(cutMidStream) cut mid-stream, \(events) events, "
            + "\(missing.count) missing, \(extra.count) extra, \(wrong.count) wrong"
    }

    /// The first of each kind of finding, one a line; empty when all is clean.
    package var findings: [String] {
        let kinds = [("missing", missing), ("extra", extra), ("wrong", wrong)]
        return kinds.flatMap { kind, found in found.prefix(Self.shown).map { "\(kind): \($0)" } }
    }

    /// Adds a finding from elsewhere.
    mutating func add(wrong finding: String) { wrong.append(finding) }

    private mutating func findDoubles(_ events: [RecordedEvent]) {
        var ids: Set<String> = []
        for event in events where !ids.insert(event.eventID).inserted {
            extra.append("event \(event.eventID) is there twice")
        }
    }

    /// What the client saw, and how many events there are of it.
    private mutating func examine(_ call: LoadCall, _ found: [RecordedEvent], _ expectation: Expectation) {
        if call.isComplete { complete += 1 }
        if call.kind.isStream, call.ending == .cut, !call.hasTerminalEvent, call.status == 200 { cutMidStream += 1 }
        if call.status == 200, call.eventID == nil {
            if expectation == .gaps { unrecorded += 1 } else { wrong.append("call \(call.number) was told no event") }
            if !found.isEmpty { extra.append("call \(call.number) has an event, though its client was told none") }
        }
        for _ in found.dropFirst() { extra.append("call \(call.number) (\(call.kind)) has another event") }
    }

    /// What the event says beside what happened.
    private mutating func examine(_ event: RecordedEvent, of call: LoadCall, _ provider: ProviderCall?) {
        let name = "call \(call.number) (\(call.kind))"
        if let told = call.eventID, told != event.eventID {
            wrong.append("\(name): its client was told event \(told), recorded is \(event.eventID)")
        }
        if call.isComplete, call.status == 200, event.outcome != "complete" {
            wrong.append("\(name): its client has it whole, the event says \(event.outcome)")
        }
        guard let provider else {
            if event.status == 200 { extra.append("\(name): there is an event, but no call reached the provider") }
            return
        }
        if provider.timesSeen > 1 { wrong.append("\(name) reached the provider \(provider.timesSeen) times") }
        guard event.outcome == "complete" else { return }
        if event.status != provider.status {
            wrong.append("\(name): status \(event.status ?? 0), the provider sent \(provider.status)")
        }
        if event.stream != call.kind.isStream { wrong.append("\(name): the event does not know it as it was asked") }
        let usage = event.usage?.filter { $0.value != 0 }
        if usage != provider.usage {
            wrong.append("\(name): usage \(usage ?? [:]), the provider sent \(provider.usage)")
        }
        if let id = provider.bodyID, !id.isEmpty, event.requestID != id {
            wrong.append("\(name): request id \(event.requestID ?? "none"), the provider sent \(id)")
        }
        if event.requestID == "" { wrong.append("\(name): an empty request id is kept as one") }
    }
}
