import Foundation
import Testing

@testable import LogInput

struct RejectFileTests {
    @Test func isMadeAtTheFirstRefusalAndHoldsJSONLines() throws {
        let fixture = try InputFixture()
        let path = fixture.folder + "/rejects.jsonl"
        let file = RejectFile(path: path)
        try file.flush()
        #expect(!FileManager.default.fileExists(atPath: path))
        let names = ["in\"put\\\n\u{1}\t", "é😀"]
        for (index, name) in names.enumerated() {
            try file.append(input: name, line: index + 1, byteOffset: index * 10, reason: "not JSON")
        }
        try file.flush()
        #expect(file.count == 2)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 2)
        for (index, line) in lines.enumerated() {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            #expect(object["path"] as? String == names[index])
            #expect(object["line"] as? Int == index + 1)
            #expect(object["offset"] as? Int == index * 10)
            #expect(object["reason"] as? String == "not JSON")
            #expect(object.count == 4)
        }
    }

    @Test func linesAndTextsAreBounded() throws {
        let fixture = try InputFixture()
        let path = fixture.folder + "/rejects.jsonl"
        let file = RejectFile(path: path, limit: 3)
        let long = String(repeating: "é", count: 5000)
        for line in 1...10 { try file.append(input: long, line: line, byteOffset: 0, reason: long) }
        try file.flush()
        #expect(file.count == 10)
        #expect(file.written == 3)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.split(separator: "\n").count == 3)
        #expect(text.utf8.count < 3 * 4200)
    }

    @Test func faultsAreNamed() throws {
        let fixture = try InputFixture()
        let path = fixture.folder + "/none/rejects.jsonl"
        #expect(throws: LogInputError.notFound(path: path)) {
            try RejectFile(path: path).append(input: "a", line: 1, byteOffset: 0, reason: "r")
        }
        let full = RejectFile(path: "/dev/full")
        try full.append(input: "a", line: 1, byteOffset: 0, reason: "r")
        #expect(throws: LogInputError.diskFull(path: "/dev/full")) { try full.flush() }
    }
}
