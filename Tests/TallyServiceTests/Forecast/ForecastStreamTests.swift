import Foundation
import Synchronization
import Testing

@testable import TallyService

/// The protocol of `tally forecast --jsonl`.
struct ForecastStreamTests {
    private let folder: LogFolder

    init() throws { folder = try LogFolder() }

    private func answers(_ lines: String) async throws -> [String] {
        let stream = try ForecastStream(path: folder.write("requests.jsonl", lines), maxLineBytes: 4096)
        let output = Mutex<[UInt8]>([])
        try await stream.run { bytes in output.withLock { $0 += bytes } }
        return String(decoding: output.withLock { $0 }, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func request(_ members: String = "", daily: String = "[10,10,10,10,10,10,10,10,10,10]") -> String {
        #"{"id":"d|7","as_of":"2026-06-10","period_start":"2026-06-01","period_end":"2026-06-30","horizon_days":20,"#
            + #""history":{"start_date":"2026-06-01","daily":\#(daily)}\#(members)}"# + "\n"
    }

    private func object(_ answer: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any])
    }

    private func number(_ object: [String: Any], _ name: String) throws -> Double {
        try #require((object[name] as? NSNumber)?.doubleValue, "\(name)")
    }

    @Test func aRequestIsAnswered() async throws {
        let answers = try await answers(request(#","month_to_date":100,"budget":320,"levels":[80,95]"#))
        try #require(answers.count == 1)
        #expect(answers[0].hasPrefix(#"{"id":"d|7","month_to_date":100.00,"total":300.00,"median":300.00,"lo80":"#))
        let answer = try object(answers[0])
        let bounds = try ["lo95", "lo80", "median", "hi80", "hi95"].map { try number(answer, $0) }
        #expect(bounds == bounds.sorted() && bounds[0] >= 100)
        let chance = try number(answer, "p_exceed")
        #expect(chance > 0 && chance < 0.5)
        #expect(answer["passes_on"] is NSNull)
        #expect((answer["daily"] as? [NSNumber])?.map(\.doubleValue) == Array(repeating: 10, count: 20))
        #expect(try number(answer, "history_days") == 10)
    }

    @Test func whatIsNotSaidIsFoundOut() async throws {
        let answers = try await answers(#"{"history":{"start_date":"2026-06-01","daily":["1.5",2,null,1e0,1.5]}}"#)
        let answer = try object(answers[0])
        #expect(answer["id"] is NSNull && answer["p_exceed"] == nil)
        // The unknown day is expected, and no part of what is spent.
        #expect(try number(answer, "month_to_date") == 6 && number(answer, "total") > 35)
        #expect((answer["daily"] as? [Any])?.count == 25)
        #expect(answer["lo80"] != nil && answer["hi95"] != nil)
    }

    @Test func levelsAreThoseAskedFor() async throws {
        let answer = try object(try await answers(request(#","levels":[50,90,50]"#))[0])
        #expect(answer["lo50"] != nil && answer["hi90"] != nil && answer["lo80"] == nil)
    }

    @Test func tooLittleDataIsSaid() async throws {
        let answers = try await answers(
            #"{"id":7,"history":{"start_date":"2026-06-01","daily":[1.25,2]}}"# + "\n"
                + #"{"id":8,"history":{"start_date":"2026-06-01","daily":[]},"as_of":"2026-06-03"}"#)
        #expect(
            answers == [
                #"{"id":7,"error":"not enough data: 2 days of history, and 3 are needed","month_to_date":3.25,"history_days":2}"#,
                #"{"id":8,"error":"not enough data: 0 days of history, and 3 are needed","month_to_date":0.00,"history_days":0}"#,
            ])
    }

    @Test func amountsOfTheMonthStayExact() async throws {
        let answers = try await answers(
            #"{"id":1,"as_of":"2026-06-30","history":{"start_date":"2026-06-28","daily":[0.1,0.2,0.000000000003]}}"#)
        #expect(answers[0].contains(#""month_to_date":0.300000000003,"total":0.300000000003,"#))
        #expect(answers[0].contains(#""daily":[]"#))
    }

    @Test(arguments: [
        ("[]", "not a JSON object"), ("{", ""), (#"{"id":1}"#, "history: missing"),
        (#"{"history":{"daily":[1]}}"#, "history.start_date: missing"),
        (#"{"history":{"start_date":"2026-06-01"}}"#, "history.daily: missing"),
        (#"{"history":{"start_date":"1.6.2026","daily":[1]}}"#, "history.start_date: no date"),
        (#"{"history":{"start_date":"2026-06-01","daily":[true]}}"#, "history.daily: neither"),
        (#"{"history":{"start_date":"2026-06-01","daily":["x"]}}"#, "history.daily is not a decimal number"),
        (#"{"history":{"start_date":"2026-06-01","daily":[1e30]}}"#, "history.daily is larger"),
        (#"{"history":{"start_date":"2026-06-01","daily":[1e20]}}"#, "history.daily: the spend of 2026-06-01"),
        (#"{"history":{"start_date":"2026-06-01","daily":[1]},"period_end":"2026-05-01"}"#, "period_end: 2026-05-01"),
        (#"{"history":{"start_date":"2026-06-01","daily":[1]},"levels":[100]}"#, "levels: "),
        (#"{"history":{"start_date":"2026-06-01","daily":[1]},"horizon_days":5}"#, "horizon_days: 5 where"),
        (#"{"history":{"start_date":"2026-06-01","daily":[1]},"as_of":"tomorrow"}"#, "as_of: no date"),
    ])
    func linesThatAreNotValidAreRefused(_ line: String, _ beginning: String) async throws {
        let answers = try await answers("\n\(line)\n" + request())
        try #require(answers.count == 2)
        let refusal = try object(answers[0])
        #expect((refusal["error"] as? String)?.hasPrefix(beginning) == true, "\(answers[0])")
        #expect(try number(refusal, "line") == 2)
        #expect(try object(answers[1])["total"] != nil)
    }

    @Test func aLineThatIsTooLongIsRefused() async throws {
        let answers = try await answers(
            request(daily: "[" + String(repeating: "1,", count: 3000) + "1]") + request())
        #expect(answers[0].hasSuffix(#"at most 4096 can be read","line":1}"#))
        #expect(try object(answers[1])["total"] != nil)
    }
}
