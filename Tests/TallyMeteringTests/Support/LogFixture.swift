import FastJSON
import Foundation
import Testing

/// A file of recorded records with what is expected of them.
enum LogFixture {
    /// Lends each case of a file to `body`.
    static func withCases(_ file: String, _ body: (_ name: String, _ fixture: JSONValue) throws -> Void) throws {
        let path = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/\(file).json")
        let parser = try JSONParser()
        try parser.withDocument(Array(try Data(contentsOf: path))) { root in
            for fixture in try #require(root["cases"]).elements {
                try body(try #require(fixture["name"]?.string), fixture)
            }
        }
    }
}
