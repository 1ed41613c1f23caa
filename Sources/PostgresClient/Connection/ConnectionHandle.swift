internal import CPostgres

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// One connection of libpq and all calls on it, and nothing else.
///
/// It is confined to its actor and blocks.
/// libpq takes a null connection everywhere and answers with failure, so a closed handle needs no checks.
@safe struct ConnectionHandle: ~Copyable {
    /// How often an attempt to connect looks whether it is still wanted.
    private static let connectSliceMilliseconds: CInt = 50

    private var connection: OpaquePointer?

    /// A handle without a session.
    init() { unsafe connection = nil }

    private init(_ connection: OpaquePointer?) { unsafe self.connection = unsafe connection }

    deinit { unsafe PQfinish(connection) }

    /// Ends the session; every later call fails.
    mutating func close() {
        unsafe PQfinish(connection)
        unsafe connection = nil
    }

    // MARK: Opening

    /// Opens a session; `isUnwanted` is asked every few hundredths of a second.
    ///
    /// Looking up a host name is one blocking call of libpq's; the resolver's own limits hold there.
    static func open(
        _ conninfo: String, timeoutSeconds: Int, isUnwanted: () -> Bool
    ) throws(PostgresError) -> ConnectionHandle {
        guard !conninfo.utf8.contains(0), isValid(conninfo) else {
            throw PostgresError(.connectionFailed, PostgresError.invalidConnectionString)
        }
        let handle = start(conninfo)
        guard handle.status != CONNECTION_BAD else { throw handle.connectError() }
        // Only verbose messages carry the SQLSTATE of a refused connection.
        unsafe PQsetErrorVerbosity(handle.connection, PQERRORS_VERBOSE)
        unsafe PQsetNoticeReceiver(handle.connection, { _, _ in }, nil)
        let deadline = ContinuousClock.now + .seconds(timeoutSeconds)
        var state = PGRES_POLLING_WRITING
        while state != PGRES_POLLING_OK {
            guard !isUnwanted() else { throw .cancelled }
            guard ContinuousClock.now < deadline else {
                throw PostgresError(
                    .timeout,
                    "no session with the server after \(timeoutSeconds) s; is the address right and reachable?")
            }
            var descriptor = pollfd(
                fd: unsafe PQsocket(handle.connection),
                events: Int16(state == PGRES_POLLING_READING ? POLLIN : POLLOUT), revents: 0)
            guard unsafe poll(&descriptor, 1, connectSliceMilliseconds) != 0 else { continue }
            state = unsafe PQconnectPoll(handle.connection)
            if state == PGRES_POLLING_FAILED { throw handle.connectError() }
        }
        unsafe PQsetErrorVerbosity(handle.connection, PQERRORS_DEFAULT)
        return handle
    }

    /// Whether libpq can read it; what it says about one it cannot may quote a password and is dropped.
    private static func isValid(_ conninfo: String) -> Bool {
        let options = unsafe PQconninfoParse(conninfo, nil)
        defer { unsafe PQconninfoFree(options) }
        return unsafe options != nil
    }

    private static func start(_ conninfo: String) -> ConnectionHandle {
        // The connection string may override the first; the encoding is ours, Swift strings are UTF-8.
        let words = ["dbname", conninfo, "client_encoding", "UTF8"]
        var bytes: [CChar] = []
        var starts: [Int] = []
        for word in words {
            starts.append(bytes.count)
            bytes += word.utf8.map { CChar(bitPattern: $0) } + [0]
        }
        let connection = unsafe bytes.withUnsafeBufferPointer { bytes in
            // libpq copies all of it before it returns.
            let pointers = unsafe starts.map { start in unsafe bytes.baseAddress.map { unsafe $0 + start } }
            let keywords = unsafe [pointers[0], pointers[2], nil]
            let values = unsafe [pointers[1], pointers[3], nil]
            return unsafe PQconnectStartParams(keywords, values, 1)
        }
        return unsafe ConnectionHandle(connection)
    }

    private func connectError() -> PostgresError {
        // What begins with a tab is libpq's guess at the mend, which the error has its own words for.
        let lines = errorText.split(separator: "\n").filter { !$0.hasPrefix("LOCATION:") && !$0.hasPrefix("\t") }
        let (text, sqlState) = Self.withoutSQLState(lines.joined(separator: "; "))
        return PostgresError(.connectionFailed, text, sqlState: sqlState)
    }

    /// Takes `57P03` out of `… FATAL:  57P03: the database system is starting up`, whatever the language.
    static func withoutSQLState(_ text: String) -> (text: String, sqlState: String?) {
        var bytes = Array(text.utf8)
        let isCode = { (byte: UInt8) in (48...57).contains(byte) || (65...90).contains(byte) }
        guard bytes.count >= 10 else { return (text, nil) }
        for place in stride(from: bytes.count - 10, through: 0, by: -1)
        where bytes[place] == 58 && bytes[place + 1] == 32 && bytes[place + 2] == 32
            && bytes[(place + 3)..<(place + 8)].allSatisfy(isCode) && bytes[place + 8] == 58
        {
            let sqlState = String(decoding: bytes[(place + 3)..<(place + 8)], as: UTF8.self)
            bytes.removeSubrange((place + 2)..<(place + 10))
            return (String(decoding: bytes, as: UTF8.self), sqlState)
        }
        return (text, nil)
    }

