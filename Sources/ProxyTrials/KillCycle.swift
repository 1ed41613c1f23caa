/// When the daemon is killed in one cycle of a ``KillTrial``.
package struct KillCycle: Sendable {
    /// A moment under load.
    package enum Moment: Sendable {
        /// When so many pieces of responses have come to the clients.
        case pieces(Int)
        /// So long after the load began.
        case delay(Duration)
    }

    /// A moment of a start.
    package enum StartMoment: Sendable, CaseIterable {
        /// The process is there.
        case spawned
        /// It has taken the data directory, and goes on with PostgreSQL.
        case locked
        /// It accepts calls, and moves what the one before has left.
        case ready
        /// It has just stored some of what was recorded, which may still lie in its spool.
        case stored
    }

    private static let pieces = 100...6_000
    private static let milliseconds = 200...2_000
    private static let cutStarts = 0...2

    /// The moment under load.
    package let moment: Moment
    /// Starts afterwards that are cut short, each at its moment.
    package let cutStarts: [StartMoment]

    private init(_ moment: Moment, _ random: inout some RandomNumberGenerator) {
        self.moment = moment
        let count = Int.random(in: Self.cutStarts, using: &random)
        cutStarts = (0..<count).compactMap { _ in StartMoment.allCases.randomElement(using: &random) }
    }

    /// A cycle whose kill strikes at something that comes to a client.
    ///
    /// - Parameter random: What it is drawn from.
    /// - Returns: The cycle.
    package static func atPiece(using random: inout some RandomNumberGenerator) -> KillCycle {
        KillCycle(.pieces(Int.random(in: pieces, using: &random)), &random)
    }

    /// A cycle whose kill strikes 0.2 to 2 seconds after the load began.
    ///
    /// - Parameter random: What it is drawn from.
    /// - Returns: The cycle.
    package static func atTime(using random: inout some RandomNumberGenerator) -> KillCycle {
        KillCycle(.delay(.milliseconds(Int.random(in: milliseconds, using: &random))), &random)
    }
}
