import FastJSON
import TallyCore
import TallyMetering
import Testing

struct EventRecordDecoderTests {
    private let noon = Instant(microseconds: 1_780_315_200_000_000)

    @Test func readsEveryFieldOfAnEvent() throws {
        let draft = try decode(
            """
            {"id":"req-1","event_id":"0190163d-8694-739b-aea5-966c26f8ad90","time":"2026-06-01T12:00:00Z",
            "biller":"HuggingFace","provider":"Together","model":"meta-llama/Meta-Llama-3-70B-Instruct",
            "route":"routed","account":"acme","project":"search","user":"u1","key":"ci","tags":{"team":"ranking"},
            "usage":{"input":1000,"cache_read":0,"output":20},"status":200,"duration_ms":812,"ttfb_ms":140,
            "service_tier":"batch","reported_cost":"0.000000375","billed_cost":0.0100,"request_id":"gen-7",
            "stream":true,"outcome":"interrupted","cost":"9.99","price_ids":["price_x"],"anything":[{"else":1}]}
            """)
        let event = draft.event
        #expect(event.id == "req-1" && event.requestID == "gen-7")
        #expect(event.time == noon)
        #expect(
            event.offering
                == Offering(
                    biller: "huggingface", provider: "together", model: "meta-llama/Meta-Llama-3-70B-Instruct",
                    route: .routed, account: "acme", serviceTier: "batch"))
        #expect(event.attribution == Attribution(project: "search", user: "u1", key: "ci", tags: ["team": "ranking"]))
        #expect(event.usage == .of([.input: 1000, .cacheRead: 0, .output: 20]))
        #expect(event.status == 200 && event.durationMs == 812 && event.ttfbMs == 140 && event.isStream == true)
        #expect(event.reportedCost?.description == "0.000000375" && event.billedCost?.description == "0.01")
        #expect(event.outcome == .interrupted)
        let identity = try #require(EventIdentity(text: "0190163d-8694-739b-aea5-966c26f8ad90"))
        #expect(draft.identity == .settled(identity))
    }

    /// Unknown is not zero: what is null or absent stays unknown.
    @Test func nullIsUnknownEverywhere() throws {
        let names = [
            "id", "event_id", "biller", "provider", "model", "route", "account", "project", "user", "key", "tags",
            "status", "duration_ms", "ttfb_ms", "service_tier", "reported_cost", "billed_cost", "request_id", "stream",
            "outcome", "request", "response",
        ]
        let nulls = names.map { "\"\($0)\":null" }.joined(separator: ",")
        let draft = try decode(with: nulls)
        let bare = try decode(#"{"time":"2026-06-01T12:00:00Z","usage":null}"#)
        #expect(draft.event == bare.event)
        #expect(draft.identity == bare.identity)
        #expect(bare.event.offering == Offering() && bare.event.attribution == Attribution())
        #expect(bare.event.usage == nil && bare.event.status == nil && bare.event.isStream == nil)
        #expect(bare.event.reportedCost == nil && bare.event.outcome == .complete)
    }

    @Test func emptyTextIsNone() throws {
        let names = [
            "id", "biller", "provider", "model", "account", "project", "user", "key", "service_tier", "request_id",
        ]
        let draft = try decode(with: names.map { "\"\($0)\":\"\"" }.joined(separator: ","))
        #expect(draft.event == (try decode(with: #""x":1"#)).event)
    }

    @Test(arguments: [
        #"{"input":1000,"output":null}"#, #"{"input":"1000"}"#, #"{"input":1e3}"#, #"{"input":1000.0}"#,
        #"{"input":7,"input":1000}"#,
    ])
    func countsMayBeWrittenInAnyExactWay(_ usage: String) throws {
        let event = try decode(#"{"time":"2026-06-01","usage":"# + usage + "}").event
        #expect(event.usage == .of([.input: 1000]))
    }

    @Test func usageThatStatesNothingIsUnknown() throws {
        #expect(try decode(#"{"time":"2026-06-01","usage":{}}"#).event.usage == nil)
        #expect(try decode(#"{"time":"2026-06-01","usage":{"input":null}}"#).event.usage == nil)
        #expect(try decode(#"{"time":"2026-06-01","response":null}"#).event.usage == nil)
        #expect(try decode(#"{"time":"2026-06-01","usage":{"input":0}}"#).event.usage == .of([.input: 0]))
    }

    @Test func everyClassIsReadByItsName() throws {
        for usageClass in UsageClass.allCases {
            let usage = #"{"\#(usageClass.name)":2}"#
            let read = try decode(#"{"time":"2026-06-01","usage":\#(usage)}"#).event.usage
            #expect(read == .of([usageClass: 2 * usageClass.storedPerUnit]), "\(usageClass)")
        }
        let seconds = try decode(#"{"time":"2026-06-01","usage":{"compute_seconds":1.5,"megapixels":"0.000001"}}"#)
        #expect(seconds.event.usage == .of([.megapixels: 1, .computeSeconds: 1_500_000]))
    }

    @Test(
        arguments: [
            ("1780315200", 0), ("1780315200.25", 250_000), ("1780315200250", 250_000), ("1780315200250000", 250_000),
            ("1780315200250000000", 250_000), (#""1780315200""#, 0), (#""2026-06-01T14:00:00+02:00""#, 0),
            ("1.7803152e9", 0), (#""2026-06-01 12:00""#, 0), ("1780315200.0000019", 1),
        ] as [(String, Int64)])
    func timesMayBeNumbersOfAnyUnit(_ time: String, _ microseconds: Int64) throws {
        let event = try decode(#"{"time":\#(time),"usage":null}"#).event
        #expect(event.time.microseconds == noon.microseconds + microseconds)
        let other = try decode(#"{"timestamp":\#(time),"usage":null}"#).event
        #expect(other.time == event.time)
    }

    @Test func timesWithoutAnOffsetAreOfTheDefaultZone() throws {
        let berlin = try #require(ReportZone(name: "Europe/Berlin"))
        let defaults = RecordDefaults.with { $0.zone = berlin }
        #expect(try decode(#"{"time":"2026-06-01 14:00","usage":null}"#, defaults).event.time == noon)
        #expect(try decode(#"{"time":"2026-06-01T12:00:00Z","usage":null}"#, defaults).event.time == noon)
        let day = try decode(#"{"time":"2026-06-01","usage":null}"#, defaults).event.time
        #expect(day.description == "2026-05-31T22:00:00Z")
    }

    @Test(
        arguments: [
            (#""status":500"#, .failed), (#""status":399"#, .complete),
            (#""status":404,"outcome":"complete""#, .complete),
            (#""outcome":"complete","status":404"#, .complete), (#""outcome":"failed""#, .failed),
            (#""response":{"error":{"message":"x"}}"#, .failed),
            (#""response":{"error":{"message":"x"}},"outcome":"interrupted""#, .interrupted),
            (#""response":{"error":null}"#, .complete), (#""response":{"status_code":429,"body":{}}"#, .failed),
        ] as [(String, Outcome)])
    func theOutcomeIsStatedOrFollowsFromTheStatus(_ members: String, _ outcome: Outcome) throws {
        #expect(try decode(with: members).event.outcome == outcome)
    }

    @Test func theDefaultsFillInWhatARecordDoesNotSay() throws {
        let defaults = RecordDefaults.with {
            $0.offering = Offering(biller: "together", provider: "together", model: "m", route: .direct)
            $0.attribution = Attribution(project: "p", user: "u", tags: ["a": "1"])
        }
        let bare = try decode(with: #""x":1"#, defaults).event
        #expect(bare.offering == defaults.offering)
        #expect(bare.attribution == defaults.attribution)
        let full = try decode(
            with:
                #""biller":"openai","provider":"azure","model":"n","route":"routed","project":"q","user":"v","tags":{"b":"2"}"#,
            defaults
        ).event
        #expect(full.offering == Offering(biller: "openai", provider: "azure", model: "n", route: .routed))
        #expect(full.attribution == Attribution(project: "q", user: "v", tags: ["b": "2"]))
    }

    @Test(
        arguments: [
            // what the record says, default biller, default provider; biller and provider of the event
            (#""provider":"together""#, "huggingface", nil, "huggingface", "together"),
            (#""biller":"huggingface""#, nil, "together", "huggingface", "together"),
            (#""biller":"huggingface""#, "together", nil, "huggingface", nil),
            (#""provider":"huggingface/groq""#, "together", "together", "huggingface", "groq"),
            (#""biller":"huggingface_groq""#, "together", "together", "huggingface", "groq"),
            (#""provider":"groq""#, "huggingface/together", nil, "huggingface", "groq"),
            (#""provider":"groq""#, nil, "together", "groq", "groq"),
            (#""x":1"#, nil, "huggingface/x-ai", "huggingface", "xai"),
            (#""provider":"X-AI""#, nil, nil, "xai", "xai"), (#""x":1"#, nil, nil, nil, nil),
        ] as [(String, String?, String?, String?, String?)])
    func sellersComeFromTheRecordThenFromTheDefaults(
        _ members: String, _ biller: String?, _ provider: String?, _ meantBiller: String?, _ meantProvider: String?
    ) throws {
        let defaults = RecordDefaults.with {
            $0.offering = Offering(biller: biller, provider: provider)
            $0.aliases.add("x-ai", for: "xai")
        }
        let offering = try decode(with: members, defaults).event.offering
        #expect(offering.biller == meantBiller)
        #expect(offering.provider == meantProvider)
    }

    @Test func unattributedIsNoProject() throws {
        let defaults = RecordDefaults.with { $0.attribution.project = "p" }
        #expect(try decode(with: #""project":"unattributed""#).event.attribution.project == nil)
        #expect(try decode(with: #""project":"unattributed""#, defaults).event.attribution.project == "p")
    }

    @Test func whatARecordSaysComesBeforeItsResponseAndThatBeforeItsRequest() throws {
        let bodies = #"""
            "request":{"model":"asked","user":"asker","stream":true,"metadata":{"team":"a"}},
            "response":{"id":"gen-1","model":"served","service_tier":"flex","usage":{"prompt_tokens":3,"completion_tokens":4}}
            """#
        let from = try decode(#"{"timestamp":1780315200,\#(bodies)}"#).event
        #expect(from.offering.model == "served" && from.offering.serviceTier == "flex" && from.requestID == "gen-1")
        #expect(from.attribution.user == "asker" && from.attribution.tags == ["team": "a"] && from.isStream == true)
        #expect(from.usage == .of([.input: 3, .output: 4]))
        let stated = try decode(
            #"""
            {"timestamp":1780315200,"model":"said","user":"me","stream":false,"tags":{"b":"2"},"service_tier":"batch",
            "request_id":"mine","usage":{"input":1},\#(bodies)}
            """#
        ).event
        #expect(stated.offering.model == "said" && stated.offering.serviceTier == "batch" && stated.requestID == "mine")
        #expect(stated.attribution.user == "me" && stated.attribution.tags == ["b": "2"] && stated.isStream == false)
        #expect(stated.usage == .of([.input: 1]))
    }

    @Test func oneDecoderReadsManyRecordsWithoutMixingThem() throws {
        let full = #"{"time":"2026-06-01","usage":{"input":1},"model":"m","project":"p","tags":{"a":"b"},"status":500}"#
        let bare = #"{"time":"2026-06-01","usage":null}"#
        var decoder = EventRecordDecoder(defaults: RecordDefaults())
        let parser = try JSONParser()
        _ = try parser.withDocument(full) { try decoder.decode($0) }
        let second = try parser.withDocument(bare) { try decoder.decode($0) }
        let alone = try decode(bare)
        #expect(second.event == alone.event && second.identity == alone.identity)
    }
}
