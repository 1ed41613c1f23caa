import GRDB

/// What SQLite made of a write or read that failed.
struct StoreFault: Error {
    let code: ResultCode
    /// SQLite's words, which are constants, and its codes; no statement and no value.
    let reason: String

    init(_ error: any Error) {
        if let error = error as? DatabaseError {
            code = error.resultCode
            let words = error.message ?? "SQLite error"
            reason = "\(words) (SQLite code \(error.extendedResultCode.rawValue))"
        } else {
            code = .SQLITE_ERROR
            reason = "\(type(of: error))"
        }
    }

    /// Whether the disk is surely full.
    var isFull: Bool { code == .SQLITE_FULL }

    /// Whether more room on the disk may help: SQLite tells quotas, limits of size and its shared memory as other errors.
    var mayBeLackOfSpace: Bool { [.SQLITE_FULL, .SQLITE_IOERR, .SQLITE_CANTOPEN].contains(code) }

    /// Whether the file is no database, or a broken one.
    var isDamage: Bool { [.SQLITE_NOTADB, .SQLITE_CORRUPT].contains(code) }

    /// Runs a call of GRDB with this as its only error.
    static func catching<Value>(_ body: () throws -> Value) throws(StoreFault) -> Value {
        do { return try body() } catch { throw StoreFault(error) }
    }
}
