internal import PostgresClient
package import TallyCore

extension TallyDatabase: Repricer {
    package func reprice(
        _ request: RepriceRequest, onProgress: @Sendable (_ events: Int64) -> Void
    ) async throws -> RepriceSummary {
        switch request.mode {
        case .dryRun(let proposed):
            let book = if let proposed { proposed } else { try await priceBook() }
            return try await examine(request, Recharger(book: book), onProgress: onProgress)
        case .write(let note):
            // The book and its number are read together, so that no other application comes in between.
            let (book, application) = try await pool.withTransaction(isolation: .repeatableRead) { connection in
                (try await Self.book(connection), try await Self.applicationNumber(connection))
            }
            let run = try await pool.withTransaction { connection in
                try await RepriceRun.begin(request.query, note: note, application: application, connection)
            }
            try await work(run, request, book, onProgress: onProgress)
            return try await pool.withConnection { try await run.summary($0) }
        }
    }

    /// Attempts at a batch that lost a race with another writer.
    private static let retries = 5
    /// Attempts at a batch whose events others keep changing.
    private static let maximumRestarts = 50

    /// The number of the last application of prices, 0 before the first.
    private static func applicationNumber(_ connection: PostgresConnection) async throws -> Int64 {
        let result = try await connection.query("SELECT coalesce(max(application_id), 0) FROM price_applications")
        return try result.first?.decode(Int64.self, at: 0) ?? 0
    }

    // MARK: Finding out

    /// Charges everything anew without writing.
    private func examine(
        _ request: RepriceRequest, _ recharger: consuming Recharger, onProgress: @Sendable (_ events: Int64) -> Void
    ) async throws -> RepriceSummary {
        var recharger = recharger
        var sums: [String?: RepriceSums] = [:]
        var reached: EventPosition?
        var count: Int64 = 0
        while true {
            let events = try await pool.withConnection { connection in
                let events = try await Self.events(of: request, after: reached, connection)
                try await recharger.learn(events, connection)
                return events
            }
            for event in events {
                let verdict = try recharger.charge(event)
                try sums.add(event, verdict, model: recharger.model(of: event))
            }
            count += Int64(events.count)
            onProgress(count)
            guard let last = events.last, events.count == request.batchEvents else { break }
            reached = last.position
        }
        return try RepriceSummary(runID: nil, isResumed: false, note: nil, sums: sums)
    }

    /// The next events of a range, in order of time, then id, without locking them.
    private static func events(
        of request: RepriceRequest, after reached: EventPosition?, _ connection: PostgresConnection
    ) async throws -> [ChargedEvent] {
        let query = request.query
        var source: SQL = "events u"
        if !query.filters.isEmpty {
            source = """
                (SELECT e.*, a.user_name, a.key_id, a.tags FROM events e JOIN attributions a USING (attribution_id)) u
                JOIN projects p USING (project_id) JOIN offerings o USING (offering_id) JOIN key_names k USING (key_id)
                """
        }
        var condition: SQL = "u.time < \(PostgresTimestamp(query.to)) AND \(sql: UsageSQL.condition(query.filters))"
        if let reached {
            let time = PostgresTimestamp(reached.time)
            condition =
                condition + " AND u.time >= \(time) AND (u.time > \(time) OR u.event_id > \(reached.identity.uuid))"
        } else {
            condition = condition + " AND u.time >= \(PostgresTimestamp(query.from))"
        }
        return try await connection.query(
            """
            SELECT \(raw: ChargedEvent.columns(of: "u")) FROM \(sql: source) WHERE \(sql: condition)
            ORDER BY u.time, u.event_id LIMIT \(request.batchEvents)
            """
        ).map { try ChargedEvent(row: $0) }
    }

    // MARK: Changing

    /// Where a batch left the run.
    private enum Step {
        /// The batch is done.
        case done
        /// Another process has taken the run further.
        case overtaken
        /// Events were changed or moved between reading and locking them: to be read again.
        case stale
    }

    /// Works through a run, batch by batch, until it is finished, by this process or another one.
    private func work(
        _ run: RepriceRun, _ request: RepriceRequest, _ book: PriceBook, onProgress: @Sendable (_ events: Int64) -> Void
    ) async throws {
        var recharger = try Recharger(book: book)
        var restarts = 0
        var count: Int64 = 0
        while true {
            let (position, events) = try await pool.withConnection { connection in
                let position = try await run.position(connection)
                if position.isFinished { return (position, [ChargedEvent]()) }
                let events = try await Self.events(of: request, after: position.reached, connection)
                try await recharger.learn(events, connection)
                return (position, events)
            }
            if position.isFinished { return }
            let batch = try await Batch(
                run: run, from: position, events: events, isLast: events.count < request.batchEvents, book: book,
                recharger: &recharger, self)
            switch try await store(batch, &recharger) {
            case .done:
                restarts = 0
                count += Int64(events.count)
                onProgress(count)
                if batch.isLast { return }
            case .overtaken: restarts = 0
            case .stale:
                restarts += 1
                if restarts > Self.maximumRestarts { throw StoreError.busyEvents }
            }
        }
    }

