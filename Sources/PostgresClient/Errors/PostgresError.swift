/// What went wrong between a caller and PostgreSQL.
///
/// `description` is fit for logs and clients: it never holds statement text, parameter values or the server's detail.
/// `debugDescription` holds everything the server said.
package struct PostgresError: Error, Sendable, Hashable {
    /// The closed set of ways in which a call can fail.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// No session could be opened: unreachable, refused, wrong credentials, or an invalid connection string.
        case connectionFailed
        /// An open session broke; whether the statement under way took effect is unknown.
        case connectionLost
        /// The server refused a statement; `sqlState` says why and the connection stays usable.
        case server
        /// The calling task was cancelled; the statement was stopped or never sent.
        case cancelled
        /// A limit of time was reached before a connection was free or open.
        case timeout
        /// Too many callers already wait for a connection.
        case poolExhausted
        /// The pool was shut down.
        case poolClosed
        /// A transaction could not be committed because a statement in it had failed before.
        case transactionAborted
        /// A value cannot be sent to PostgreSQL.
        case encoding
        /// A value from PostgreSQL does not fit the Swift type that was asked for.
        case decoding
        /// The caller broke a rule of this module.
        case misuse
    }

    /// The kind of failure.
    package let kind: Kind
    /// The five characters of the SQLSTATE, where the server gave one.
    package internal(set) var sqlState: String?
    /// The server's primary message, or this module's own words.
    package internal(set) var message: String
    /// The server's detail; it may hold values of rows.
    package internal(set) var detail: String?
    /// The server's hint.
    package internal(set) var hint: String?
    /// The schema of the object concerned.
    package internal(set) var schema: String?
    /// The table concerned.
    package internal(set) var table: String?
    /// The column concerned.
    package internal(set) var column: String?
    /// The constraint concerned.
    package internal(set) var constraint: String?
    /// The place in the statement, in characters from 1.
    package internal(set) var position: Int?
    /// Whether the server reported that it ended the session.
    var isFatal = false
    /// The function of the server that reported the error; names a case where one SQLSTATE covers many.
    var serverFunction: String?

    init(_ kind: Kind, _ message: String, sqlState: String? = nil) {
        self.kind = kind
        self.message = message
        self.sqlState = sqlState
    }

    /// The same failure under another kind.
    func with(kind: Kind) -> PostgresError {
        var copy = PostgresError(kind, message, sqlState: sqlState)
        copy.detail = detail
        copy.hint = hint
        copy.schema = schema
        copy.table = table
        copy.column = column
        copy.constraint = constraint
        copy.position = position
        copy.isFatal = isFatal
        copy.serverFunction = serverFunction
        return copy
    }

    /// The same failure with the place in front of its message.
    func located(_ place: String) -> PostgresError {
        var copy = self
        copy.message = "\(place): \(message)"
        return copy
    }

    static let cancelled = PostgresError(.cancelled, "the calling task was cancelled")
}

extension PostgresError {
    /// Whether the transaction lost against a concurrent one (40001, 40P01) and may simply be run again.
    package var isSerializationFailure: Bool {
        kind == .server && (sqlState == "40001" || sqlState == "40P01")
    }

    /// Whether the same call may succeed later without any change.
    ///
    /// After `connectionLost` the statement may have taken effect: repeat only what is harmless to repeat.
    package var isRetryable: Bool {
        switch kind {
        case .connectionLost, .timeout, .poolExhausted: true
        case .connectionFailed, .server: sqlState.map(Self.isTransient) ?? (kind == .connectionFailed && !isInvalid)
        case .cancelled, .poolClosed, .transactionAborted, .encoding, .decoding, .misuse: false
        }
    }

    private var isInvalid: Bool { message == Self.invalidConnectionString }

    /// SQLSTATEs that pass by themselves: lost races, locks, missing resources, a server that starts or stops.
    private static func isTransient(_ sqlState: String) -> Bool {
        switch sqlState {
        case "57014", "57P04": false  // Cancelled on purpose; database dropped.
        case "55P03", "55006": true
        default: ["08", "40", "53", "57", "58"].contains { sqlState.hasPrefix($0) }
        }
    }

    static let invalidConnectionString =
        "the connection string is not valid; give key=value pairs or a postgresql:// address as libpq documents them"
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
    /// Classes of SQLSTATE whose primary messages name objects and states but never values or statement text.
    private static let quotableClasses: Set<String> = [
        "08", "23", "25", "28", "3D", "40", "53", "54", "55", "57", "58",
    ]

    /// The failure in words that hold no statement text, no parameter values and no row data.
    package var description: String {
        if isInvalid { return "PostgreSQL: \(message)" }
        var text = outline
        if let sqlState { text += " (\(sqlState))" }
        if let sqlState, kind == .server || kind == .connectionLost,
            !Self.quotableClasses.contains(String(sqlState.prefix(2)))
        {
            text += ": the server refused the statement (its words are kept out of logs)"
        } else {
            text += ": \(message)"
        }
        if let table { text += ", table \(table)" }
        if let column { text += ", column \(column)" }
        if let constraint { text += ", constraint \(constraint)" }
        if let mend { text += "; \(mend)" }
        return text
    }

    /// The kind of failure as the beginning of a sentence.
    private var outline: String {
        switch kind {
        case .connectionFailed:
            sqlState == nil ? "PostgreSQL cannot be reached" : "PostgreSQL refused the connection"
        case .connectionLost: "the connection to PostgreSQL was lost"
        case .server: "PostgreSQL failed"
        case .cancelled: "the call to PostgreSQL was cancelled"
        case .timeout: "PostgreSQL took too long"
        case .poolExhausted, .poolClosed: "no connection to PostgreSQL is free"
        case .transactionAborted: "PostgreSQL gave the transaction up"
        case .encoding: "a value cannot be sent to PostgreSQL"
        case .decoding: "a value from PostgreSQL is not of the form expected"
        case .misuse: "PostgreSQL was called in a wrong way"
        }
    }

    /// What to check when no session could be opened.
    private var mend: String? {
        guard kind == .connectionFailed else { return nil }
        guard let sqlState else {
            return "check that the server runs and that the connection string names its host and port"
        }
        return Self.isTransient(sqlState)
            ? "try again in a moment" : "check user, password and database in the connection string"
    }

    /// Everything that is known, including the server's detail; it may hold values of rows.
    package var debugDescription: String {
        var text = "PostgreSQL \(kind.rawValue)"
        if let sqlState { text += " \(sqlState)" }
        text += ": \(message)"
        let parts: [(String, String?)] = [
            ("detail", detail), ("hint", hint), ("schema", schema), ("table", table), ("column", column),
            ("constraint", constraint), ("position", position.map(String.init)),
        ]
        for (name, value) in parts {
            if let value { text += "; \(name): \(value)" }
        }
        return text
    }
}
