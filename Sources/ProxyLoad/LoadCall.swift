/// One call of a load, and what its client has received.
package struct LoadCall: Sendable {
    /// How the connection left the call.
    package enum Ending: Sendable {
        /// The response came whole, by its own framing.
        case whole
        /// The connection broke before.
        case cut
    }

    /// Its number, which no other call has: the mark by which its event is known, in the tag `call`.
    package let number: Int
    /// Its shape.
    package let kind: CallKind
    /// The status of the response, `nil` when no head came.
    package internal(set) var status: Int?
    /// What `X-Tally-Event-Id` says.
    package internal(set) var eventID: String?
    /// Whether the terminal event of a stream came: its text, whatever followed.
    package internal(set) var hasTerminalEvent = false
    /// The bytes of the body that came.
    package internal(set) var bodyBytes = 0
    /// The beginning of the body of a response other than 200.
    package internal(set) var refusal: [UInt8] = []
    /// How it ended.
    package internal(set) var ending = Ending.cut

    /// A call of which nothing has been received.
    ///
    /// - Parameters:
    ///   - number: Its number.
    ///   - mix: The mix it is of.
    package init(number: Int, of mix: LoadMix) {
        self.number = number
        kind = CallKind(number: number, of: mix)
    }

    /// Whether the client may rely on the response: it came whole, or its terminal event did.
    package var isComplete: Bool { ending == .whole || hasTerminalEvent }

    /// Whether it was served and came whole.
    package var isServed: Bool { status == 200 && ending == .whole }
}
