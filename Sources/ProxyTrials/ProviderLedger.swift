internal import FakeProvider
internal import ProxyLoad

/// The calls that reached the provider, by their numbers.
struct ProviderLedger: Sendable {
    private(set) var calls: [Int: ProviderCall] = [:]
    init(_ received: [FakeCall]) {
        for call in received {
            guard let number = call.header(LoadClient.numberHeader).flatMap({ Int($0) }) else { continue }
            if calls[number] != nil {
                calls[number]?.timesSeen += 1
            } else {
                calls[number] = ProviderCall(
                    usage: Self.classes(of: call.usage), bodyID: call.bodyID, status: call.status)
            }
        }
    }

    private static func classes(of usage: FakeUsage?) -> [String: Int] {
        guard let usage else { return [:] }
        let classes = [
            "input": usage.prompt - usage.cached, "cache_read": usage.cached, "output": usage.completion,
            "reasoning": usage.reasoning,
        ]
        return classes.filter { $0.value != 0 }
    }

    /// Several ledgers, which share no call, as one.
    init(joining ledgers: [ProviderLedger]) {
        for ledger in ledgers { calls.merge(ledger.calls) { first, _ in first } }
    }

    /// The ledger of these calls.
    init(calls: [Int: ProviderCall]) { self.calls = calls }
}
