import Foundation
import PostgresClient
import TallyConfig
import TallyCore
import TallyMetering
import TallyService
import TallyStore
import TallyTestSupport
import Testing

/// The recorded logs of other tools, imported into a database by the shipped prices.
@Suite(.database) struct ToolLogTests {
    private static let logs: [ToolLog] = {
        let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("TallyMeteringTests/Fixtures")
        return (try? ToolLog.all(in: fixtures)) ?? []
    }()

    private func load(
        _ paths: [String], into database: TestDatabase, _ change: (inout ImportRequest) throws -> Void = { _ in }
    ) async throws -> ImportProgress {
        let table = try Configuration(text: nil, path: nil).loadPriceTable()
        var request = ImportRequest(paths: paths, rejectPath: "/dev/null")
        request.defaults.aliases = table.aliases
        try change(&request)
        return try await LogImporter(sink: database.anotherTally(), book: try table.makeBook()).run(request)
    }

    /// All events of October and November 2026, when everything in the fixtures happened.
    private func events(_ database: TestDatabase) async throws -> [StoredEvent] {
        let query = ReportQuery(from: try instant("2026-10-01T00:00:00Z"), to: try instant("2026-12-01T00:00:00Z"))
        return try await database.tally.events(query, after: nil, limit: 100)
    }

    private func charged(_ database: TestDatabase) async throws -> String? {
        try await database.query(
            "SELECT trim_scale(sum(amount))::text FROM statement_lines WHERE kind = 'charge' AND amount IS NOT NULL"
        ).first?.decode(String?.self, at: 0)
    }

    @Test func thereIsALogOfEveryForm() {
        let forms = Set(Self.logs.map(\.form))
        #expect(forms == Set(LogFormat.allCases.map(\.rawValue)))
    }

    @Test(arguments: logs) func aLogIsStoredOnceAndToTheLastDigit(_ log: ToolLog) async throws {
        let database = try TestDatabase.current
        let folder = try LogFolder()
        let path = try folder.write(log.fileName, log.text)
        let first = try await load([path], into: database)
        #expect(first.failures == [] && first.firstRejects == [])
        #expect((first.stored, first.statements, first.duplicate, first.rejected) == (log.events, log.statements, 0, 0))
        #expect(first.skipped.values.reduce(0, +) == log.skipped)
        #expect(first.read == log.events + log.skipped + log.statements)
        let events = try await events(database)
        #expect(events.count == log.events)
        let costs = events.compactMap(\.computedCost)
        let sum = costs.isEmpty ? nil : costs.reduce(0) { $0 + $1.picodollars }
        #expect(sum.map { Money(picodollars: $0).description } == log.cost)
        // What a tool computed is nobody's bill.
        #expect(events.allSatisfy { $0.event.reportedCost == nil && $0.event.billedCost == nil })
        #expect(try await charged(database) == log.charged)

        // Named by its form instead of found out, and under another name.
        let copy = try folder.write("copy", log.text)
        let again = try await load([copy], into: database) { $0.format = RecordForm(name: log.form) }
        #expect((again.stored, again.statements, again.rejected) == (0, 0, 0))
        #expect(again.duplicate == log.events + log.statements)
        #expect(try await self.events(database).count == log.events)
        #expect(try await charged(database) == log.charged)
    }

    @Test func aFolderOfAllIsReadFileByFile() async throws {
        let database = try TestDatabase.current
        let folder = try LogFolder()
        for (number, log) in Self.logs.enumerated() {
            _ = try folder.write(
                "in/\(number)/\(log.fileName)", number % 2 == 0 ? Array(log.text.utf8) : gzip(log.text))
        }
        _ = try folder.write("in/own.jsonl", SampleLog.text)
        let counts = try await load([folder.file("in")], into: database) { $0.limits.batchEvents = 3 }
        #expect(counts.failures == [] && counts.rejected == 0)
        #expect(counts.stored == 6 + Self.logs.reduce(0) { $0 + $1.events })
        #expect(counts.statements == Self.logs.reduce(0) { $0 + $1.statements })
        #expect(counts.skipped.values.reduce(0, +) == Self.logs.reduce(0) { $0 + $1.skipped })
        let incomplete = try await database.count("SELECT count(*) FROM source_checkpoints WHERE NOT is_complete")
        #expect(incomplete == 0)
        let again = try await load([folder.file("in")], into: database)
        #expect((again.stored, again.statements) == (0, 0))
    }

