import PostgresClient
import TallyCore
import TallyStore
import TallyTestSupport
import Testing

@Suite(.database) struct RepriceTests {
    @Test func correctsTheComputedCostAndNothingElse() async throws {
        let database = try TestDatabase.current
        var reported = try plainEvent(2)
        reported.reportedCost = try Money(parsing: "0.5")
        var billed = try plainEvent(3)
        billed.billedCost = try Money(parsing: "0.7")
        try await database.tally.apply(try SamplePrices.makeTable())
        _ = try await database.tally.store(try batch([try plainEvent(1), reported, billed].map(priced)))
        try await database.tally.apply(try corrected())
        let summary = try await reprice(database.tally, note: "the list was wrong")
        #expect(summary.totals.events == 3)
        #expect(summary.totals.changed == 3)
        #expect(summary.totals.oldCost.description == "0.0027")
        #expect(summary.totals.newCost.description == "0.0024")
        #expect(summary.totals.difference?.description == "-0.0003")
        #expect(summary.rows.map(\.model) == ["plain"])
        let stored = try await database.tally.events(try .everything(), after: nil, limit: 9)
        #expect(stored.map { $0.computedCost?.description } == ["0.0008", "0.0008", "0.0008"])
        #expect(Set(stored.map { $0.cost?.description }) == ["0.0008", "0.50", "0.70"])
        #expect(stored[0].priceIDs == [try SamplePrices.price("together", "together", "plain", .input, "0.80").id])
        try await expectRollupsMatchEvents(database)
        let audit = try await database.query(
            """
            SELECT count(*), sum(old_cost), sum(new_cost), min(n.note) FROM reprices r JOIN reprice_runs n USING (run_id)
            """)[0]
        #expect(try audit.decode(Int.self, at: 0) == 3)
        #expect(try audit.decode(PostgresDecimal.self, at: 1).description == "0.002700000000")
        #expect(try audit.decode(PostgresDecimal.self, at: 2).description == "0.002400000000")
        #expect(try audit.decode(String.self, at: 3) == "the list was wrong")
    }

    @Test func doneAgainChangesNothingAndWritesNoAudit() async throws {
        let database = try TestDatabase.current
        try await seed(database, 60)
        _ = try await reprice(database.tally)
        let rows = try await fingerprint(database)
        let again = try await reprice(database.tally)
        #expect(again.totals.changed == 0)
        #expect(again.totals.oldCost == again.totals.newCost)
        #expect(!again.isResumed)
        #expect(try await fingerprint(database) == rows)
    }

    @Test func dryRunSaysTheSameAndWritesNothing() async throws {
        let database = try TestDatabase.current
        try await seed(database, 80)
        let before = try await fingerprint(database)
        let dry = try await database.tally.reprice(
            RepriceRequest(query: try .everything(), mode: .dryRun(book: nil), batchEvents: 7), onProgress: { _ in })
        #expect(try await fingerprint(database) == before)
        #expect(try await database.count("SELECT count(*) FROM reprice_runs") == 0)
        let wet = try await reprice(database.tally, batch: 9)
        #expect(dry.rows == wet.rows)
        #expect(dry.totals == wet.totals)
        #expect(dry.runID == nil)
        #expect(dry.totals.changed > 0)
    }

    @Test func dryRunTakesProposedPrices() async throws {
        let database = try TestDatabase.current
        try await database.tally.apply(try SamplePrices.makeTable())
        _ = try await database.tally.store(try batch([try priced(try plainEvent(1))]))
        let summary = try await database.tally.reprice(
            RepriceRequest(
                query: try .everything(), mode: .dryRun(book: try corrected().makeBook()), batchEvents: 10),
            onProgress: { _ in })
        #expect(summary.totals.newCost.description == "0.0008")
    }

