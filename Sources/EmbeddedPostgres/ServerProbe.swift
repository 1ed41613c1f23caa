import CProcess

/// Asks a server whether it takes connections.
struct ServerProbe {
    /// What the server said.
    enum Answer: Equatable {
        /// Nobody listens.
        case absent
        /// It listens, but is starting, stopping or too slow to answer.
        case notYet
        /// It takes connections.
        case ready
        /// It runs, but has no such database or user.
        case foreign(sqlState: String)
    }

    /// How long each of a probe's waits may last, in milliseconds.
    private static let timeoutMilliseconds: Int32 = 2000
    /// Room for a SQLSTATE and its final zero.
    private static let sqlStateBytes = 6

    let socket: String

    /// The answer, and the pid of the process that listens (0 when unknown).
    func ask() -> (answer: Answer, listener: Int32) {
        var state = [CChar](repeating: 0, count: Self.sqlStateBytes)
        var listener: Int32 = 0
        let answer = unsafe cprocess_ask_server(
            socket, ServerSettings.user, ServerSettings.database, Self.timeoutMilliseconds, &state, &listener)
        let sqlState = String(decoding: state.prefix(while: { $0 != 0 }).map(UInt8.init(bitPattern:)), as: UTF8.self)
        return (Self.interpret(answer, sqlState: sqlState), listener)
    }

    /// Being refused for the moment is "not yet", for want of a free connection "ready"; other refusals stay.
    static func interpret(_ answer: cprocess_answer, sqlState: String) -> Answer {
        switch answer {
        case CPROCESS_ANSWER_ABSENT: .absent
        case CPROCESS_ANSWER_WELCOME: .ready
        case CPROCESS_ANSWER_REFUSAL where sqlState == "57P03": .notYet
        case CPROCESS_ANSWER_REFUSAL where sqlState == "53300": .ready
        case CPROCESS_ANSWER_REFUSAL: .foreign(sqlState: sqlState)
        default: .notYet
        }
    }
}
