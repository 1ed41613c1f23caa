import Foundation
import Testing

@testable import LogInput

struct JSONDocumentReaderTests {
    private func documents(_ text: String, maxLineBytes: Int = 1 << 20, blockBytes: Int = 64) throws -> [String] {
        let input = try InputFixture()
        let path = try input.write(text)
        let limits = LineReader.Limits(blockBytes: blockBytes, maxLineBytes: maxLineBytes)
        let reader = JSONDocumentReader(lines: try LineReader(path: path, limits: limits))
        var documents: [String] = []
        var reached = 0
        while let document = try reader.next() {
            // Documents lie in their order, and a reading that begins behind one finds the next.
            #expect(document.byteOffset >= reached && document.end.byteOffset > document.byteOffset)
            reached = document.end.byteOffset
            let lines = text.utf8.prefix(document.byteOffset).count { $0 == 10 } + 1
            #expect(document.lineNumber == lines)
            let marks =
                (document.isTooLong ? "too long: \(document.length)" : "") + (document.isCutOff ? "cut off: " : "")
            let json = unsafe String(decoding: document.bytes, as: UTF8.self)
            documents.append(marks + json.replacing("\n", with: ""))
        }
        return documents
    }

    @Test(arguments: [
        ("", []), ("\n \n", []), ("{\"a\":1}\n", ["{\"a\":1}"]),
        ("{\n\"a\": [1,\n2]\n}\n{\n}\n", ["{\"a\": [1,2]}", "{}"]),
        ("[\n{\"a\":1},\n{\"b\":\"]}\\\"{\"}\n]\n", ["{\"a\":1}", "{\"b\":\"]}\\\"{\"}"]),
        ("[{\"a\":1},{\"b\":2}]\n[{\"c\":[\n3]}]", ["{\"a\":1}", "{\"b\":2}", "{\"c\":[3]}"]),
        ("[\n1,\nnull,\n[2,\n3]\n]", ["1", "null", "[2,3]"]), ("[\n]\n", []),
        // What is no JSON ends with its line, and what is cut off with the input.
        ("{\"a\": \"open\n{\"b\":1}\n", ["{\"a\": \"open", "{\"b\":1}"]),
        ("nonsense\n{\"b\":\n1}\n", ["nonsense", "{\"b\":1}"]), ("{\n\"a\": 1,\n", ["cut off: {\"a\": 1,"]),
        ("}\n{\"b\":\n1}", ["}", "{\"b\":1}"]),
    ])
    func findsDocuments(_ text: String, _ expected: [String]) throws {
        for blockBytes in [1, 7, 64, 4096] {
            #expect(try documents(text, blockBytes: blockBytes) == expected)
            #expect(try documents(text.replacing("\n", with: "\r\n"), blockBytes: blockBytes).count == expected.count)
        }
    }

    @Test func aDocumentTooLongIsPassedOver() throws {
        let long = "{\n" + (0..<100).map { "\"k\($0)\": 1,\n" }.joined() + "\"k\": 1\n}\n"
        let told = try documents("{\n\"a\": 1\n}\n" + long + "{\n\"b\": 2\n}\n", maxLineBytes: 50)
        #expect(told == ["{\"a\": 1}", "too long: \(long.utf8.count - 1)", "{\"b\": 2}"])
        let line = "{\n\"a\": \"" + String(repeating: "x", count: 100) + "\"}\n"
        #expect(try documents(line + "{\n\"b\": 2\n}\n", maxLineBytes: 50).last == "{\"b\": 2}")
    }

    @Test(arguments: [
        ("{", true), ("[", true), ("  [{ ", true), ("{\"a\": 1,", true), ("\"a\":", true), ("]", true), ("},", true),
        ("{}", false), ("[1]", false), ("{\"a\":\"b", false), ("nonsense", false),
    ])
    func aLineIsOpenThatLaterOnesEnd(_ text: String, _ expected: Bool) throws {
        let input = try InputFixture()
        let reader = try LineReader(path: input.write(text + "\n"))
        let line = try #require(try reader.next())
        #expect(JSONDocumentReader.isOpen(line) == expected)
    }
}