    /// Old and new totals are explained by the audit rows, model by model, to the picodollar.
    @Test(arguments: [41, 42, 43] as [UInt64])
    func theAuditExplainsTheTotals(seed number: UInt64) async throws {
        let database = try TestDatabase.current
        let events = try await seed(database, 300, seed: number)
        let book = try corrected().makeBook()
        let summary = try await reprice(database.tally, batch: 23)
        try await expectRollupsMatchEvents(database)
        let stored = try await database.tally.events(try .everything(), after: nil, limit: 1000)
        let storedByID = Dictionary(uniqueKeysWithValues: stored.map { ($0.event.identity, $0) })
        var audited: [String?: (old: Int128, new: Int128, count: Int64)] = [:]
        for row in try await database.query(
            "SELECT event_id, old_cost, new_cost FROM reprices WHERE run_id = \(try #require(summary.runID))")
        {
            let identity = EventIdentity(
                high: try row.decode(PostgresUUID.self, at: 0).high, low: try row.decode(PostgresUUID.self, at: 0).low)
            let model = try #require(storedByID[identity]).event.offering.model
            let old = try row.decode(PostgresDecimal?.self, at: 1)?.rescaled(to: 12).unscaled ?? 0
            let new = try row.decode(PostgresDecimal?.self, at: 2)?.rescaled(to: 12).unscaled ?? 0
            let sums = audited[model] ?? (0, 0, 0)
            audited[model] = (sums.old + old, sums.new + new, sums.count + 1)
        }
        var expected: [String?: RepriceSums] = [:]
        for priced in events {
            let charge = book.charge(
                for: priced.event.offering, usage: priced.event.usage, at: priced.event.time)
            #expect(storedByID[priced.event.identity]?.computedCost == charge.cost)
            let model = priced.event.offering.model
            _ = expected[model, default: RepriceSums()].add(
                old: priced.charge.cost, new: charge.cost, isChanged: false)
        }
        for row in summary.rows {
            var wanted = try #require(expected[row.model])
            let changed = audited[row.model] ?? (0, 0, 0)
            wanted.changed = changed.count
            #expect(row.sums == wanted, "\(row.model ?? "(none)")")
            #expect(
                row.sums.newCost.picodollars - row.sums.oldCost.picodollars == changed.new - changed.old)
        }
        #expect(summary.rows.count == expected.count)
        #expect(summary.totals.changed > 0)
        #expect(summary.totals.newlyPriced > 0)
        #expect(summary.totals.newlyUnpriced > 0)
    }

    @Test func filtersLeaveTheOthersAlone() async throws {
        let database = try TestDatabase.current
        try await database.tally.apply(try SamplePrices.makeTable())
        let events = [try plainEvent(1, project: "a"), try plainEvent(2, project: "b")]
        _ = try await database.tally.store(try batch(events.map(priced)))
        try await database.tally.apply(try corrected())
        var query = try ReportQuery.everything()
        query.filters = [ReportFilter(dimension: .project, values: ["b"])]
        let summary = try await reprice(database.tally, query)
        #expect(summary.totals.events == 1)
        let stored = try await database.tally.events(try .everything(), after: nil, limit: 9)
        let costs = Dictionary(
            uniqueKeysWithValues: stored.map { ($0.event.attribution.project, $0.computedCost?.description) })
        #expect(costs == ["a": "0.0009", "b": "0.0008"])
    }

    /// A run that breaks off at any batch is taken up again, with the same end as one that did not.
    @Test(arguments: [0, 1, 2, 4])
    func aRunThatBrokeOffIsTakenUpAgain(batches: Int) async throws {
        let database = try TestDatabase.current
        try await seed(database, 100)
        let undisturbed = try await database.tally.reprice(
            RepriceRequest(query: try .everything(), mode: .dryRun(book: nil), batchEvents: 10), onProgress: { _ in })
        try await database.run(
            """
            CREATE SEQUENCE batches START 1;
            CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN IF nextval('batches') > \(batches) THEN RAISE 'broken off'; END IF; RETURN NULL; END $$;
            CREATE TRIGGER break_off AFTER UPDATE ON reprice_runs FOR EACH ROW
                WHEN (NEW.reached_time IS DISTINCT FROM OLD.reached_time) EXECUTE FUNCTION break_off();
            """)
        let error = await #expect(throws: PostgresError.self) { try await reprice(database.tally, batch: 10) }
        #expect(error?.description.isEmpty == false)
        try await expectRollupsMatchEvents(database)
        try await database.run("DROP TRIGGER break_off ON reprice_runs")
        let summary = try await reprice(database.anotherTally(), batch: 10)
        #expect(summary.isResumed)
        #expect(summary.rows == undisturbed.rows)
        #expect(try await database.count("SELECT count(*) FROM reprice_runs") == 1)
        #expect(try await database.count("SELECT count(*) FROM reprices") == Int(undisturbed.totals.changed))
        try await expectRollupsMatchEvents(database)
    }

    /// Other prices are another run: the old one is not taken up again.
    @Test func newPricesBeginAnotherRun() async throws {
        let database = try TestDatabase.current
        try await seed(database, 30)
        try await database.run(
            """
            CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'broken off'; END $$;
            CREATE TRIGGER break_off BEFORE INSERT ON reprices FOR EACH ROW EXECUTE FUNCTION break_off();
            """)
        _ = try? await reprice(database.tally, batch: 10)
        try await database.run("DROP TRIGGER break_off ON reprices")
        try await database.tally.apply(try SamplePrices.makeTable())
        let summary = try await reprice(database.tally)
        #expect(!summary.isResumed)
        #expect(summary.totals.changed == 0)
        #expect(try await database.count("SELECT count(*) FROM reprice_runs WHERE finished_at IS NULL") == 1)
    }

    @Test func twoAtOnceShareTheRun() async throws {
        let database = try TestDatabase.current
        try await seed(database, 200)
        let dry = try await database.tally.reprice(
            RepriceRequest(query: try .everything(), mode: .dryRun(book: nil), batchEvents: 500), onProgress: { _ in })
        let others = (0..<3).map { _ in database.anotherTally() }
        try await withThrowingTaskGroup(of: RepriceSummary.self) { group in
            for tally in others { group.addTask { try await reprice(tally, batch: 5) } }
            try await group.waitForAll()
        }
        #expect(try await database.count("SELECT count(*) FROM reprices") == Int(dry.totals.changed))
        let sum = try await database.query(
            "SELECT sum(event_count)::bigint, sum(new_cost) FROM reprice_sums WHERE run_id = 1")[0]
        #expect(try sum.decode(Int64.self, at: 0) == dry.totals.events)
        #expect(
            try sum.decode(PostgresDecimal.self, at: 1).rescaled(to: 12).unscaled == dry.totals.newCost.picodollars)
        try await expectRollupsMatchEvents(database)
    }

    /// Imports, corrections of attribution and a reprice at the same time: each does its part.
    @Test func worksWhileOthersWriteAndMoveEvents() async throws {
        let database = try TestDatabase.current
        let events = try await seed(database, 150)
        var generator = try EventGenerator(seed: 99)
        let fresh = generator.priced(150)
        let moved = events.map { priced in
            var copy = priced
            copy.event.attribution = Attribution(project: "moved")
            return copy
        }
        let (importer, mover, repricer) = (database.anotherTally(), database.anotherTally(), database.anotherTally())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for part in stride(from: 0, to: 150, by: 15) {
                    _ = try await importer.store(try batch(Array(fresh[part..<part + 15]), item: "fresh"))
                }
            }
            group.addTask {
                for part in stride(from: 0, to: 150, by: 15) {
                    _ = try await mover.store(try batch(Array(moved[part..<part + 15]), item: "moved"))
                }
            }
            group.addTask { _ = try await reprice(repricer, batch: 20) }
            try await group.waitForAll()
        }
        try await expectRollupsMatchEvents(database)
        let book = try corrected().makeBook()
        let stored = try await database.tally.events(try .everything(), after: nil, limit: 1000)
        let costs = Dictionary(uniqueKeysWithValues: stored.map { ($0.event.identity, $0.computedCost) })
        for priced in events {
            let wanted = book.charge(for: priced.event.offering, usage: priced.event.usage, at: priced.event.time)
            #expect(costs[priced.event.identity] == .some(wanted.cost))
        }
        #expect(stored.count { $0.event.attribution.project == "moved" } == 150)
        #expect(stored.count == 300)
    }

    /// An event that another writer moves between reading and locking it is found where it went.
    @Test func findsAnEventThatIsMovedMeanwhile() async throws {
        let database = try TestDatabase.current
        try await database.tally.apply(try SamplePrices.makeTable())
        var event = try plainEvent(1)
        _ = try await database.tally.store(try batch([try priced(event)]))
        try await database.tally.apply(try corrected())
        try await database.run(
            """
            CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_advisory_xact_lock_shared(78); RETURN NULL; END $$;
            CREATE TRIGGER hold AFTER DELETE ON events FOR EACH STATEMENT EXECUTE FUNCTION hold();
            """)
        event.attribution = Attribution(project: "elsewhere")
        let holder = try await PostgresConnection.connect(database.conninfo)
        try await holder.executeScript("SELECT pg_advisory_lock(78)")
        let (tally, copy) = (database.tally, try priced(event))
        async let moving = tally.store(try batch([copy], item: "moving"))
        try await waitForBlockedSessions(1, holder)
        async let repricing = reprice(tally)
        try await waitForBlockedSessions(2, holder)
        await holder.close()
        let (moved, summary) = try await (moving, repricing)
        #expect(moved.reattributed == 1)
        #expect(summary.totals.changed == 1)
        #expect(summary.totals.events == 1)
        let stored = try await database.tally.events(try .everything(), after: nil, limit: 2)
        #expect(stored.map(\.event.attribution.project) == ["elsewhere"])
        #expect(stored.map { $0.computedCost?.description } == ["0.0008"])
        try await expectRollupsMatchEvents(database)
    }

    // MARK: Support

    /// Stores random events priced with the sample prices, and puts the corrected ones in force.
    @discardableResult
    private func seed(_ database: TestDatabase, _ count: Int, seed: UInt64 = 7) async throws -> [PricedEvent] {
        try await database.tally.apply(try SamplePrices.makeTable())
        var generator = try EventGenerator(seed: seed)
        let events = generator.priced(count)
        _ = try await database.tally.store(try batch(events))
        try await database.tally.apply(try corrected())
        return events
    }

    /// The sample prices with one corrected, one new, one gone, and one that only starts another day.
    private func corrected() throws -> PriceTable {
        let sample = try SamplePrices.makeTable()
        var prices = sample.prices.filter { $0.model.text != "pictures" }
        for index in prices.indices where prices[index].model.text == "plain" {
            prices[index] = try SamplePrices.price("together", "together", "plain", prices[index].usageClass, "0.80")
        }
        for index in prices.indices where prices[index].model.text == "dated" {
            let old = prices[index]
            var conditions = old.conditions
            conditions.effectiveFrom = try instant("2026-03-01T00:00:00Z")
            prices[index] = Price(
                biller: old.biller, provider: old.provider, model: old.model, usageClass: old.usageClass,
                rate: old.rate, conditions: conditions, source: old.source)
        }
        prices.append(try SamplePrices.price("together", "together", "unheard-of", .input, "1.000000000007", per: 7))
        return PriceTable(prices: prices, aliases: sample.aliases)
    }

    /// Everything a reprice may touch, and where each row lies.
    private func fingerprint(_ database: TestDatabase) async throws -> [String] {
        try await database.query(
            """
            SELECT 'e' || ctid::text || e::text FROM events e UNION ALL SELECT 'u' || ctid::text || u::text FROM usage_by_quarter u
            UNION ALL SELECT 'b' || b::text FROM charge_bases b UNION ALL SELECT 'r' || r::text FROM reprices r ORDER BY 1
            """
        ).map { try $0.decode(String.self, at: 0) }
    }
}

/// Charges everything, or what a query names, again.
private func reprice(
    _ tally: TallyDatabase, _ query: ReportQuery? = nil, batch: Int = 50, note: String? = nil
) async throws -> RepriceSummary {
    let query = try query ?? .everything()
    return try await tally.reprice(
        RepriceRequest(query: query, mode: .write(note: note), batchEvents: batch), onProgress: { _ in })
}
