internal import FastJSON
internal import PostgresClient
internal import TallyCore

/// A run of repricing, as its row has it.
///
/// The row is the only memory of how far a run has come: whoever takes it up next reads it there.
struct RepriceRun {
    let id: Int64
    /// Whether an earlier process began it.
    let isResumed: Bool
    /// Why, as the first who said so has it.
    let note: String?

    /// How far a run has come.
    struct Position: Equatable {
        /// The last event that was looked at, in order of time, then id; `nil` at the beginning.
        var reached: EventPosition?
        var isFinished: Bool
    }

    /// Takes up the unfinished run of the same range, filters and prices, or begins one.
    ///
    /// - Parameters:
    ///   - query: The range and filters.
    ///   - note: Why; kept unless the run has a note already.
    ///   - application: The application of prices that is in force.
    ///   - connection: A connection with its transaction open.
    /// - Returns: The run.
    /// - Throws: `PostgresError` when a statement fails.
    static func begin(
        _ query: ReportQuery, note: String?, application: Int64, _ connection: PostgresConnection
    ) async throws -> RepriceRun {
        _ = try await connection.query("SELECT pg_advisory_xact_lock(hashtextextended('tally.reprice', 0))")
        let filters = PostgresJSON(text: text(of: query.filters))
        let (from, to) = (PostgresTimestamp(query.from), PostgresTimestamp(query.to))
        let unfinished = try await connection.query(
            """
            UPDATE reprice_runs SET note = coalesce(note, \(note)) WHERE run_id = (
                SELECT max(run_id) FROM reprice_runs
                WHERE range_from = \(from) AND range_to = \(to) AND filters = \(filters)
                    AND application_id = \(application) AND finished_at IS NULL
            )
            RETURNING run_id, note
            """)
        if let row = unfinished.first {
            return RepriceRun(
                id: try row.decode(Int64.self, at: 0), isResumed: true, note: try row.decode(String?.self, at: 1))
        }
        let made = try await connection.query(
            """
            INSERT INTO reprice_runs (range_from, range_to, filters, note, application_id)
            VALUES (\(from), \(to), \(filters), \(note), \(application)) RETURNING run_id
            """)
        guard let row = made.first else { throw StoreError.unreadable("a run that was just made and is gone") }
        return RepriceRun(id: try row.decode(Int64.self, at: 0), isResumed: false, note: note)
    }

    /// Locks the run for the rest of the transaction and reads how far it has come.
    func lockedPosition(_ connection: PostgresConnection) async throws -> Position {
        try await position(connection, suffix: " FOR UPDATE")
    }

    /// How far it has come.
    func position(_ connection: PostgresConnection) async throws -> Position {
        try await position(connection, suffix: "")
    }

    private func position(_ connection: PostgresConnection, suffix: String) async throws -> Position {
        let result = try await connection.query(
            """
            SELECT reached_time, reached_event, finished_at IS NOT NULL FROM reprice_runs
            WHERE run_id = \(id)\(raw: suffix)
            """)
        guard let row = result.first else { throw StoreError.unreadable("a run that is gone") }
        var reached: EventPosition?
        if let time = try row.decode(PostgresTimestamp?.self, at: 0),
            let event = try row.decode(PostgresUUID?.self, at: 1)
        {
            reached = EventPosition(
                time: Instant(microseconds: time.microseconds), identity: EventIdentity(event))
        }
        return Position(reached: reached, isFinished: try row.decode(Bool.self, at: 2))
    }

