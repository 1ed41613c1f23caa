import Foundation
import TallyCore
import TallyMetering
import TallyService
import TallyTestSupport
import Testing

struct RecordStreamTests {
    /// Logs of every shape, each with records that say the same.
    static let logs: [(name: String, text: String)] = {
        let time = #""time":"2026-03-30T00:00:00Z""#
        let plain = #"{\#(time),"biller":"together","model":"plain","usage":{"input":1}}"#
        let other = #"{\#(time),"biller":"together","model":"other","usage":{"input":2}}"#
        let named = (0..<5).map { #"{"id":"n\#($0)",\#(time),"biller":"together","usage":{"input":\#($0)}}"# }
        let session = (0..<4).flatMap { number in
            (1...2).map { output in
                #"{"type":"assistant","sessionId":"s","version":"2","timestamp":"2026-03-30T00:00:0\#(number)Z","#
                    + #""requestId":"r\#(number)","message":{"id":"msg_\#(number)","model":"m","#
                    + #""usage":{"input_tokens":10,"output_tokens":\#(output)}}}"#
            }
        }
        let codex = (1...4).map { number in
            #"{"timestamp":"2026-03-30T00:00:00Z","type":"event_msg","payload":{"type":"token_count","info":"#
                + #"{"total_token_usage":{"input_tokens":\#(number * 10),"output_tokens":\#(number)},"#
                + #""last_token_usage":{"input_tokens":10,"output_tokens":1}}}}"#
        }
        let row = "2026-03-30T00:00:00Z,plain,1\n"
        return [
            ("content", ([plain, other, plain, "", plain, other, "nonsense", plain]).joined(separator: "\n") + "\n"),
            ("ids", named.joined(separator: "\r\n") + "\r\n"),
            ("list", "[\n  \(plain),\n  \(plain)\n  ,\(other), \(other),\n  \(plain)\n]\n"),
            ("lists", "[\(plain),\(other)]\n[\(plain),\(plain)]\n"),
            ("page", "{\n\"rows\": [\n\(plain),\n\(plain)\n],\n\"next_cursor\": null}\n"),
            ("documents", plain.replacing(",", with: ",\n") + "\n" + named[0].replacing(",", with: ",\n") + "\n"),
            ("table", "time,model,input\n" + row + row + "2026-03-30T00:00:00Z,\"a\nb\",3\n" + row + "x,y,1\n" + row),
            ("session", session.joined(separator: "\n") + "\n"),
            ("codex", #"{"type":"session_meta","payload":{}}"# + "\n" + codex.joined(separator: "\n") + "\n"),
        ]
    }()

    private func settings() -> RecordSettings {
        var settings = RecordSettings()
        settings.defaults.offering.biller = "together"
        return settings
    }

    /// A reading that is begun anew again and again tells what one reading tells: nothing is lost, and what is told twice
    /// has the same identity.
    @Test(arguments: logs.map(\.name)) func aReadingGoesOnFromItsBookmark(_ name: String) throws {
        let text = try #require(Self.logs.first { $0.name == name }?.text)
        let folder = try LogFolder()
        let path = try folder.write(name, text)
        let whole = try recordsRead(try RecordStream(path: path, settings: settings()))
        #expect(whole.count > 1)
        for step in 1...3 {
            var bookmark = RecordBookmark()
            var told: [String] = []
            // A little more each time: a line may hold several records, and a session is read from its beginning.
            for most in stride(from: step, through: 2 * whole.count + step, by: step) {
                let stream = try RecordStream(path: path, settings: settings(), from: bookmark)
                stream.isGrowing = true
                told += try recordsRead(stream, most: most)
                bookmark = stream.bookmark
            }
            #expect(identities(told) == identities(whole), "\(step) at a time")
        }
    }

    private func identities(_ told: [String]) -> Set<String> {
        // A reject is known by what it says, since its line's number depends on where the reading began.
        Set(told.filter { !$0.contains("skipped") }.map { String($0.split(separator: " ", maxSplits: 1).last ?? "") })
    }

    /// However a file is written, a reading that follows it tells what a reading of the whole does.
    @Test(arguments: logs.map(\.name)) func aGrowingFileIsReadAsFarAsItGoes(_ name: String) throws {
        let text = try #require(Self.logs.first { $0.name == name }?.text)
        let folder = try LogFolder()
        let whole = try recordsRead(try RecordStream(path: folder.write("whole", text), settings: settings()))
        let path = try folder.write("growing", "")
        let file = try #require(FileHandle(forWritingAtPath: path))
        var random = SplitMix64(seed: 7)
        var stream = try RecordStream(path: path, settings: settings())
        stream.isGrowing = true
        var told: [String] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...60, using: &random))
            rest = rest.dropFirst(piece.count)
            try file.write(contentsOf: Data(piece))
            if !stream.readOn() || stream.bookmark == RecordBookmark() {
                stream = try RecordStream(path: path, settings: settings(), from: stream.bookmark)
                stream.isGrowing = true
            }
            told += try recordsRead(stream)
        }
        stream.isGrowing = false
        if stream.readOn() { told += try recordsRead(stream) }
        #expect(identities(told) == identities(whole))
        if name != "session", name != "codex" { #expect(told == whole) }
    }
}
