internal import CPostgres

extension PostgresConnection {
    /// Runs a statement and returns all its rows, held in memory.
    ///
    /// A statement met a second time is prepared. Use `forEachRow` where the size has no known bound.
    ///
    /// - Throws: kinds `.server`, `.connectionLost`, `.cancelled`, `.encoding`, `.misuse`.
    package func query(_ sql: SQL) async throws(PostgresError) -> QueryResult {
        let statement = try Statement(sql)
        try requireNoStream()
        return try await perform { () throws(PostgresError) in try run(statement) }
    }

    /// Runs a statement and returns how many rows it changed, or returned.
    ///
    /// - Throws: as `query`.
    @discardableResult
    package func execute(_ sql: SQL) async throws(PostgresError) -> Int {
        try await query(sql).affectedRows
    }

    /// Runs any number of statements separated by semicolons, without parameters; their rows are dropped.
    ///
    /// Outside a transaction the statements form one, unless the text begins and commits by itself. The position in
    /// an error counts from the start of the text.
    ///
    /// - Throws: kinds `.server` for the first statement that fails, `.connectionLost`, `.cancelled`, `.encoding`.
    package func executeScript(_ text: String) async throws(PostgresError) {
        try Statement.check(text)
        try requireNoStream()
        try await perform { () throws(PostgresError) in _ = try accept(handle.exec(text)) }
    }

    /// Runs a statement by the best way the cache knows.
    private func run(_ statement: Statement) throws(PostgresError) -> QueryResult {
        // In a failed transaction the server takes nothing but its end.
        guard handle.transactionStatus != PQTRANS_INERROR else { return try accept(handle.exec(statement)) }
        try forgetSurplus()
        let key = StatementCache.Key(text: statement.text, types: statement.types)
        switch statements.plan(for: key) {
        case .direct:
            return try accept(handle.exec(statement))
        case .prepare(let name):
            return try prepareAndRun(statement, key: key, name: name)
        case .execute(let name):
            do throws(PostgresError) {
                return try accept(handle.exec(statement, name: name))
            } catch {
                guard error.isStalePlan else { throw error }
                statements.invalidate(key)
                // Inside a transaction the error has already spoilt it: the caller must start over.
                guard handle.transactionStatus == PQTRANS_IDLE else { throw error }
                try forgetSurplus()
                guard case .prepare(let name) = statements.plan(for: key) else { throw error }
                return try prepareAndRun(statement, key: key, name: name)
            }
        }
    }

    /// Makes the server forget statements nobody uses; not in a transaction, which an unknown name would spoil.
    private func forgetSurplus() throws(PostgresError) {
        guard handle.transactionStatus == PQTRANS_IDLE else { return }
        for name in statements.takeSurplus() {
            do throws(PostgresError) {
                try accept(handle.exec("DEALLOCATE \(name)"))
            } catch {
                // Someone ran DEALLOCATE or DISCARD ALL before us.
                guard error.sqlState == "26000" else { throw error }
            }
        }
    }

    private func prepareAndRun(
        _ statement: Statement, key: StatementCache.Key, name: String
    ) throws(PostgresError) -> QueryResult {
        try accept(handle.prepare(statement, name: name))
        statements.didPrepare(key, name: name)
        return try accept(handle.exec(statement, name: name))
    }
}

extension PostgresError {
    /// Whether a prepared statement no longer fits its tables, or was dropped behind our back.
    var isStalePlan: Bool {
        sqlState == "26000" || (sqlState == "0A000" && serverFunction == "RevalidateCachedQuery")
    }
}
