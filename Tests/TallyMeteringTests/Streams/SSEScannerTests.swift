import FastJSON
import Testing

@testable import TallyMetering

/// The event stream grammar of the WHATWG.
struct SSEScannerTests {
    private func events(_ text: String, limit: Int = 1000) -> [String] {
        var scanner = SSEScanner(maximumBytes: limit)
        var events: [String] = []
        func note(_ event: StreamDocument) {
            let text = event.isTooLarge ? "<too large>" : event.bytes.string
            let name = event.name.isEmpty ? "" : event.name.string + ": "
            events.append(name + text + (event.isWhole ? "" : " <unfinished>"))
        }
        scanner.feed(Array(text.utf8).span) { event, _ in if let event { note(event) } }
        scanner.finish(note)
        return events
    }

    @Test(
        arguments: [
            ("data: a\n\ndata:b\n\n", ["a", "b"]), ("data: a\r\rdata: b\r\n\r\n", ["a", "b"]),
            ("data: a\ndata:  b\ndata\ndata: \n\n", ["a\n b\n\n"]), (": ping\n\n:\n\ndata: a\n\n", ["a"]),
            ("event: x\ndata: a\n\ndata: b\n\n", ["x: a", "b"]), ("event: x\n\ndata: b\n\n", ["b"]),
            ("id: 1\nretry: 2\nother: 3\ndata: a\n\n", ["a"]), ("\u{feff}data: a\n\n", ["a"]),
            ("data: a\n\n\u{feff}data: b\n\n", ["a"]), (" data: a\n\nDATA: b\n\n", []), ("data:\n\n", []),
            ("data: a\ndata: b", ["a\nb <unfinished>"]), ("data: a\n", ["a <unfinished>"]), ("", []), ("\n\r\n\r", []),
            ("data: a:b: c\n\n", ["a:b: c"]), ("data: a\n\n\n\n\ndata: b\n\n", ["a", "b"]),
        ] as [(String, [String])])
    func eventsAreTakenApart(_ text: String, _ expected: [String]) {
        #expect(events(text) == expected)
    }

    @Test func whatIsTooLongIsHandedOverAsSuch() {
        let line = "data: " + String(repeating: "x", count: 20)
        #expect(events("data: a\n\n\(line)\n\ndata: b\n\n", limit: 20) == ["a", "<too large>", "b"])
        #expect(events("data: 0123456789\ndata: 0123456789\n\ndata: b\n\n", limit: 20) == ["<too large>", "b"])
        #expect(events(": \(line)\ndata: b\n\n\(line)", limit: 20) == ["b", "<too large> <unfinished>"])
        #expect(events("event: \(String(repeating: "n", count: 100))\ndata: b\n\n")[0].count == 64 + 3)
    }
}
