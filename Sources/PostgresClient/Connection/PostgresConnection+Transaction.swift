internal import CPostgres

extension PostgresConnection {
    /// Runs `body` inside BEGIN and COMMIT; when it throws, ROLLBACK, and the error is passed on.
    ///
    /// `body` runs where the caller runs and must use the connection it is given. COMMIT is never cancelled: once
    /// `body` has returned, the outcome is the server's. One transaction at a time; a second one inside is refused.
    ///
    /// - Throws: what `body` throws; kind `.transactionAborted` when `body` hid the failure of a statement; kind
    ///   `.server` for a failed COMMIT, after which nothing was kept; kind `.connectionLost` for an unknown outcome.
    @discardableResult
    package nonisolated func transaction<Value>(
        isolation: TransactionIsolation = .readCommitted,
        _ body: (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        try await begin(isolation)
        let value: Value
        do {
            value = try await body(self)
        } catch {
            await rollback()
            throw error
        }
        try await commit()
        return value
    }

    /// Runs `body` within the transaction under way so that its failure undoes only what it did itself; the error is
    /// passed on and the transaction goes on.
    ///
    /// Not to be nested.
    ///
    /// - Throws: what `body` throws, else `PostgresError` as for `execute`; kind `.misuse` outside a transaction.
    package nonisolated func savepoint<Value>(_ body: (PostgresConnection) async throws -> Value) async throws -> Value
    {
        try await setSavepoint()
        do {
            let value = try await body(self)
            _ = try await execute("RELEASE SAVEPOINT \(raw: Self.savepointName)")
            return value
        } catch {
            try await returnToSavepoint()
            throw error
        }
    }

    private static let savepointName = "attempt"

    private func setSavepoint() async throws(PostgresError) {
        guard isInTransaction else { throw PostgresError(.misuse, "a savepoint outside a transaction") }
        try await perform { () throws(PostgresError) in
            _ = try accept(handle.exec("SAVEPOINT \(Self.savepointName)"))
        }
    }

    /// Not stopped by cancellation: what the transaction does next must not be done on top of half an attempt.
    private func returnToSavepoint() async throws(PostgresError) {
        await abandonStream()
        _ = try accept(handle.exec("ROLLBACK TO SAVEPOINT \(Self.savepointName)"))
    }

    private func begin(_ isolation: TransactionIsolation) async throws(PostgresError) {
        try requireNoStream()
        guard !isInTransaction else {
            throw PostgresError(.misuse, "a transaction inside a transaction; use the connection of the outer one")
        }
        isInTransaction = true
        do throws(PostgresError) {
            try await perform { () throws(PostgresError) in
                _ = try accept(handle.exec("BEGIN ISOLATION LEVEL \(isolation.rawValue)"))
            }
        } catch {
            isInTransaction = false
            throw error
        }
    }

    /// Not stopped by cancellation: a transaction must not stay open, nor its outcome be a guess.
    private func rollback() async {
        await abandonStream()
        isInTransaction = false
        guard let result = handle.exec("ROLLBACK"), result.status == PGRES_COMMAND_OK else { return close() }
    }

    private func commit() throws(PostgresError) {
        isInTransaction = false
        let result = try accept(handle.exec("COMMIT"))
        // The server answers COMMIT of a failed transaction with success and the tag of what it really did.
        guard result.commandTag == "COMMIT" else {
            throw PostgresError(
                .transactionAborted,
                "nothing was committed: a statement of the transaction had failed and the error was hidden")
        }
    }
}
