internal import PostgresClient
internal import TallyCore

/// The locks that one process has on sources: advisory locks of one session of its own, so that they go when the process
/// does.
///
/// A session that breaks loses them all; what is pulled twice by then is stored once all the same.
package actor SourceLockSession: SourceLocks {
    private let pool: PostgresPool
    private var connection: PostgresConnection?
    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    private static let prefix = "tally.source."

    /// A session that is opened with the first lock.
    package init(_ database: TallyDatabase) { pool = database.pool }

    /// Takes a source, if no process has it.
    package func take(_ source: String) async throws -> Bool {
        await enter()
        defer { leave() }
        let connection = try await session()
        let row = try await connection.query(
            "SELECT pg_try_advisory_lock(hashtextextended(\(Self.prefix + source), 0))"
        ).first
        return try row?.decode(Bool.self, at: 0) ?? false
    }

    /// Gives a source back; where that cannot be said, the session ends, and with it all of its locks.
    package func giveBack(_ source: String) async {
        await enter()
        defer { leave() }
        guard let connection else { return }
        do {
            _ = try await connection.query(
                "SELECT pg_advisory_unlock(hashtextextended(\(Self.prefix + source), 0))")
        } catch {
            await connection.close()
            self.connection = nil
        }
    }

    /// Ends the session.
    package func close() async {
        await enter()
        defer { leave() }
        guard let connection else { return }
        // The server notices the end of a session a little later.
        _ = try? await connection.query("SELECT pg_advisory_unlock_all()")
        await connection.close()
        self.connection = nil
    }

    private func session() async throws -> PostgresConnection {
        if let connection {
            if await connection.isAlive() { return connection }
            await connection.close()
            self.connection = nil
        }
        let opened = try await pool.openOwnConnection()
        connection = opened
        return opened
    }

    /// One question at a time on the session.
    private func enter() async {
        if isBusy {
            await withCheckedContinuation { waiting.append($0) }
        } else {
            isBusy = true
        }
    }

    private func leave() {
        if waiting.isEmpty {
            isBusy = false
        } else {
            waiting.removeFirst().resume()
        }
    }
}
