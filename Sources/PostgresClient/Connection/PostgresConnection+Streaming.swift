internal import CPostgres

extension PostgresConnection {
    /// How many rows travel between the connection and the caller at once unless told otherwise.
    package static let defaultBatchRows = 256
    /// A batch ends early when its rows take this much memory.
    private static let maximumBatchBytes = 1 << 20
    /// How much of a COPY travels to the caller at once, give or take one row.
    private static let copyChunkBytes = 1 << 18

    /// Runs a statement and hands its rows over one by one, in flat memory however many there are.
    ///
    /// `body` runs where the caller runs. When it throws, the rest of the rows is dropped and the error is passed on.
    /// The connection takes no other statement until the end.
    ///
    /// - Throws: what `body` throws, else `PostgresError` as for `query`.
    package nonisolated func forEachRow(
        _ sql: SQL, batchRows: Int = defaultBatchRows, _ body: (Row) async throws -> Void
    ) async throws {
        precondition(batchRows > 0, "a batch needs a row")
        try await startRows(sql)
        do {
            while let rows = try await nextRows(limit: batchRows) {
                for row in rows { try await body(row) }
            }
        } catch {
            await abandonStream()
            throw error
        }
    }

    private func startRows(_ sql: SQL) async throws(PostgresError) {
        let statement = try Statement(sql)
        try requireNoStream()
        try await perform { () throws(PostgresError) in
            guard handle.startRows(statement) else { throw lineError() }
            stream = .rows
        }
    }

    /// The next rows; nil after the last.
    private func nextRows(limit: Int) async throws(PostgresError) -> [Row]? {
        guard stream == .rows else {
            endStream()
            return nil
        }
        return try await perform { () throws(PostgresError) in
            var rows: [Row] = []
            var bytes = 0
            while rows.count < limit, bytes < Self.maximumBatchBytes {
                guard let result = handle.nextResult(columns: streamColumns) else {
                    stream = .finished
                    guard handle.isOpen else { throw lineError() }
                    break
                }
                do throws(PostgresError) { try accept(result) } catch {
                    drain()
                    endStream()
                    throw error
                }
                streamColumns = streamColumns ?? result.sharedColumns
                bytes += result.memoryBytes
                if result.count > 0 { rows.append(result[0]) }
            }
            if rows.isEmpty { endStream() }
            return rows.isEmpty ? nil : rows
        }
    }

    private func endStream() {
        stream = nil
        streamColumns = nil
    }

    /// Stops a statement whose results are no longer wanted; works for cancelled tasks, too.
    func abandonStream() async {
        guard stream != nil else { return }
        defer { endStream() }
        guard stream != .finished else { return }
        askServerToStop()
        if stream == .copyOut {
            var scratch: [UInt8] = []
            while handle.appendCopy(to: &scratch) { scratch.removeAll(keepingCapacity: true) }
        }
        drain()
    }

    // MARK: COPY

    /// Runs `COPY … FROM STDIN (FORMAT binary)` with the rows of buffers and returns how many the server took.
    ///
    /// The server takes all rows or none. In text form, send text with a statement of your own.
    ///
    /// - Throws: kinds `.server`, `.connectionLost`, `.cancelled`, `.encoding`, and `.misuse` for another statement.
    @discardableResult
    package func copyIn(_ statement: String, _ buffers: CopyBuffer...) async throws(PostgresError) -> Int {
        try await copyIn(statement, buffers)
    }

    /// Runs a COPY with the rows of several buffers, one after the other.
    ///
    /// - Throws: as for one buffer.
    @discardableResult
    package func copyIn(_ statement: String, _ buffers: [CopyBuffer]) async throws(PostgresError) -> Int {
        try Statement.check(statement)
        try requireNoStream()
        return try await perform { () throws(PostgresError) in
            try startCopy(statement, expecting: PGRES_COPY_IN)
            guard put(CopyBuffer.header), buffers.allSatisfy({ send($0) }), put(CopyBuffer.trailer), handle.endCopy()
            else {
                drain()
                throw lineError()
            }
            return try finishCopy()
        }
    }

    private func put(_ bytes: [UInt8]) -> Bool {
        unsafe bytes.withUnsafeBytes { unsafe handle.putCopy($0) }
    }

    /// Sends the rows of a buffer.
    ///
    /// - Returns: Whether the connection took them.
    private func send(_ buffer: CopyBuffer) -> Bool {
        unsafe buffer.withRows { bytes in
            var place = 0
            while place < bytes.count {
                let end = min(bytes.count, place + Self.copyChunkBytes)
                guard unsafe handle.putCopy(UnsafeRawBufferPointer(rebasing: bytes[place..<end])) else { return false }
                place = end
            }
            return true
        }
    }

    /// Runs `COPY … TO STDOUT` and hands the bytes over piece by piece, cut between rows.
    ///
    /// `body` runs where the caller runs; when it throws, the rest is dropped and the error is passed on. The
    /// connection takes no other statement until the end.
    ///
    /// - Returns: how many rows the server sent.
    /// - Throws: what `body` throws, else `PostgresError` as for `copyIn`.
    @discardableResult
    package nonisolated func copyOut(
        _ statement: String, _ body: ([UInt8]) async throws -> Void
    ) async throws -> Int {
        try await startCopyOut(statement)
        do {
            while let chunk = try await nextChunk() { try await body(chunk) }
            return try await finishCopyOut()
        } catch {
            await abandonStream()
            throw error
        }
    }

    private func startCopyOut(_ statement: String) async throws(PostgresError) {
        try Statement.check(statement)
        try requireNoStream()
        try await perform { () throws(PostgresError) in
            try startCopy(statement, expecting: PGRES_COPY_OUT)
            stream = .copyOut
        }
    }

    private func nextChunk() async throws(PostgresError) -> [UInt8]? {
        try await perform { () throws(PostgresError) in
            var bytes: [UInt8] = []
            bytes.reserveCapacity(Self.copyChunkBytes)
            while bytes.count < Self.copyChunkBytes, handle.appendCopy(to: &bytes) {}
            return bytes.isEmpty ? nil : bytes
        }
    }

    private func finishCopyOut() async throws(PostgresError) -> Int {
        try await perform { () throws(PostgresError) in
            defer { endStream() }
            return try finishCopy()
        }
    }

    private func startCopy(_ statement: String, expecting status: ExecStatusType) throws(PostgresError) {
        let result = handle.exec(statement)
        guard let result, result.status == status else {
            try accept(result)
            throw PostgresError(.misuse, "no COPY statement where one was expected")
        }
    }

    /// Reads the outcome of a COPY whose data are through.
    private func finishCopy() throws(PostgresError) -> Int {
        let result = handle.nextResult()
        defer { drain() }
        return try accept(result).affectedRows
    }
}
