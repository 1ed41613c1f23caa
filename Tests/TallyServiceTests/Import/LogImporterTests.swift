import Foundation
import PostgresClient
import TallyCore
import TallyMetering
import TallyService
import TallyStore
import TallyTestSupport
import Testing

@Suite(.database) struct LogImporterTests {
    @Test func aLogIsStoredOnceWhateverItsNameAndWhateverItGrowsTo() async throws {
        let database = try TestDatabase.current
        let folder = try LogFolder()
        let first = try await importLogs([folder.write("a.jsonl", SampleLog.text)], into: database)
        #expect((first.read, first.stored, first.duplicate, first.unpriced, first.rejected) == (6, 6, 0, 2, 0))
        #expect(first.bytesRead == SampleLog.text.utf8.count)
        #expect(first.bytesTotal == SampleLog.text.utf8.count)
        let report = try await wholeReport(of: database)
        let again = try await importLogs([folder.file("a.jsonl")], into: database)
        #expect((again.stored, again.duplicate, again.reattributed) == (0, 6, 0))
        let renamed = try await importLogs([folder.write("b.log", SampleLog.text)], into: database)
        #expect((renamed.stored, renamed.duplicate) == (0, 6))
        let unchanged = try await wholeReport(of: database)
        #expect(unchanged == report)
        let line = #"{"time":"2026-03-30T00:00:00Z","biller":"together","model":"plain","usage":{"input":1}}"# + "\n"
        let grown = try await importLogs([folder.write("c.jsonl", SampleLog.text + line)], into: database)
        #expect((grown.stored, grown.duplicate) == (1, 6))
    }

    @Test func equalLinesOfOneFileAreCountedApart() async throws {
        let database = try TestDatabase.current
        let folder = try LogFolder()
        let line = #"{"time":"2026-03-30T00:00:00Z","biller":"together","model":"plain","usage":{"input":1}}"# + "\n"
        func text(_ count: Int) -> String { String(repeating: line, count: count) }
        // Batches of two: the count has to go on from one to the next.
        let counts = try await importLogs([folder.write("a", text(5))], into: database) { $0.limits.batchEvents = 2 }
        #expect((counts.stored, counts.duplicate) == (5, 0))
        let again = try await importLogs([folder.file("a")], into: database)
        #expect((again.stored, again.duplicate) == (0, 5))
        let grown = try await importLogs([folder.write("b", text(7))], into: database)
        #expect((grown.stored, grown.duplicate) == (2, 5))
    }

    @Test func aSourceNameKeepsEqualLogsApart() async throws {
        let database = try TestDatabase.current
        let folder = try LogFolder()
        let line = #"{"time":"2026-03-30T00:00:00Z","biller":"together","model":"plain","usage":{"input":1}}"#
        let path = try folder.write("a", line)
        for (source, stored) in [(nil, 1), ("east", 1), ("west", 1), ("east", 0), (nil, 0)] as [(String?, Int)] {
            let counts = try await importLogs([path], into: database) { request in
                request.source = source ?? request.source
                request.defaults.sourceName = source
            }
            #expect(counts.stored == stored, "\(source ?? "none")")
        }
        let checkpoints = try await database.count(
            "SELECT count(*) FROM source_checkpoints WHERE is_complete AND position = \(line.utf8.count)")
        #expect(checkpoints == 3)
    }

    @Test func anotherProjectCorrectsTheSameEventsAndBack() async throws {
        let database = try TestDatabase.current
        let folder = try LogFolder()
        let path = try folder.write("a", "time,input,output\n2026-03-01T00:00:00Z,10,1\n2026-03-02T00:00:00Z,20,2\n")
        func load(_ project: String) async throws -> ImportProgress {
            try await importLogs([path], into: database) { request in
                request.defaults.offering = Offering(biller: "together", model: "plain")
                request.defaults.attribution.project = project
            }
        }
        let first = try await load("code")
        #expect(first.stored == 2)
        let report = try await wholeReport(of: database)
        let moved = try await load("renamed")
        #expect((moved.stored, moved.duplicate, moved.reattributed) == (0, 2, 2))
        let back = try await load("code")
        #expect((back.stored, back.duplicate, back.reattributed) == (0, 2, 2))
        let restored = try await wholeReport(of: database)
        #expect(restored == report)
    }

