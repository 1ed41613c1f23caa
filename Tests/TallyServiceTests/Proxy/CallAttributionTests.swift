import NIOHTTP1
import TallyCore
import TallyMetering
import Testing

@testable import TallyService

struct CallAttributionTests {
    private func stated(_ headers: [(String, String)], grant: KeyGrant? = nil) throws -> Attribution {
        try CallAttribution.stated(HTTPHeaders(headers), key: grant?.attribution)
    }

    @Test func nobodyIsNone() throws {
        #expect(try stated([]) == .none)
        #expect(
            try stated([
                ("X-Tally-Project", ""), ("X-Tally-User", "  "), ("X-Tally-Tags", " , ,"), ("Helicone-User-Id", ""),
                ("x-litellm-tags", ","), ("Authorization", "Bearer hf_1"), ("Host", "x"), ("x-other", "y"),
            ]) == .none)
        #expect(try stated([("X-Tally-Project", "unattributed")]) == .none)
    }

    @Test func theHeadersOfTallyCountFirst() throws {
        let attribution = try stated([
            ("helicone-user-id", "other"), ("Helicone-Property-Team", "other"), ("x-litellm-tags", "other"),
            ("X-TALLY-PROJECT", " search "), ("x-tally-user", "\tu1"), ("X-Tally-Tags", "team=ranking, stage=prod"),
        ])
        #expect(
            attribution
                == Attribution(project: "search", user: "u1", tags: ["team": "ranking", "stage": "prod"]))
    }

    @Test(arguments: [
        ("a=b", ["a": "b"]), ("a=b,c=d", ["a": "b", "c": "d"]), (" a = b , c=", ["a": "b", "c": ""]),
        ("a=b=c==", ["a": "b=c=="]), (",,a=b,,", ["a": "b"]), ("a=1,a=2", ["a": "2"]), ("a=%2C b", ["a": "%2C b"]),
        ("\u{e9}=\u{1F600}", ["\u{e9}": "\u{1F600}"]), ("a=\"x", ["a": "\"x"]), ("\ta=b\t", ["a": "b"]),
    ])
    func tagsAreRead(text: String, tags: [String: String]) throws {
        #expect(try stated([("X-Tally-Tags", text)]).tags == tags)
    }

    @Test func repeatedTagHeadersAreOneList() throws {
        #expect(try stated([("X-Tally-Tags", "a=1"), ("x-tally-tags", "b=2")]).tags == ["a": "1", "b": "2"])
    }

    /// Of a header that is to be there once, the first that says something.
    @Test func theFirstOfRepeatedNamesCounts() throws {
        let attribution = try stated([
            ("X-Tally-Project", ""), ("X-Tally-Project", "a"), ("x-tally-project", "b"), ("x-tally-project", ""),
            ("X-Tally-User", "u"), ("X-Tally-User", "v"),
        ])
        #expect(attribution == Attribution(project: "a", user: "u"))
        #expect(try stated([("Helicone-User-Id", "u"), ("Helicone-User-Id", "v")]).user == "u")
    }

    private static let long = String(repeating: "x", count: 1025)
    private static let longest = String(repeating: "x", count: 1024)

    @Test func longNamesAreTaken() throws {
        #expect(try stated([("X-Tally-Project", Self.longest)]).project == Self.longest)
        #expect(try stated([("X-Tally-Tags", "\(Self.longest)=\(Self.longest)")]).tags == [Self.longest: Self.longest])
        let names = (0..<64).map { "t\($0)=x" }.joined(separator: ",")
        // Naming one again is no further tag.
        #expect(try stated([("X-Tally-Tags", names + ",t0=y")]).tags?["t0"] == "y")
    }

    @Test(arguments: [
        ("X-Tally-Project", long, "x-tally-project"), ("X-Tally-User", long, "x-tally-user"),
        ("X-Tally-Project", String(repeating: "x", count: 1 << 20), "at most 1024 bytes"),
        ("X-Tally-Project", "a\tb", "control character"), ("X-Tally-User", "a\u{7f}b", "control character"),
        // Its composed form is longer than what is kept of a name.
        ("X-Tally-Project", String(repeating: "\u{958}", count: 300), "at most 1024 bytes"),
        ("X-Tally-Tags", "team", "team=ranking"), ("X-Tally-Tags", "=x", "team=ranking"),
        ("X-Tally-Tags", "a=b,=", "team=ranking"), ("X-Tally-Tags", " =x", "team=ranking"),
        ("X-Tally-Tags", "\(long)=x", "at most 1024 bytes"), ("X-Tally-Tags", "x=\(long)", "at most 1024 bytes"),
        ("X-Tally-Tags", (0..<65).map { "t\($0)=x" }.joined(separator: ","), "at most 64 tags"),
        ("X-Tally-Tags", String(repeating: "a=b;", count: 1 << 18), "at most 1024 bytes"),
        ("X-Tally-Tags", "a=b\tc", "control character"), ("X-Tally-Tags", "a\tb=c", "control character"),
    ])
    func whatTallyCannotReadIsRefused(name: String, value: String, mend: String) throws {
        let error = try #require(throws: ProxyRefusal.self) { try stated([(name, value)]) }
        guard case .badHeader = error else {
            Issue.record("\(error)")
            return
        }
        #expect(error.message.lowercased().contains(mend), "\(error.message)")
        #expect(error.message.lowercased().contains(name.lowercased()))
        // What stands in a header may be private.
        #expect(!error.message.contains("xxxx") && error.message.utf8.count < 200)
        #expect(error.status == .badRequest)
    }

    @Test func othersOfTallysHeadersSayNothing() throws {
        #expect(try stated([("X-Tally-Key", Self.long), ("X-Tally-Event-Id", Self.long), ("x-tally-", "x")]) == .none)
    }

    @Test func theHeadersOfOtherGatewaysAreUnderstood() throws {
        let attribution = try stated([
            ("Helicone-Property-Session", "s 1"), ("helicone-property-App", ""), ("HELICONE-USER-ID", "u"),
            ("x-litellm-tags", "beta, team:search ,k=v,url:https://x"), ("Helicone-Auth", "Bearer secret"),
        ])
        #expect(attribution.user == "u" && attribution.project == nil)
        #expect(
            attribution.tags == [
                "Session": "s 1", "App": "", "beta": "true", "team": "search", "k": "v", "url": "https://x",
            ])
    }

    @Test func whatDoesNotFitInThemIsPassedOver() throws {
        let attribution = try stated([
            ("Helicone-Property-", "x"), ("Helicone-Property-A", Self.long), ("Helicone-Property-B", "b\tc"),
            ("Helicone-Property-\(Self.long)", "x"), ("Helicone-User-Id", Self.long), ("x-litellm-tags", Self.long),
            ("x-litellm-tags", "=x,:y,\tc\td"), ("Helicone-Property-C", "c"),
        ])
        #expect(attribution == Attribution(tags: ["C": "c"]))
        let many = (0..<100).map { ("Helicone-Property-\($0)", "x") }
        #expect(try stated(many).tags?.count == 64)
    }

    @Test func theKeyComesBeforeAll() throws {
        let headers = [("X-Tally-Project", "p"), ("X-Tally-User", "u"), ("X-Tally-Tags", "a=b")]
        let whole = ProxyParts.grant(name: "ci", project: "kp", user: "ku", tags: ["k": "v"])
        #expect(
            try stated(headers, grant: whole)
                == Attribution(project: "kp", user: "ku", key: "ci", tags: ["k": "v"]))
        #expect(
            try stated(headers, grant: ProxyParts.grant(name: "ci"))
                == Attribution(project: "p", user: "u", key: "ci", tags: ["a": "b"]))
    }

    @Test func theBodyCountsLast() throws {
        let request = try ProxyParts.request(user: "bu", tags: ["b": "c"])
        #expect(
            CallAttribution.completed(Attribution(project: "p"), by: request)
                == Attribution(project: "p", user: "bu", tags: ["b": "c"]))
        let whole = Attribution(project: "p", user: "u", key: "k", tags: ["a": "b"])
        #expect(CallAttribution.completed(whole, by: request) == whole)
        #expect(CallAttribution.completed(whole, by: nil) == whole)
        #expect(CallAttribution.completed(.none, by: try ProxyParts.request()) == .none)
    }

    /// What is recorded must be readable again, whatever the headers held.
    @Test func everyAttributionComesBackFromItsRecord() throws {
        let attribution = try stated([
            ("X-Tally-Project", "e\u{301} \u{feff}\u{2028}\""), ("Helicone-User-Id", "\u{1F600}\\"),
            ("Helicone-Property-e\u{301}", "\u{958}"), ("x-litellm-tags", "{\"a\":1}"),
        ])
        var event = UsageEvent(identity: RelayedCall.identity, time: try instant("2026-06-01T12:00:00Z"))
        event.attribution = attribution
        var reader = try SpoolReader(aliases: ProviderAliases())
        #expect(try reader.event(EventRecordWriter.record(of: event)).attribution == attribution)
    }
}
