import FastJSON
import TallyCore
import Testing

@testable import TallyMetering

/// I3, and "Identity" of the interface: what an event's identity is made from, and what it is not.
struct EventDraftTests {
    private let base = #""biller":"b","provider":"p","model":"m","usage":{"input":1},"project":"own","user":"u""#

    private func identity(_ members: String, _ defaults: RecordDefaults = RecordDefaults()) throws -> IdentityHint {
        try decode(#"{"time":"2026-06-01T12:00:00Z",\#(members)}"#, defaults).identity
    }

    private func isContent(_ hint: IdentityHint) -> Bool {
        if case .content = hint { true } else { false }
    }

    @Test func anIDIsTheIdentityOfItsBillerWhateverElseTheRecordSays() throws {
        let first = try identity(#""id":"r","biller":"b","usage":{"input":1}"#)
        #expect(!isContent(first))
        #expect(try identity(#""id":"r","biller":"B","usage":null,"project":"x","status":500"#) == first)
        #expect(try identity(#""id":"r","usage":null"#, .with { $0.offering.biller = "b" }) == first)
        #expect(
            try identity(
                #""id":"r","usage":null"#,
                .with {
                    $0.offering.biller = "b"
                    $0.sourceName = "source"
                }) == first)
        #expect(try identity(#""id":"r","biller":"c","usage":null"#) != first)
        #expect(try identity(#""id":"r2","biller":"b","usage":null"#) != first)
        #expect(try identity(#""id":"r","usage":null"#) != first)
        #expect(try identity(#""id":7,"biller":"b","usage":null"#) == identity(#""id":"7","biller":"b","usage":null"#))
    }

    /// What a log does not say, and whoever imports it does, contradicts no source that knows.
    @Test func aSellerThatOnlyTheDefaultsNameIsAssumed() throws {
        func isAssumed(_ members: String, biller: String?) throws -> Bool {
            try decode(with: members, .with { $0.offering.biller = biller }).event.isSellerAssumed
        }
        #expect(try isAssumed(#""model":"m""#, biller: "b"))
        #expect(try !isAssumed(#""model":"m""#, biller: nil))
        #expect(try !isAssumed(#""biller":"b""#, biller: "b"))
        #expect(try !isAssumed(#""provider":"p""#, biller: "b"))
        // Read with the bodies it comes with, too.
        #expect(try isAssumed(#""request":{"model":"m"}"#, biller: "b"))
        #expect(try !isAssumed(#""request":{"model":"m"},"biller":"b""#, biller: "b"))
    }

    @Test func anEventIDIsThatEvent() throws {
        let text = "0190163d-8694-739b-aea5-966c26f8ad90"
        let meant = IdentityHint.settled(try #require(EventIdentity(text: text)))
        #expect(try identity(#""event_id":"\#(text)","usage":null"#) == meant)
        #expect(try identity(#""event_id":"\#(text)","id":"r","biller":"b","usage":null"#) == meant)
        #expect(try identity(#""event_id":"\#(text.uppercased())","usage":null"#) == meant)
    }

    @Test func withoutThemItIsTheRecordsContent() throws {
        let first = try identity(base)
        #expect(isContent(first))
        #expect(try identity(base) == first)
        #expect(isContent(try identity(#""id":"","biller":"b","usage":null"#)))
    }

    /// Importing the same log again under another project corrects the attribution of the same events.
    @Test func theDefaultsOfAttributionTakeNoPart() throws {
        let bare = #""usage":{"input":1}"#
        let first = try identity(bare)
        let attributions = [
            Attribution(project: "p"), Attribution(project: "q"), Attribution(user: "u"), Attribution(key: "k"),
            Attribution(tags: ["a": "b"]),
        ]
        for attribution in attributions {
            let defaults = RecordDefaults.with { $0.attribution = attribution }
            #expect(try identity(bare, defaults) == first, "\(attribution)")
            #expect(try decode(#"{"time":"2026-06-01","usage":null}"#, defaults).event.attribution == attribution)
        }
    }

    @Test(arguments: [
        #""project":"other""#, #""user":"other""#, #""key":"other""#, #""tags":{"a":"b"}"#, #""tags":{"a":"c"}"#,
        #""model":"other""#, #""biller":"other""#, #""provider":"other""#, #""route":"direct""#, #""account":"other""#,
        #""service_tier":"other""#, #""usage":{"input":2}"#, #""usage":{"output":1}"#,
        #""usage":{"input":1,"output":0}"#,
        #""reported_cost":1"#, #""billed_cost":1"#, #""request_id":"other""#, #""status":200"#, #""duration_ms":1"#,
        #""ttfb_ms":1"#, #""stream":true"#, #""stream":false"#, #""outcome":"failed""#,
        #""time":"2026-06-01T12:00:01Z""#,
    ])
    func everythingTheRecordItselfSaysTakesPart(_ change: String) throws {
        #expect(try identity(base + "," + change) != identity(base))
    }

    @Test func allThoseChangesDifferFromOneAnother() throws {
        let changes = [
            #""key":"x""#, #""account":"x""#, #""service_tier":"x""#, #""request_id":"x""#, #""reported_cost":1"#,
            #""billed_cost":1"#, #""duration_ms":1"#, #""ttfb_ms":1"#, #""status":100"#, #""duration_ms":100"#,
            #""tags":{"x":"y"}"#, #""tags":{"y":"x"}"#, #""tags":{"x":"y","y":"x"}"#, #""tags":{"xy":""}"#,
        ]
        var seen: [EventIdentity: String] = [:]
        for change in changes {
            guard case .content(let identity) = try identity(base + "," + change) else { continue }
            #expect(seen.updateValue(change, forKey: identity) == nil, "\(change)")
        }
        #expect(seen.count == changes.count)
    }

    @Test func defaultsOfTheOfferingAndTheSourcesNameTakePart() throws {
        let bare = #""usage":{"input":1}"#
        let first = try identity(bare)
        #expect(try identity(bare, .with { $0.offering.biller = "b" }) != first)
        #expect(try identity(bare, .with { $0.offering.model = "m" }) != first)
        #expect(try identity(bare, .with { $0.offering.route = .direct }) != first)
        #expect(try identity(bare, .with { $0.sourceName = "a" }) != first)
        #expect(try identity(bare, .with { $0.sourceName = "a" }) != identity(bare, .with { $0.sourceName = "b" }))
        // A default that says what the record says changes nothing.
        #expect(
            try identity(base, .with { $0.offering = Offering(biller: "b", provider: "p", model: "m") })
                == identity(base))
    }

    @Test func spellingsOrderAndWayOfWritingTakeNoPart() throws {
        let defaults = RecordDefaults.with { $0.aliases.add("x-ai", for: "xai") }
        #expect(
            try identity(#""provider":"x-ai","usage":{"input":1,"output":2}"#, defaults)
                == identity(#""usage":{"output":2.0,"input":"1"},"provider":"XAI""#, defaults))
        #expect(
            try identity(#""tags":{"a":"1","b":"2"},"usage":null"#)
                == identity(#""tags":{"b":"2","a":"1"},"usage":null"#))
        #expect(
            try decode(#"{"time":"2026-06-01T14:00:00+02:00","usage":null}"#).identity == identity(#""usage":null"#))
        #expect(try identity(base + #","unheard_of":1"#) == identity(base))
    }

    @Test func occurrencesOfOneContentAreEventsOfTheirOwn() throws {
        let content = EventIdentity(high: 1, low: 2)
        let many = (0..<1_000).map { EventIdentity(content: content, occurrence: $0) }
        #expect(Set(many).count == many.count)
        #expect(!many.contains(content))
        #expect(EventIdentity(content: content, occurrence: 5) == many[5])
        #expect(EventIdentity(content: EventIdentity(high: 2, low: 1), occurrence: 0) != many[0])
    }

    @Test func spellingsOfOneNameAreOneNameWhicheverComesFirst() throws {
        let composed =
            #"{"time":"2026-06-01T12:00:00Z","model":"mod\u00e9l","project":"caf\u00e9","usage":{"input":1}}"#
        let decomposed =
            #"{"time":"2026-06-01T12:00:00Z","model":"mode\u0301l","project":"cafe\u0301","usage":{"input":1}}"#
        let parser = try JSONParser()
        for pair in [[composed, decomposed], [decomposed, composed]] {
            var decoder = EventRecordDecoder(defaults: RecordDefaults())
            let drafts = try pair.map { text in try parser.withDocument(text) { root in try decoder.decode(root) } }
            #expect(drafts[0].identity == drafts[1].identity)
            let model = try #require(drafts[1].event.offering.model)
            #expect(Array(model.utf8) == Array("mod\u{e9}l".utf8))
            let project = try #require(drafts[0].event.attribution.project)
            #expect(Array(project.utf8) == Array("caf\u{e9}".utf8))
        }
    }

    /// The memory of names is bounded; what was read when it starts anew keeps its names.
    @Test func moreNamesThanAreRememberedAreReadRight() throws {
        var decoder = EventRecordDecoder(defaults: RecordDefaults(), capacity: 7)
        let parser = try JSONParser()
        for number in 0..<100 {
            let text =
                #"{"time":"2026-06-01T12:00:00Z","usage":null,"model":"m","project":"p","user":"\#(number)","tags":{"a":"b"}}"#
            let draft = try parser.withDocument(text) { root in try decoder.decode(root) }
            let attribution = draft.event.attribution
            guard draft.event.offering.model == "m", attribution.project == "p", attribution.user == "\(number)",
                attribution.tags == ["a": "b"]
            else {
                Issue.record("record \(number) became \(draft)")
                return
            }
        }
    }
}
