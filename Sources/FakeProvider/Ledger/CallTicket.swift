/// A call's place in the ledger, with which its end is noted.
struct CallTicket: Sendable {
    let ledger: CallLedger
    let number: Int

    /// Notes how the call ended.
    func end(_ outcome: FakeCall.Outcome) { ledger.end(number, outcome) }
}
