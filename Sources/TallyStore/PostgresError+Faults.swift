internal import PostgresClient
internal import TallyCore

extension PostgresError: UnavailableError {
    /// Whether the server is away, going away or full, so that the same request can succeed later.
    package var isUnavailable: Bool {
        switch kind {
        case .connectionFailed, .connectionLost, .timeout, .poolExhausted: true
        case .server: sqlState.map(Self.unavailableStates.contains) ?? false
        case .cancelled, .poolClosed, .transactionAborted, .encoding, .decoding, .misuse: false
        }
    }

    /// Shutdown by the administrator, crash of a neighbour, start-up or shutdown under way, too many connections.
    private static let unavailableStates: Set<String> = ["57P01", "57P02", "57P03", "53300"]
}

extension PostgresError: DataFaultError {
    /// Whether the server, or this client, refused the values: SQLSTATE classes 22 (data exception) and 23 (integrity
    /// constraint violation), and what has no form in PostgreSQL.
    package var isDataFault: Bool {
        switch kind {
        case .encoding: true
        case .server: sqlState.map { $0.hasPrefix("22") || $0.hasPrefix("23") } ?? false
        default: false
        }
    }
}