    /// Events of a run that are looked at together.
    private struct Batch {
        let run: RepriceRun
        let position: RepriceRun.Position
        let reached: EventPosition?
        let isLast: Bool
        /// The sums of those that stay as they are.
        private(set) var sums: [String?: RepriceSums] = [:]
        /// Those that do not.
        private(set) var changing: [ChargedEvent] = []
        /// The ids of the bases they get.
        private(set) var bases: [BasisKey: Int32] = [:]

        /// Charges the events; bases that are missing are made, outside any transaction.
        init(
            run: RepriceRun, from position: RepriceRun.Position, events: [ChargedEvent], isLast: Bool, book: PriceBook,
            recharger: inout Recharger, _ database: TallyDatabase
        ) async throws {
            self.run = run
            self.position = position
            self.isLast = isLast
            reached = events.last?.position
            var keys: Set<BasisKey> = []
            for event in events {
                let verdict = try recharger.charge(event)
                if verdict.isChanged {
                    changing.append(event)
                    keys.insert(BasisKey(verdict.charge))
                } else {
                    try sums.add(event, verdict, model: recharger.model(of: event))
                }
            }
            if keys.isEmpty { return }
            bases = try await database.pool.withConnection { connection in
                var bases: [BasisKey: Int32] = [:]
                for key in keys {
                    bases[key] = try await database.dimensions.basis(BasisText.json(of: key, in: book), connection)
                }
                return bases
            }
        }
    }

    /// Stores a batch in one transaction: the events, the difference to the rollups, the audit, how far the run is.
    ///
    /// Every writer locks in one order: run, events by id, rollups by key.
    private func store(_ batch: Batch, _ recharger: inout Recharger) async throws -> Step {
        var working = recharger
        let step = try await pool.withTransaction(retries: Self.retries) { connection in
            let position = try await batch.run.lockedPosition(connection)
            if position != batch.position { return Step.overtaken }
            var sums = batch.sums
            if !batch.changing.isEmpty {
                let locked = try await Self.locked(batch.changing, connection)
                if locked.count < batch.changing.count { return .stale }
                try await working.learn(locked.map(\.event), connection)
                var changes: [ChargeUpdate] = []
                for event in locked {
                    let verdict = try working.charge(event.event)
                    try sums.add(event.event, verdict, model: working.model(of: event.event))
                    if !verdict.isChanged { continue }
                    guard let basis = batch.bases[BasisKey(verdict.charge)] else { return .stale }
                    changes.append(ChargeUpdate(locked: event, verdict: verdict, basisID: basis))
                }
                try await Self.apply(changes, of: batch.run, connection)
            }
            try await batch.run.advance(to: batch.reached, isFinished: batch.isLast, sums, connection)
            return .done
        }
        recharger = working
        return step
    }

    /// Reads events again, locked for the rest of the transaction, in the order of their ids.
    private static func locked(
        _ events: [ChargedEvent], _ connection: PostgresConnection
    ) async throws -> [LockedEvent] {
        try await connection.query(
            """
            SELECT \(raw: ChargedEvent.columns(of: "e")), e.project_id, a.key_id, e.outcome::text, e.reported_cost,
                e.billed_cost
            FROM events e
            JOIN attributions a USING (attribution_id)
            -- Joined, as a long list is searched one by one in a prepared statement.
            JOIN unnest(\(events.map(\.eventID))) AS c (event_id) USING (event_id)
            WHERE e.time BETWEEN \(events.map { PostgresTimestamp($0.time) }.min())
                AND \(events.map { PostgresTimestamp($0.time) }.max())
            ORDER BY e.event_id
            FOR UPDATE OF e
            """
        ).map { try LockedEvent(row: $0) }
    }

