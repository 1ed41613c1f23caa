import FastJSON
import TallyCore
import TallyMetering
import TallyTestSupport
import Testing

struct EventRecordWriterTests {
    /// An event as the proxy makes them: of every field, class and detail, each known or not.
    private func event(_ generator: inout EventGenerator) -> UsageEvent {
        var event = generator.event()
        event.offering.account = generator.pick(["acme", "Äcme\\\"", nil])
        event.offering.serviceTier = generator.pick(["flex", nil])
        if generator.random.oneIn(4) {
            event.attribution.tags = [
                "a": "", "\u{e9}\u{2028}\u{1F600}": "\"\\/", "t": String(repeating: "x", count: 1024),
            ]
        }
        if generator.random.oneIn(3) {
            var usage = UsageBuckets()
            for usageClass in UsageClass.allCases where !generator.random.oneIn(3) {
                usage[usageClass] = generator.pick([0, 1, 999_999, 1_000_001, UsageBuckets.maximumQuantity])
            }
            if let reasoning = usage[.reasoning], let output = usage[.output] {
                usage[.reasoning] = min(reasoning, output)
            }
            event.usage = usage.isEmpty ? nil : usage
        }
        if generator.random.oneIn(20) { event.reportedCost = UsageEvent.maximumCost }
        return event
    }

    /// The event of a record, by its own identity.
    private func read(_ record: [UInt8], _ decoder: inout EventRecordDecoder) throws -> UsageEvent {
        var event = UsageEvent(identity: EventIdentity(high: 0, low: 0), time: .earliestEvent)
        let text = String(decoding: record, as: UTF8.self)
        let hint = try JSONParser().withDocument(text) { try decoder.decode($0, into: &event) }
        guard case .settled(let identity) = hint else {
            Issue.record("the record does not settle its identity")
            return event
        }
        event.identity = identity
        return event
    }

    @Test(arguments: [0x7265_6331, 0x7265_6332] as [UInt64])
    func everyEventComesBackFromItsRecord(seed: UInt64) throws {
        var generator = try EventGenerator(seed: seed)
        var decoder = EventRecordDecoder(defaults: RecordDefaults())
        for _ in 0..<2_000 {
            let event = event(&generator)
            let record = EventRecordWriter.record(of: event)
            #expect(!record.contains(10))
            let back = try read(record, &decoder)
            #expect(back == event, "seed \(seed): \(String(decoding: record, as: UTF8.self))")
        }
    }

    /// The form of an export has the same members and more; what is not known is null.
    @Test func everyEventComesBackFromItsExport() throws {
        var generator = try EventGenerator(seed: 0x6578_706f)
        var decoder = EventRecordDecoder(defaults: RecordDefaults())
        for _ in 0..<500 {
            var event = event(&generator)
            event.reportedCost = nil
            event.billedCost = nil
            var writer = JSONWriter()
            writer.beginObject()
            EventRecordWriter.append(event, unknown: .null, to: &writer)
            writer.endObject()
            let back = try read(writer.bytes, &decoder)
            #expect(back == event, "\(writer.string)")
        }
    }

    @Test func aRecordHoldsWhatIsKnownAndNoMore() throws {
        let identity = try #require(EventIdentity(text: "0190163d-8694-739b-aea5-966c26f8ad90"))
        var event = UsageEvent(identity: identity, time: Instant(microseconds: 1_780_315_200_000_001))
        #expect(
            String(decoding: EventRecordWriter.record(of: event), as: UTF8.self)
                == #"{"event_id":"0190163d-8694-739b-aea5-966c26f8ad90","time":"2026-06-01T12:00:00.000001Z","#
                + #""usage":null,"outcome":"complete"}"#)
        event.details = CallDetails()
        event.details = {
            var details = CallDetails()
            details.upstream = "huggingface"
            details.errorType = .loading
            details.estimatedTimeMs = 20_000
            return details
        }()
        event.status = 503
        event.outcome = .failed
        #expect(
            String(decoding: EventRecordWriter.record(of: event), as: UTF8.self)
                == #"{"event_id":"0190163d-8694-739b-aea5-966c26f8ad90","time":"2026-06-01T12:00:00.000001Z","#
                + #""usage":null,"status":503,"outcome":"failed","upstream":"huggingface","error_type":"loading","#
                + #""estimated_time_ms":20000}"#)
    }
}
