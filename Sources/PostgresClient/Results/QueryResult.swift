internal import CPostgres

/// The rows a statement returned, all in memory; use `forEachRow` for results without a known bound.
///
/// `@unchecked Sendable`: libpq never changes a result after handing it over, so reading from many threads is safe,
/// and the pointer is owned by this object alone until `deinit`.
@safe package final class QueryResult: RandomAccessCollection, @unchecked Sendable {
    private let result: OpaquePointer
    private let columns: Columns

    /// How many rows there are.
    package let count: Int

    /// Takes ownership of a result; `columns` saves reading the names again for the rows of one stream.
    init(adopting result: OpaquePointer, columns: Columns? = nil) {
        unsafe self.result = unsafe result
        count = Int(unsafe PQntuples(result))
        self.columns = unsafe columns ?? Columns(of: result)
    }

    deinit { unsafe PQclear(result) }

    /// Names and types of the columns, in order.
    final class Columns: Sendable {
        let names: [String]
        let types: [PostgresType]

        init(of result: OpaquePointer) {
            let count = unsafe PQnfields(result)
            names = (0..<count).map { column in unsafe PQfname(result, column).map { unsafe String(cString: $0) } ?? ""
            }
            types = (0..<count).map { PostgresType(rawValue: unsafe PQftype(result, $0)) }
        }
    }

    /// The names of the columns, in order.
    package var columnNames: [String] { columns.names }

    package var startIndex: Int { 0 }
    package var endIndex: Int { count }

    /// The row at a place; a place outside is a programmer error.
    package subscript(position: Int) -> Row {
        precondition(position >= 0 && position < count, "row \(position) of \(count)")
        return Row(result: self, row: position)
    }

    var sharedColumns: Columns { columns }
    var columnCount: Int { columns.types.count }
    func type(ofColumn column: Int) -> PostgresType { columns.types[column] }
    func column(named name: String) -> Int? { columns.names.firstIndex(of: name) }
    var status: ExecStatusType { unsafe PQresultStatus(result) }

    /// The memory the rows take, in bytes.
    var memoryBytes: Int { unsafe PQresultMemorySize(result) }

    /// What the command reports it did, such as `INSERT 0 1`.
    var commandTag: String { unsafe PQcmdStatus(result).map { unsafe String(cString: $0) } ?? "" }

    /// Rows inserted, updated, deleted, copied or returned; 0 for commands that do not count.
    var affectedRows: Int {
        guard let text = unsafe PQcmdTuples(result) else { return 0 }
        return unsafe Int(String(cString: text)) ?? 0
    }

    func isNull(row: Int, column: Int) -> Bool { unsafe PQgetisnull(result, CInt(row), CInt(column)) != 0 }

    /// Lends the bytes of one value for the time of the call; row and column must be in range.
    func withBytes<Value>(
        row: Int, column: Int, _ body: (RawSpan) throws(PostgresError) -> Value
    ) throws(PostgresError) -> Value {
        let start = unsafe PQgetvalue(result, CInt(row), CInt(column))
        let length = Int(unsafe PQgetlength(result, CInt(row), CInt(column)))
        let buffer = unsafe UnsafeRawBufferPointer(start: UnsafeRawPointer(start), count: length)
        return try body(unsafe buffer.bytes)
    }

    /// The error the server reported with this result, every field copied.
    func serverError(kind: PostgresError.Kind = .server) -> PostgresError {
        // Codes of the protocol, from postgres_ext.h, where they are character macros.
        func field(_ code: Character) -> String? {
            guard let value = code.asciiValue, let text = unsafe PQresultErrorField(result, CInt(value)) else {
                return nil
            }
            return unsafe String(cString: text)
        }
        let wholeMessage = unsafe PQresultErrorMessage(result).map { unsafe String(cString: $0) }
        let message = field("M") ?? wholeMessage ?? ""
        var error = PostgresError(kind, message, sqlState: field("C"))
        error.detail = field("D")
        error.hint = field("H")
        error.schema = field("s")
        error.table = field("t")
        error.column = field("c")
        error.constraint = field("n")
        error.position = field("P").flatMap { Int($0) }
        error.isFatal = field("V") == "FATAL" || field("V") == "PANIC"
        error.serverFunction = field("R")
        return error
    }
}
