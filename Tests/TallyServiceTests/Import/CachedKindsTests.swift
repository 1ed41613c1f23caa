import TallyCore
import TallyService
import TallyStore
import TallyTestSupport
import Testing

/// Cached audio and cached images, from the response to the report and into another Tally.
@Suite(.database) struct CachedKindsTests {
    private static let log = #"""
        {"id":"c1","time":"2026-03-10T08:00:00Z","biller":"openai","model":"tiered","usage":{"input":1000,"cache_read":200,"cache_read_audio":300,"cache_read_image":50,"input_audio":7,"output":20}}
        {"id":"c2","time":"2026-03-10T09:00:00Z","biller":"openai","model":"tiered","project":"search","response":{"id":"g2","modelVersion":"tiered","usageMetadata":{"promptTokenCount":100,"cachedContentTokenCount":60,"candidatesTokenCount":10,"totalTokenCount":110,"promptTokensDetails":[{"modality":"AUDIO","tokenCount":50},{"modality":"IMAGE","tokenCount":20}],"cacheTokensDetails":[{"modality":"AUDIO","tokenCount":40},{"modality":"IMAGE","tokenCount":15}]}}}

        """#

    /// I2: each token is in one class; the report, the events, the export and what is made of it agree.
    @Test func areStoredReportedAndExportedApart() async throws {
        let database = try TestDatabase.current
        let folder = try LogFolder()
        let counts = try await importLogs([folder.write("a.jsonl", Self.log)], into: database)
        #expect((counts.read, counts.stored, counts.rejected) == (2, 2, 0))
        let query = ReportQuery(from: try instant("2026-03-01T00:00:00Z"), to: try instant("2026-04-01T00:00:00Z"))
        let events = try await database.tally.events(query, after: nil, limit: 10)
        #expect(
            events.map { event in
                event.event.usage.map { Set($0.entries.map { "\($0.usageClass.name) \($0.quantity)" }) }
            }
                == [
                    [
                        "input 25", "cache_read 5", "cache_read_audio 40", "cache_read_image 15", "input_audio 10",
                        "input_image 5", "output 10",
                    ],
                    [
                        "input 1000", "cache_read 200", "cache_read_audio 300", "cache_read_image 50", "input_audio 7",
                        "output 20",
                    ],
                ].map(Set.init))
        // 1007 and 40 of input, 550 and 60 cached at half the price, 30 of output; the sample has no price of cached audio.
        #expect(events.map(\.cost?.description) == ["0.0000165", "0.0002043"])
        let report = try await database.tally.report(query)
        #expect(
            String(decoding: ReportJSON.usage(report), as: UTF8.self).contains(
                #""tokens":{"input":1025,"cache_read":205,"cache_read_audio":340,"cache_read_image":65,"input_audio":17,"#
            ))
        let header = ReportCSV.text(report).prefix { $0 != "\r\n" }
        #expect(header.contains(",input,cache_read,cache_read_audio,cache_read_image,cache_write_5m,"))

        let exported = try await export(of: database)
        let whole = try await wholeReport(of: database)
        try await TestDatabase.withAnother { other in
            let copied = try await importLogs([folder.write("b.jsonl", exported)], into: other)
            #expect((copied.stored, copied.rejected) == (2, 0))
            #expect(try await export(of: other) == exported)
            #expect(try await wholeReport(of: other) == whole)
        }
        let again = try await importLogs([folder.file("b.jsonl")], into: database)
        #expect((again.stored, again.duplicate) == (0, 2))
    }
}
