import Foundation
import Testing

@testable import TallyService

struct KeptRecordsTests {
    @Test func eachRecordIsALine() throws {
        let folder = try LogFolder()
        let path = folder.file("rejected.jsonl")
        try KeptRecords.append(Array(#"{"a":1}"#.utf8), to: path)
        try KeptRecords.append(Array(#"{"b":"é"}"#.utf8), to: path)
        try KeptRecords.append([], to: path)
        try KeptRecords.append(Array("{}".utf8), to: path)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "{\"a\":1}\n{\"b\":\"é\"}\n\n{}\n")
        let permissions = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(permissions == 0o600)
    }

    /// The daemon was killed while it wrote.
    @Test func halfALineSpoilsNoOther() throws {
        let folder = try LogFolder()
        let path = try folder.write("rejected.jsonl", "{\"a\":1}\n{\"b\":")
        try KeptRecords.append(Array("{}".utf8), to: path)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "{\"a\":1}\n{\"b\":\n{}\n")
    }

    @Test func whatCannotBeKeptIsAnError() throws {
        let folder = try LogFolder()
        #expect(throws: (any Error).self) { try KeptRecords.append([1], to: folder.file("none/rejected.jsonl")) }
        #expect(throws: (any Error).self) { try KeptRecords.append([1], to: folder.path) }
    }
}
