import FastJSON
import Foundation
import TallyCore
import TallyMetering
import Testing

/// One case of the provider fixtures: an exchange, and what is to be made of it.
struct Fixture: CustomTestStringConvertible {
    let file: String
    let name: String
    private let text: String
    private let index: Int

    var testDescription: String { "\(file): \(name)" }

    /// The files that hold logs and exports, which others read.
    private static let others = ["06-", "12-", "19-", "20-"]

    /// The exchanges with providers.
    static let all: [Fixture] = {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        let files = names.filter { name in name.hasSuffix(".json") && !others.contains { name.hasPrefix($0) } }
        return files.sorted().flatMap { file in
            (try? fixtures(in: String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8), of: file))
                ?? []
        }
    }()

    private static func fixtures(in text: String, of file: String) throws -> [Fixture] {
        try JSONParser().withDocument(text) { root in
            var fixtures: [Fixture] = []
            for (index, entry) in (root["cases"] ?? root).elements.enumerated() {
                guard entry["response"] != nil || entry["exchange"] != nil, let name = entry["name"]?.string else {
                    continue
                }
                fixtures.append(Fixture(file: file, name: name, text: text, index: index))
            }
            return fixtures
        }
    }

    /// Lends the case as a document.
    func with<Result>(_ body: (JSONValue) throws -> Result) throws -> Result {
        try JSONParser().withDocument(text) { root in
            for (index, entry) in (root["cases"] ?? root).elements.enumerated() where index == self.index {
                return try body(entry)
            }
            throw CocoaError(.fileReadCorruptFile)
        }
    }

    /// The response, the last one of an exchange of several.
    static func response(_ entry: JSONValue) throws -> JSONValue {
        if let response = entry["response"] { return response }
        return try #require(entry["exchange"]?.elements.reversed().first?["response"])
    }

    /// What is expected of the call itself.
    static func expected(_ entry: JSONValue) throws -> JSONValue {
        try #require(entry["expected"] ?? entry["expected_lines"]?.elements.first { _ in true })
    }

    /// What is known beside the body: who was called, but not who served, which the response has to say.
    static func exchange(_ entry: JSONValue) throws -> Exchange {
        let response = try response(entry)
        var exchange = Exchange()
        let seller = try #require(try expected(entry)["provider"]?.string)
        if let slash = seller.firstIndex(of: "/") {
            exchange.biller = String(seller[..<slash])
        } else {
            exchange.provider = seller
        }
        exchange.path = entry["request"]?["path"]?.string
        exchange.status = response["status"]?.int64.map(Int.init)
        for (name, value) in response["headers"]?.members ?? response.members {
            if let text = value.string { exchange.headers[name.string.lowercased()] = text }
        }
        return exchange
    }

    /// What is read of the response.
    func read() throws -> ResponseUsage {
        try with { entry in
            let response = try Self.response(entry)
            let exchange = try Self.exchange(entry)
            guard let transcript = response["sse"]?.string else { return .read(response["body"], of: exchange) }
            var stream = StreamedUsage(of: exchange, parser: try JSONParser())
            stream.feed(Array(transcript.utf8))
            return stream.finish(isClosed: response["aborted_by"] == nil)
        }
    }
}