    @Test func readsEveryShapeAndCompressedToo() async throws {
        let database = try TestDatabase.current
        let folder = try LogFolder()
        _ = try folder.write("in/1.jsonl.gz", gzip(SampleLog.text))
        _ = try folder.write(
            "in/2.jsonl",
            #"{"timestamp":1772323200,"request":{"model":"plain","user":"u9","messages":[{"content":"secret"}]},"#
                + #""response":{"id":"chatcmpl-1","model":"plain","usage":{"prompt_tokens":100,"completion_tokens":10,"#
                + #""prompt_tokens_details":{"cached_tokens":40}}}}"#)
        _ = try folder.write(
            "in/deep/3.csv",
            "When,Team,Ctx,Gen\r\n2026-03-05 12:00:00,\"one, two\",1000,10\r\n2026-03-05 12:00:01,,5,\r\n")
        let counts = try await importLogs([folder.file("in")], into: database) { request in
            request.defaults.offering = Offering(biller: "together", model: "plain")
            request.map = try FieldMap(parsing: "time=When,tag:team=Team,input=Ctx,output=Gen")
            request.defaults.zone = try #require(ReportZone(name: "Europe/Berlin"))
        }
        // A mapping is for tables; the other files have no use for it.
        #expect(counts.failures == [])
        #expect((counts.read, counts.stored, counts.rejected) == (9, 9, 0))
        let query = ReportQuery(from: try instant("2026-03-01T00:00:00Z"), to: try instant("2026-03-06T00:00:00Z"))
        let events = try await database.tally.events(query, after: nil, limit: 10).map(\.event)
        #expect(
            events.map(\.time.description) == ["2026-03-05T11:00:01Z", "2026-03-05T11:00:00Z", "2026-03-01T00:00:00Z"])
        let tags = events.map { $0.attribution.tags?["team"] }
        #expect(tags == [nil, "one, two", nil])
        let chat = try #require(events.last)
        #expect(chat.attribution.user == "u9")
        #expect(chat.requestID == "chatcmpl-1")
        #expect(chat.usage?[.input] == 60)
        #expect(chat.usage?[.cacheRead] == 40)
        #expect(chat.usage?[.output] == 10)
        let text = try await export(of: database)
        #expect(!text.contains("secret"))
    }

    @Test func goodLinesAroundBadOnesAreStored() async throws {
        let database = try TestDatabase.current
        let folder = try LogFolder()
        let good = SampleLog.lines
        let bad = [
            "nonsense", #"{"time":"0000-01-01T00:00:00Z","usage":{"input":1}}"#,
            #"{"time":"2026-03-01T00:00:00Z","usage":{"input":-5}}"#,
            #"{"time":"2026-03-01T00:00:00Z","usage":{"input":100000000000000000000}}"#,
            #"{"time":"2026-03-01T00:00:00Z","usage":{"input":1},"reported_cost":"1000000000001"}"#,
            #"{"time":"2026-03-01T00:00:00Z"}"#, #"{"usage":{"input":1}}"#, "[1]",
        ]
        var lines: [String] = []
        for index in bad.indices { lines += [bad[index], good[index % good.count]] }
        let path = try folder.write("mixed.jsonl", lines.joined(separator: "\n") + "\n\n{\"time\":\"2026-03-0")
        let counts = try await importLogs([path], into: database, rejects: folder.file("rejects")) {
            $0.limits.batchEvents = 3
            $0.format = .tally
        }
        #expect(counts.read == lines.count + 1)
        #expect(counts.stored == good.count)
        #expect(counts.duplicate == bad.count - good.count)
        #expect(counts.rejected == bad.count + 1)
        #expect(counts.firstRejects.count == 5)
        let rejects = try folder.lines(of: "rejects")
        #expect(rejects.count == bad.count + 1)
        #expect(rejects.allSatisfy { $0.contains("mixed.jsonl") && $0.contains("\"reason\":\"") })
        #expect(rejects.last?.contains("cut off") == true)
        #expect(rejects.first?.contains("\"line\":1,") == true)
    }