    /// Records how far it has come and what it has found on the way, in the transaction of what it changed.
    func advance(
        to reached: EventPosition?, isFinished: Bool, _ sums: [String?: RepriceSums], _ connection: PostgresConnection
    ) async throws {
        let rows = sums.sorted { ($0.key ?? "") < ($1.key ?? "") }
        let counts = [
            "event_count", "changed_count", "old_priced_count", "new_priced_count", "newly_priced_count",
            "newly_unpriced_count", "old_cost", "new_cost",
        ]
        _ = try await connection.execute(
            """
            INSERT INTO reprice_sums AS s (run_id, model, \(raw: counts.joined(separator: ", ")))
            SELECT \(id), * FROM unnest(\(rows.map(\.key)), \(rows.map(\.value.events)), \(rows.map(\.value.changed)),
                \(rows.map(\.value.oldPriced)), \(rows.map(\.value.newPriced)), \(rows.map(\.value.newlyPriced)),
                \(rows.map(\.value.newlyUnpriced)),
                \(rows.map { PostgresDecimal(picodollars: $0.value.oldCost.picodollars) }),
                \(rows.map { PostgresDecimal(picodollars: $0.value.newCost.picodollars) }))
            ON CONFLICT (run_id, model) DO UPDATE
            SET \(raw: counts.map { "\($0) = s.\($0) + excluded.\($0)" }.joined(separator: ", "))
            """)
        _ = try await connection.execute(
            """
            UPDATE reprice_runs
            SET reached_time = coalesce(\(reached.map { PostgresTimestamp($0.time) }), reached_time),
                reached_event = coalesce(\(reached.map(\.identity.uuid)), reached_event),
                finished_at = CASE WHEN \(isFinished) THEN now() END
            WHERE run_id = \(id)
            """)
    }

    /// What it has found so far.
    func summary(_ connection: PostgresConnection) async throws -> RepriceSummary {
        let result = try await connection.query(
            """
            SELECT model, event_count, changed_count, old_priced_count, new_priced_count, newly_priced_count,
                newly_unpriced_count, old_cost, new_cost
            FROM reprice_sums WHERE run_id = \(id)
            """)
        var sums: [String?: RepriceSums] = [:]
        for row in result {
            var read = RepriceSums()
            read.events = try row.decode(Int64.self, at: 1)
            read.changed = try row.decode(Int64.self, at: 2)
            read.oldPriced = try row.decode(Int64.self, at: 3)
            read.newPriced = try row.decode(Int64.self, at: 4)
            read.newlyPriced = try row.decode(Int64.self, at: 5)
            read.newlyUnpriced = try row.decode(Int64.self, at: 6)
            read.oldCost = try Money(stored: try row.decode(PostgresDecimal.self, at: 7))
            read.newCost = try Money(stored: try row.decode(PostgresDecimal.self, at: 8))
            sums[try row.decode(String?.self, at: 0)] = read
        }
        return try RepriceSummary(runID: id, isResumed: isResumed, note: note, sums: sums)
    }

    /// Filters in one form, so that equal ones are found equal: `[{"dimension":"model","values":["a"]}]`, sorted.
    private static func text(of filters: [ReportFilter]) -> String {
        var writer = JSONWriter()
        writer.beginArray()
        for filter in filters.sorted(by: { $0.dimension.name < $1.dimension.name }) {
            writer.beginObject()
            writer.member("dimension", filter.dimension.name)
            writer.key("values")
            writer.beginArray()
            for value in Set(filter.values).sorted(by: { ($0 ?? "") < ($1 ?? "") }) {
                if let value { writer.string(value) } else { writer.null() }
            }
            writer.endArray()
            writer.endObject()
        }
        writer.endArray()
        return writer.string
    }
}

extension RepriceSummary {
    /// A summary of the sums of models, in the order of their names; events of no known model last.
    ///
    /// - Throws: ``StoreError/amountTooLarge`` when the total leaves 128 bits.
    init(runID: Int64?, isResumed: Bool, note: String?, sums: [String?: RepriceSums]) throws(StoreError) {
        let named = sums.compactMap { model, sums in model.map { (model: $0, sums: sums) } }
        var rows = named.sorted { $0.model < $1.model }.map { Row(model: $0.model, sums: $0.sums) }
        if let unnamed = sums[nil] { rows.append(Row(model: nil, sums: unnamed)) }
        var totals = RepriceSums()
        for row in rows {
            guard let sum = totals.adding(row.sums) else { throw .amountTooLarge }
            totals = sum
        }
        self.init(runID: runID, isResumed: isResumed, note: note, rows: rows, totals: totals)
    }
}
