internal import Foundation
package import Testing

/// Expected texts kept in `Tests/<Target>/Golden`.
package enum GoldenFile {
    /// The variable that has the files rewritten; the run that does so fails, so that nobody forgets to look.
    private static let recordVariable = "RECORD_GOLDEN"

    /// Checks that a text is the one kept.
    ///
    /// - Parameters:
    ///   - text: What came out.
    ///   - name: The name of the file.
    ///   - filePath: A file of the test target.
    ///   - sourceLocation: The place a difference is reported at.
    /// - Throws: `CocoaError` when the file cannot be found or written.
    package static func expect(
        _ text: String, equals name: String, filePath: String = #filePath,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let file = try folder(of: filePath).appendingPathComponent(name)
        if ProcessInfo.processInfo.environment[recordVariable] == "1" {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
            Issue.record("\(name) was rewritten; look at the difference", sourceLocation: sourceLocation)
            return
        }
        guard let kept = try? String(contentsOf: file, encoding: .utf8) else {
            Issue.record("there is no \(name); run once with \(recordVariable)=1", sourceLocation: sourceLocation)
            return
        }
        #expect(text == kept, "\(name) differs; \(recordVariable)=1 rewrites it", sourceLocation: sourceLocation)
    }

    /// Checks that JSON says what is kept; members are sorted and lines broken, so that differences are easy to read.
    package static func expect(
        json bytes: [UInt8], equals name: String, filePath: String = #filePath,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let object = try JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed])
        let pretty = try JSONSerialization.data(
            withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        try expect(
            String(decoding: pretty, as: UTF8.self) + "\n", equals: name, filePath: filePath,
            sourceLocation: sourceLocation)
    }

    /// `Tests/<Target>/Golden` of the target a file belongs to.
    private static func folder(of filePath: String) throws -> URL {
        var parts = URL(fileURLWithPath: filePath).pathComponents
        guard let tests = parts.lastIndex(of: "Tests"), tests + 2 < parts.count else {
            throw CocoaError(.fileNoSuchFile)
        }
        parts.removeLast(parts.count - tests - 2)
        return URL(fileURLWithPath: NSString.path(withComponents: parts)).appendingPathComponent("Golden")
    }
}