    /// Puts new charges in place of the old ones, with an audit row for each and the difference to the rollups.
    private static func apply(
        _ changes: [ChargeUpdate], of run: RepriceRun, _ connection: PostgresConnection
    ) async throws {
        if changes.isEmpty { return }
        let times = changes.map { PostgresTimestamp($0.event.time) }
        let audited = try await connection.execute(
            """
            WITH change AS (
                SELECT * FROM unnest(\(changes.map(\.event.eventID)), \(times), \(changes.map(\.locked.projectID)),
                    \(changes.map { $0.event.cost.map { PostgresDecimal(picodollars: $0.picodollars) } }),
                    \(changes.map { $0.verdict.charge.cost.map { PostgresDecimal(picodollars: $0.picodollars) } }),
                    \(changes.map(\.event.basisID)), \(changes.map(\.basisID)), \(changes.map(\.verdict.isPartlyPriced)))
                    AS c (event_id, time, project_id, old_cost, new_cost, old_basis_id, new_basis_id, is_partly_priced)
            ), changed AS (
                UPDATE events e
                SET computed_cost = c.new_cost, basis_id = c.new_basis_id, is_partly_priced = c.is_partly_priced
                FROM change c
                WHERE e.event_id = c.event_id AND e.time = c.time AND e.project_id = c.project_id
                    AND e.time BETWEEN \(times.min()) AND \(times.max())
                RETURNING e.event_id
            )
            INSERT INTO reprices (event_id, run_id, time, old_cost, new_cost, old_basis_id, new_basis_id)
            SELECT c.event_id, \(run.id), c.time, c.old_cost, c.new_cost, c.old_basis_id, c.new_basis_id
            FROM change c JOIN changed USING (event_id)
            """)
        if audited != changes.count { throw StoreError.unreadable("locked events that are gone") }
        // What the sources of a merged event said had charges of their own, which are no better now.
        _ = try await connection.execute(
            """
            UPDATE event_contributions SET basis_id = 0, computed_cost = NULL, is_partly_priced = false
            WHERE event_id = ANY (\(changes.map(\.event.eventID)))
            """)
        var deltas = RollupDeltas()
        for change in changes {
            try deltas.add(change.before, to: change.locked.rollupKey, sign: -1)
            try deltas.add(change.after, to: change.locked.rollupKey)
        }
        try await deltas.apply(connection)
    }
}

/// A stored event that is locked, with what its place in the rollups depends on.
private struct LockedEvent {
    let event: ChargedEvent
    let projectID: Int32
    let keyID: Int32
    let outcome: Outcome
    let reportedCost: Money?
    let billedCost: Money?

    init(row: Row) throws {
        event = try ChargedEvent(row: row)
        let next = ChargedEvent.columnCount
        projectID = try row.decode(Int32.self, at: next)
        keyID = try row.decode(Int32.self, at: next + 1)
        guard let outcome = Outcome(code: try row.decode(String.self, at: next + 2)) else {
            throw StoreError.unreadable("an event with an unknown outcome")
        }
        self.outcome = outcome
        reportedCost = try row.decode(PostgresDecimal?.self, at: next + 3).map(Money.init(stored:))
        billedCost = try row.decode(PostgresDecimal?.self, at: next + 4).map(Money.init(stored:))
    }

    var rollupKey: RollupDeltas.Key {
        RollupDeltas.Key(
            projectID: projectID, quarter: event.time.quarter.microseconds, offeringID: event.offeringID,
            keyID: keyID, outcome: outcome)
    }
}

/// One event whose charge changes.
private struct ChargeUpdate {
    let locked: LockedEvent
    let verdict: Recharger.Verdict
    let basisID: Int32

    var event: ChargedEvent { locked.event }

    /// What the event adds to the rollups besides its usage, which stays.
    var before: RollupDeltas.Measures { measures(cost: event.cost, isPartlyPriced: event.isPartlyPriced) }
    var after: RollupDeltas.Measures {
        measures(cost: verdict.charge.cost, isPartlyPriced: verdict.isPartlyPriced)
    }

    private func measures(cost: Money?, isPartlyPriced: Bool) -> RollupDeltas.Measures {
        RollupDeltas.Measures(
            usage: nil, isPartlyPriced: isPartlyPriced, computedCost: cost, reportedCost: locked.reportedCost,
            billedCost: locked.billedCost)
    }
}

extension ChargedEvent {
    /// Its place in the order of a run.
    fileprivate var position: EventPosition { EventPosition(time: time, identity: EventIdentity(eventID)) }
}

extension [String?: RepriceSums] {
    /// Adds an event to the sums of its model.
    fileprivate mutating func add(
        _ event: ChargedEvent, _ verdict: Recharger.Verdict, model: String?
    ) throws(StoreError) {
        let fits = self[model, default: RepriceSums()].add(
            old: event.cost, new: verdict.charge.cost, isChanged: verdict.isChanged)
        if !fits { throw .amountTooLarge }
    }
}