    @Test func aTableOfAToolIsReadAsItsRecords() async throws {
        let database = try TestDatabase.current
        let folder = try LogFolder()
        let helicone = try #require(Self.logs.first { $0.form == "helicone" })
        _ = try await load([folder.write("a.jsonl", helicone.text)], into: database)
        let table = """
            request_id,request_created_at,request_path,response_created_at,response_status,response_model,prompt_tokens,\
            completion_tokens,delay_ms,properties
            9f8b-ex,2026-10-30T12:03:00.000Z,https://api.openai.com/v1/chat/completions,2026-10-30T12:03:00.900Z,200,\
            gpt-4o-mini-2024-07-18,1000,400,900,"{""team"":""search""}"

            """
        let counts = try await load([folder.write("a.csv", table)], into: database)
        #expect((counts.stored, counts.duplicate, counts.rejected) == (0, 1, 0))
        let activity = "date,model,model_permaslug,usage,requests\n2026-10-30,openai/gpt-4.1,x,0.0000000001,5\n"
        let sums = try await load([folder.write("activity.csv", activity)], into: database)
        #expect((sums.stored, sums.statements, sums.rejected) == (0, 1, 0))
        #expect(try await charged(database) == "0.0000000001")
    }

    @Test func whatALogDoesNotSayComesFromTheDefaults() async throws {
        let database = try TestDatabase.current
        let folder = try LogFolder()
        let codex = try #require(Self.logs.first { $0.form == "codex" })
        let path = try folder.write("rollout.jsonl", codex.text)
        let first = try await load([path], into: database) { request in
            request.defaults.offering.model = "gpt-5-mini"
            request.defaults.attribution = Attribution(project: "tools", user: "u1", tags: ["team": "dev"])
        }
        #expect((first.stored, first.unpriced) == (2, 0))
        let events = try await events(database)
        #expect(events.allSatisfy { $0.event.attribution.project == "tools" && $0.event.attribution.user == "u1" })
        #expect(
            events.allSatisfy { $0.event.attribution.tags == ["team": "dev"] && $0.event.offering.biller == "openai" })
        let moved = try await load([path], into: database) { request in
            request.defaults.offering.model = "gpt-5-mini"
            request.defaults.attribution.project = "other"
        }
        #expect((moved.stored, moved.duplicate, moved.reattributed) == (0, 2, 2))
    }

    /// The newest numbers count, whichever copy they are in; a copy of older ones changes nothing.
    @Test func statementsThatChangeAreReplaced() async throws {
        let database = try TestDatabase.current
        let folder = try LogFolder()
        func answer(_ used: Int, updated: String) -> String {
            #"{"inference":{"usedNanoUsd":\#(used),"numRequests":1,"periodStart":"2026-10-01T00:00:00.000Z","#
                + #""periodEnd":"2026-10-31T23:59:59.999Z","lastUpdated":"\#(updated)"}}"# + "\n"
        }
        let first = try folder.write("1.json", answer(1_000_000_000, updated: "2026-10-10T00:00:00Z"))
        let newer = try folder.write("2.json", answer(2_500_000_000, updated: "2026-10-20T00:00:00Z"))
        for (path, statements, duplicate, sum) in [
            (first, 1, 0, "1"), (newer, 1, 0, "2.5"), (first, 0, 1, "2.5"), (newer, 0, 1, "2.5"),
        ] {
            let counts = try await load([path], into: database)
            #expect((counts.statements, counts.duplicate, counts.rejected) == (statements, duplicate, 0))
            #expect(try await charged(database) == sum)
        }
        // Both in one file, the newer first: one line, and its last version.
        try await TestDatabase.withAnother { other in
            let both = try folder.write(
                "both.jsonl",
                answer(2_500_000_000, updated: "2026-10-20T00:00:00Z")
                    + answer(1_000_000_000, updated: "2026-10-10T00:00:00Z"))
            let counts = try await load([both], into: other)
            #expect((counts.read, counts.statements, counts.duplicate) == (2, 1, 1))
            #expect(try await charged(other) == "2.5")
        }
    }

    @Test func badRecordsOfEveryFormAreNamedAndTheGoodOnesStored() async throws {
        let database = try TestDatabase.current
        let folder = try LogFolder()
        for log in Self.logs where !log.text.contains("\n ") {
            let bad = "{\"broken\n" + log.text + "[1]\n"
            let counts = try await load([folder.write("bad-\(log.fileName)", bad)], into: database) {
                $0.format = RecordForm(name: log.form)
            }
            #expect((counts.stored, counts.statements) == (log.events, log.statements), "\(log.form)")
            #expect(counts.rejected == 2, "\(log.form): \(counts.firstRejects)")
        }
    }
}