    @Test func filesThatCannotBeReadAreToldAndTheOthersGoOn() async throws {
        let database = try TestDatabase.current
        let folder = try LogFolder()
        let empty = try folder.write("empty.log", "")
        let cut = try folder.write("cut.gz", Array(gzip(SampleLog.text).prefix(700)))
        let noColumns = try folder.write("other.csv", "a,b\n1,2\n")
        let whole = try folder.write("whole.jsonl", SampleLog.text)
        let counts = try await importLogs([empty, cut, noColumns, whole], into: database)
        #expect(counts.failures.count == 2)
        #expect(counts.failures.first?.contains("cut short") == true)
        #expect(counts.failures.last?.contains("no column gives the time") == true)
        #expect(counts.stored == 6)
        #expect(counts.duplicate > 0)
        let complete = try await database.query(
            "SELECT item FROM source_checkpoints WHERE is_complete ORDER BY item"
        ).map { try $0.decode(String.self, at: 0) }
        #expect(complete == [empty, whole])
        await #expect(throws: (any Error).self) {
            try await importLogs([folder.file("missing")], into: database)
        }
    }

    @Test func withNothingToStoreIntoOnlyCountsAreMade() async throws {
        let folder = try LogFolder()
        let path = try folder.write("a", SampleLog.text + SampleLog.text)
        let book = try SamplePrices.makeBook()
        let counts = try await LogImporter(sink: DryRunSink(), book: book).run(
            ImportRequest(paths: [path], rejectPath: "/dev/null"))
        #expect((counts.read, counts.stored, counts.duplicate, counts.unpriced) == (12, 6, 6, 2))
    }

    /// However a log is cut into batches and files, the same events with the same ids come of it.
    @Test func cuttingAndShufflingALogChangesNothing() async throws {
        let database = try TestDatabase.current
        let folder = try LogFolder()
        var generator = try EventGenerator(seed: 91)
        let lines = (0..<120).map { index in
            let event = generator.event()
            return #"{"time":"\#(event.time)","biller":"together","model":"plain","project":"p\#(index % 3)","#
                + #""usage":{"input":\#(index % 7),"output":1}}"#
        }
        try await importLogs([folder.write("a", lines.joined(separator: "\n"))], into: database)
        let whole = (try await export(of: database), try await wholeReport(of: database))
        for round in 0..<2 {
            let other = try await TestDatabase.withAnother { database in
                let pieces = lines.shuffled(using: &generator.random)
                let half = pieces.count / 2
                let paths = [
                    try folder.write("b\(round)/1", pieces[..<half].joined(separator: "\n")),
                    try folder.write("b\(round)/2", pieces[half...].joined(separator: "\n")),
                ]
                try await importLogs(paths, into: database) { $0.limits.batchEvents = 7 + round }
                return (try await export(of: database), try await wholeReport(of: database))
            }
            #expect(other == whole)
        }
    }

    @Test(arguments: [92, 93] as [UInt64])
    func anExportComesBackAsWhatItWas(seed: UInt64) async throws {
        let database = try TestDatabase.current
        let folder = try LogFolder()
        var generator = try EventGenerator(seed: seed)
        let book = try SamplePrices.makeBook()
        _ = try await database.tally.store(
            EventBatch(
                events: generator.priced(250), book: book,
                origin: EventOrigin(name: "import", form: "tally", rank: .clientLog),
                checkpoint: SourceCheckpoint(item: "x", position: 0, isComplete: true)))
        let (text, report) = (try await export(of: database), try await wholeReport(of: database))
        let path = try folder.write("export.jsonl", text)
        let same = try await importLogs([path], into: database, rejects: folder.file("rejects"))
        #expect((same.stored, same.duplicate, same.reattributed, same.rejected) == (0, 250, 0, 0))
        #expect(same.firstRejects == [])
        let unchanged = try await wholeReport(of: database)
        #expect(unchanged == report)
        try await TestDatabase.withAnother { other in
            let counts = try await importLogs([path], into: other)
            #expect((counts.stored, counts.rejected) == (250, 0))
            let copied = try await wholeReport(of: other)
            #expect(copied == report)
            let again = try await export(of: other)
            let (lines, wanted) = (again.split(separator: "\n"), text.split(separator: "\n"))
            #expect(lines.count == wanted.count)
            for (line, wanted) in zip(lines, wanted) where line != wanted { #expect(line == wanted) }
        }
    }

    @Test func aRejectFileThatCannotBeWrittenIsToldOnceAndTheLogsAreReadOn() async throws {
        let database = try TestDatabase.current
        let folder = try LogFolder()
        let path = try folder.write("a.jsonl", SampleLog.text + "no json\nnor this\n")
        let counts = try await importLogs([path], into: database, rejects: folder.path + "/missing/rejects.jsonl")
        #expect((counts.read, counts.stored, counts.rejected) == (8, 6, 2))
        #expect(counts.failures.count == 1)
        #expect(counts.failures.first?.hasPrefix("rejected lines cannot be named") == true)
    }

    @Test func rejectFilesInAFolderAreNoLogs() async throws {
        let database = try TestDatabase.current
        let folder = try LogFolder()
        _ = try folder.write("a.jsonl", SampleLog.text + "no json\n")
        let own = try folder.write("own-rejects.jsonl", "{}\n")
        let earlier = try folder.write("tally-rejects-20260101T000000-1.jsonl", "{}\n")
        let counts = try await importLogs([folder.path], into: database, rejects: own)
        #expect((counts.read, counts.stored, counts.rejected) == (7, 6, 1))
        let named = try await importLogs([earlier], into: database, rejects: own)
        #expect((named.read, named.rejected) == (1, 1))
    }
}
