import TallyCore
import TallyMetering
import TallyTestSupport
import Testing

@testable import TallyService

struct SpoolReaderTests {
    private let seed: UInt64 = 0x7370_6f6f

    @Test func everyEventComesBack() throws {
        var generator = try EventGenerator(seed: seed)
        var reader = try SpoolReader(aliases: ProviderAliases())
        for _ in 0..<500 {
            let event = generator.event()
            #expect(try reader.event(EventRecordWriter.record(of: event)) == event, "seed \(seed)")
        }
    }

    @Test func namesGetTheirOneSpelling() throws {
        var aliases = ProviderAliases()
        aliases.add("fireworks-ai", for: "fireworks")
        var reader = try SpoolReader(aliases: aliases)
        var event = UsageEvent(identity: RelayedCall.identity, time: try instant("2026-06-01T12:00:00Z"))
        event.offering = Offering(biller: "huggingface", provider: "Fireworks-AI", model: "a/b", route: .routed)
        #expect(try reader.event(EventRecordWriter.record(of: event)).offering.provider == "fireworks")
        // Behind a router who served stays unknown (I8).
        event.offering.provider = nil
        #expect(try reader.event(EventRecordWriter.record(of: event)).offering.provider == nil)
    }

    @Test(arguments: [
        "", "{", "[]", "null", "\u{0}", #"{"time":"2026-06-01T12:00:00Z","usage":null}"#,
        #"{"event_id":"x","time":"2026-06-01T12:00:00Z","usage":null}"#,
        #"{"event_id":"0190163d-8694-739b-aea5-966c26f8ad90","usage":null}"#,
        #"{"event_id":"0190163d-8694-739b-aea5-966c26f8ad90","time":"2026-06-01T12:00:00Z"}"#,
        #"{"event_id":"0190163d-8694-739b-aea5-966c26f8ad90","time":"2026-06-01T12:00:00Z","usage":null}x"#,
    ])
    func aLineThatIsNoEventSpoilsNoOther(line: String) throws {
        var generator = try EventGenerator(seed: seed)
        var reader = try SpoolReader(aliases: ProviderAliases())
        let bytes = Array(line.utf8)
        var failed = false
        do { _ = try reader.event(bytes) } catch { failed = true }
        #expect(failed)
        let event = generator.event()
        #expect(try reader.event(EventRecordWriter.record(of: event)) == event)
    }

    @Test func aLineWithoutItsIdentitySaysSo() throws {
        var reader = try SpoolReader(aliases: ProviderAliases())
        let line = Array(#"{"time":"2026-06-01T12:00:00Z","usage":null}"#.utf8)
        var message = ""
        do { _ = try reader.event(line) } catch { message = "\(error)" }
        #expect(message == "the record has no event_id")
    }
}