    // MARK: State

    var status: ConnStatusType { unsafe PQstatus(connection) }
    var isOpen: Bool { unsafe connection != nil && status == CONNECTION_OK }
    var transactionStatus: PGTransactionStatusType { unsafe PQtransactionStatus(connection) }
    var backendProcessID: Int32 { unsafe PQbackendPID(connection) }
    var serverVersion: Int { Int(unsafe PQserverVersion(connection)) }

    /// libpq's words; they die at the next call, hence the copy.
    var errorText: String { unsafe PQerrorMessage(connection).map { unsafe String(cString: $0) } ?? "" }

    func makeCancelTarget() -> CancelTarget { unsafe CancelTarget(connection: connection) }

    /// Whether the server still holds its end; asked with a round trip only when something arrived unasked.
    func isAlive() -> Bool {
        guard isOpen else { return false }
        var descriptor = pollfd(fd: unsafe PQsocket(connection), events: Int16(POLLIN), revents: 0)
        // An idle session has nothing to read but notices and its end; the empty statement tells one from the other.
        guard unsafe poll(&descriptor, 1, 0) != 0 else { return true }
        return exec("")?.status == PGRES_EMPTY_QUERY && isOpen
    }

    // MARK: Statements

    /// Runs a script by the simple protocol.
    func exec(_ text: String) -> QueryResult? { unsafe adopt(PQexec(connection, text)) }

    /// Runs one statement, sent whole; rows in binary.
    func exec(_ statement: Statement) -> QueryResult? {
        unsafe adopt(
            withParameters(of: statement) { count, types, values, lengths, formats in
                unsafe PQexecParams(connection, statement.text, count, types, values, lengths, formats, 1)
            })
    }

    /// Prepares a statement.
    func prepare(_ statement: Statement, name: String) -> QueryResult? {
        let types = statement.types.map { $0.rawValue }
        return unsafe adopt(PQprepare(connection, name, statement.text, CInt(types.count), types))
    }

    /// Runs a prepared statement; rows in binary.
    func exec(_ statement: Statement, name: String) -> QueryResult? {
        unsafe adopt(
            withParameters(of: statement) { count, _, values, lengths, formats in
                unsafe PQexecPrepared(connection, name, count, values, lengths, formats, 1)
            })
    }

    /// Starts a statement whose rows come one by one; false when it could not be sent.
    func startRows(_ statement: Statement) -> Bool {
        let isSent = unsafe withParameters(of: statement) { count, types, values, lengths, formats in
            unsafe PQsendQueryParams(connection, statement.text, count, types, values, lengths, formats, 1)
        }
        return unsafe isSent == 1 && PQsetSingleRowMode(connection) == 1
    }

    /// The next result of what was started; nil when there is none left.
    func nextResult(columns: QueryResult.Columns? = nil) -> QueryResult? {
        unsafe adopt(PQgetResult(connection), columns: columns)
    }

    // MARK: COPY

    /// Sends a piece of a COPY; false when the line broke.
    func putCopy(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let start = unsafe bytes.bindMemory(to: CChar.self).baseAddress
        return unsafe PQputCopyData(connection, start, CInt(bytes.count)) == 1
    }

    /// Ends a COPY to the server; with a message the server discards it.
    func endCopy(error: String? = nil) -> Bool { unsafe PQputCopyEnd(connection, error) == 1 }

    /// Appends the next row of a COPY from the server; false after the last.
    func appendCopy(to bytes: inout [UInt8]) -> Bool {
        var row: UnsafeMutablePointer<CChar>?
        let count = unsafe PQgetCopyData(connection, &row, 0)
        guard count > 0, let start = unsafe row else { return false }
        unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(start: start, count: Int(count)))
        unsafe PQfreemem(start)
        return true
    }

    // MARK: Helpers

    /// The result owns the pointer from here on; null means that libpq has none or no memory or no line.
    private func adopt(_ result: OpaquePointer?, columns: QueryResult.Columns? = nil) -> QueryResult? {
        unsafe result.map { unsafe QueryResult(adopting: $0, columns: columns) }
    }

    private typealias Parameters<Value> = (
        CInt, UnsafePointer<Oid>, UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<CInt>, UnsafePointer<CInt>
    ) -> Value

    /// Lends parameters as libpq wants them, for the time of the call; libpq copies them into its own buffer.
    private func withParameters<Value>(of statement: Statement, _ body: Parameters<Value>) -> Value {
        let types = statement.types.map { $0.rawValue }
        let lengths = statement.ranges.map { CInt($0?.count ?? 0) }
        let formats = [CInt](repeating: 1, count: types.count)
        return unsafe statement.bytes.withUnsafeBufferPointer { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { bytes in
                let values = unsafe statement.ranges.map { range in
                    unsafe range.flatMap { range in
                        unsafe bytes.baseAddress.map { unsafe UnsafePointer($0 + range.lowerBound) }
                    }
                }
                return unsafe body(CInt(types.count), types, values, lengths, formats)
            }
        }
    }
}
