internal import Foundation
internal import NIOCore

/// What all event loops of a provider share.
struct SharedState: Sendable {
    let settings: FakeProviderSettings
    let counters = CounterBoard()
    let ledger: CallLedger?
    let ids: IssuedIDs
    /// Seconds since 1970, less those the clock of NIO shows.
    let clockOffset: Int

    init(_ settings: FakeProviderSettings) {
        self.settings = settings
        ledger = settings.keepsLedger ? CallLedger(capacity: settings.ledgerCapacity) : nil
        ids = IssuedIDs(seed: settings.seed, emptyPercent: settings.emptyIDPercent)
        clockOffset = Int(Date().timeIntervalSince1970) - Int(NIODeadline.now().uptimeNanoseconds / 1_000_000_000)
    }
}
