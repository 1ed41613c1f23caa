internal import ProxyLoad

/// What a load came to, as its clients and the provider say.
struct Traffic: Sendable {
    /// What its calls are charged to.
    let project: String
    /// The calls, as their clients saw them.
    var calls: [LoadCall]
    /// Those that reached the provider.
    var ledger: ProviderLedger

    /// What one load came to.
    init(project: String, calls: [LoadCall], ledger: ProviderLedger) {
        self.project = project
        self.calls = calls
        self.ledger = ledger
    }

    /// Several loads as one.
    init(joining loads: [Traffic]) {
        project = loads.map(\.project).joined(separator: ", ")
        calls = loads.flatMap(\.calls)
        ledger = ProviderLedger(joining: loads.map(\.ledger))
    }

    /// The calls that were not served whole.
    var unserved: [LoadCall] { calls.filter { !$0.isServed } }
}
