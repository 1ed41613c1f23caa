import Foundation
import Testing

@testable import FastJSON

/// A small seeded generator (SplitMix64), so that a failing case can be run again.
struct JSONTestGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

struct JSONParserTests {
    private func kind(of text: String, limits: JSONParser.Limits = .init()) throws -> JSONError.Kind? {
        try error(of: Array(text.utf8), limits: limits)?.kind
    }

    private func error(of bytes: [UInt8], limits: JSONParser.Limits = .init()) throws -> JSONError? {
        do {
            try JSONParser(limits: limits).withDocument(bytes) { _ in }
            return nil
        } catch let error as JSONError {
            return error
        }
    }

    /// The document as compact text again.
    private func rewritten(_ bytes: [UInt8]) throws -> String {
        try JSONParser().withDocument(bytes) { root in
            var writer = JSONWriter()
            writer.value(root)
            return writer.string
        }
    }

    @Test func readsEveryKindOfValue() throws {
        let text = #" {"n":null,"t":true,"f":false,"i":-12,"d":0.10,"s":"x\n\u00e9","a":[1,[],{}],"o":{"k":"v"}} "#
        try JSONParser().withDocument(text) { root in
            #expect(root.kind == .object)
            #expect(root.count == 8)
            #expect(root["n"]?.isNull == true)
            #expect(root["t"]?.bool == true)
            #expect(root["f"]?.bool == false)
            #expect(root["i"]?.int64 == -12)
            #expect(root["d"]?.numberText?.string == "0.10")
            #expect(root["d"]?.integer == .notInteger)
            #expect(root["s"]?.string == "x\né")
            #expect(root["a"]?.elements.map(\.kind) == [.number, .array, .object])
            #expect(root["o"]?["k"]?.string == "v")
            #expect(root["missing"] == nil)
            #expect(root["s"]?["k"] == nil)
            #expect(root["s"]?.int64 == nil)
            #expect(root["i"]?.string == nil)
            #expect(root.members.map(\.key.string) == ["n", "t", "f", "i", "d", "s", "a", "o"])
        }
    }

    @Test func lastOfARepeatedKeyIsTaken() throws {
        try JSONParser().withDocument(#"{"a":1,"b":2,"a":3}"#) { root in
            #expect(root["a"]?.int64 == 3)
            #expect(root.members.map(\.key.string) == ["a", "b", "a"])
            let name = "a"
            #expect(root[name]?.int64 == 3)
        }
    }

    @Test func keysCompareWithLiterals() throws {
        try JSONParser().withDocument(#"{"model":"gpt","":0,"mod\u0065l2":1}"#) { root in
            var seen: [String] = []
            for (key, _) in root.members {
                switch key {
                case "model": seen.append("model")
                case "": seen.append("empty")
                case "model2": seen.append("escaped")
                default: seen.append("other")
                }
            }
            #expect(seen == ["model", "empty", "escaped"])
            let text = try #require(root["model"]?.text)
            #expect(text == "gpt")
            #expect(!(text == "gpT"))
            #expect(!(text == "gp"))
        }
    }

    @Test(
        arguments: [
            ("", JSONError.Kind.empty, nil), ("  \n", .empty, nil), ("{\"a\":12abc}", .invalidNumber, 5),
            ("01", .invalidNumber, 0), ("1.", .invalidNumber, 0), ("+1", .invalidNumber, 0), ("-", .invalidNumber, 0),
            ("[1e]", .invalidNumber, 1), ("[.5]", .invalidNumber, 1), ("{\"a\":\"b\":1}", .syntax, 8),
            ("{\"a\" 1}", .syntax, 5), ("[1,]", .syntax, 3), ("[1 2]", .syntax, 3), ("[1}", .syntax, 2),
            ("nul", .syntax, 0), ("{\"a\":[1}", .syntax, 7), ("\"\\q\"", .invalidString, 1),
            ("\"\\u12g4\"", .invalidString, 1), ("\"a\u{1}\"", .invalidString, nil), ("{\"a\":1", .truncated, 6),
            ("{\"a\":{\"b\":1}", .truncated, 12), ("[[1],[2]", .truncated, 8), ("\"ab", .truncated, 3),
            ("{\"a\":1} x", .trailingContent, 8), ("{\"a\":1}{\"b\":2}", .trailingContent, 7),
            ("12 34", .trailingContent, 3), ("{}}", .trailingContent, 2),
        ] as [(String, JSONError.Kind, Int?)])
    func malformedTextIsNamed(text: String, kind: JSONError.Kind, offset: Int?) throws {
        // What lies behind the document must not matter: every kind of padding, the same verdict.
        let bytes = Array(text.utf8)
        let parser = try JSONParser()
        for filler in [0, UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ","), UInt8(ascii: "\""), 0x31, 0x20] {
            let padded = bytes + [UInt8](repeating: filler, count: JSONParser.padding)
            let error = #expect(throws: JSONError.self) {
                try unsafe padded.withUnsafeBytes {
                    try unsafe parser.withDocument(padded: .init(rebasing: $0[..<bytes.count])) { _ in }
                }
            }
            #expect(error == JSONError(kind: kind, byteOffset: offset), "padding \(filler)")
        }
    }

    @Test func invalidUTF8IsFoundWithItsOffset() throws {
        let bad: [[UInt8]] = [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82]]
        for sequence in bad {
            let bytes = Array("{\"é\":\"".utf8) + sequence + Array("\"}".utf8)
            #expect(try error(of: bytes) == JSONError(kind: .invalidUTF8, byteOffset: 7))
        }
    }

    @Test func depthIsBounded() throws {
        let deep = { (levels: Int) in String(repeating: "[", count: levels) + String(repeating: "]", count: levels) }
        #expect(try kind(of: deep(64)) == nil)
        #expect(try kind(of: deep(65)) == .tooDeep)
        #expect(try kind(of: deep(1_000_000)) == .tooDeep)
        #expect(
            try kind(of: String(repeating: "{\"a\":", count: 65) + "1" + String(repeating: "}", count: 65)) == .tooDeep)
        #expect(try kind(of: String(repeating: "[", count: 100_000)) != nil)
    }

    @Test func nodesAreBounded() throws {
        let limits = JSONParser.Limits(nodes: 1000)
        let numbers = { (count: Int) in "[" + [String](repeating: "1", count: count).joined(separator: ",") + "]" }
        #expect(try kind(of: numbers(999), limits: limits) == nil)
        #expect(try kind(of: numbers(1000), limits: limits) == .tooManyNodes)
    }

    @Test func parserIsUsableAfterAnErrorAndForLongDocuments() throws {
        let parser = try JSONParser()
        #expect(throws: JSONError.self) { try parser.withDocument("{\"a\":") { _ in } }
        let long = String(repeating: "\\u0041b", count: 200_000)
        try parser.withDocument("[\"\(long)\",\"\(long)\",1]") { root in
            let texts = root.elements.compactMap(\.string)
            #expect(texts == [String](repeating: String(repeating: "Ab", count: 200_000), count: 2))
        }
        #expect(try parser.withDocument("{\"a\":\"\\t\"}") { $0["a"]?.string } == "\t")
    }

    @Test func surrogatesAreJoinedAndLoneOnesReplaced() throws {
        try JSONParser().withDocument(#"["\ud83d\ude00","\ud83d","\ude00x","\ud83d\u0041"]"#) { root in
            #expect(root.elements.map { $0.string ?? "" } == ["😀", "\u{FFFD}", "\u{FFFD}x", "\u{FFFD}A"])
        }
    }

    @Test func byteOrderMarkIsSkipped() throws {
        #expect(try JSONParser().withDocument([0xEF, 0xBB, 0xBF] + Array("[7]".utf8)) { $0.count } == 1)
        #expect(
            try error(of: [0xEF, 0xBB, 0xBF] + Array("[7] x".utf8))
                == JSONError(kind: .trailingContent, byteOffset: 7))
    }

    @Test func errorsOfTheReaderPassThrough() throws {
        struct Refusal: Error {}
        let parser = try JSONParser()
        #expect(throws: Refusal.self) { try parser.withDocument("1") { _ in throw Refusal() } }
        let padded = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 + JSONParser.padding, alignment: 1)
        defer { unsafe padded.deallocate() }
        unsafe padded.copyBytes(from: Array("[".utf8) + [UInt8](repeating: 0, count: JSONParser.padding))
        var mapped: JSONError?
        do throws(JSONError) {
            _ = unsafe try parser.withDocument(
                padded: UnsafeRawBufferPointer(rebasing: padded[..<1]),
                mapError: { JSONError(kind: $0.kind, byteOffset: 99) },
                { (root: JSONValue) throws(JSONError) -> Int in root.count })
        } catch {
            mapped = error
        }
        #expect(mapped == JSONError(kind: .truncated, byteOffset: 99))
        #expect(mapped?.description.contains("cut short") == true)
    }

    /// Documents at random, then damaged at random: accepted exactly when Foundation accepts them, and read alike.
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func agreesWithFoundation(seed: UInt64) throws {
        var generator = JSONTestGenerator(state: seed)
        var accepted = 0
        var refused = 0
        for _ in 0..<3000 {
            var bytes = Array(randomValue(&generator, depth: 0).utf8)
            for _ in 0..<Int.random(in: 0...2, using: &generator) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(Array("{}[],:\"\\0e.-+ tn".utf8).randomElement(using: &generator) ?? 0, at: place)
                case 2: bytes = Array(bytes[..<place])
                default: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &generator))
                }
            }
            let text = try? rewritten(bytes)
            // Three known differences: Foundation refuses lone surrogates, which here are replaced; it refuses numbers
            // that no `Double` holds; and it takes a comma behind the last element.
            if let text, text.contains("\u{FFFD}") || text.contains(/[eE][+-]?\d{3}/) { continue }
            if String(decoding: bytes, as: UTF8.self).contains(/,\s*[\]}]/) { continue }
            let reference = try canonical(bytes)
            #expect((text != nil) == (reference != nil), "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
            guard let text, let reference else {
                refused += 1
                continue
            }
            accepted += 1
            #expect(try canonical(Array(text.utf8)) == reference, "seed \(seed): \(text)")
        }
        #expect(accepted > 500)
        #expect(refused > 500)
    }

    /// What Foundation reads, as text; nil when it refuses.
    private func canonical(_ bytes: [UInt8]) throws -> Data? {
        guard let value = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed) else {
            return nil
        }
        return try JSONSerialization.data(withJSONObject: [value], options: .sortedKeys)
    }

    private func randomValue(_ generator: inout JSONTestGenerator, depth: Int) -> String {
        let space = ["", "", "", " ", "\n", "\t \r"].randomElement(using: &generator) ?? ""
        switch Int.random(in: 0..<(depth > 4 ? 5 : 8), using: &generator) {
        case 0: return space + (["null", "true", "false"].randomElement(using: &generator) ?? "")
        case 1: return space + "\(Int64.random(in: -1_000_000...1_000_000, using: &generator))" + space
        case 2: return ["0", "-0", "1.5", "0.25e2", "1E3", "12e-2", "100"].randomElement(using: &generator) ?? ""
        case 3, 4: return space + randomString(&generator) + space
        case 5, 6:
            let count = Int.random(in: 0..<4, using: &generator)
            // Distinct keys: Foundation takes the first of a repeated one, not the last.
            let members = (0..<count).map { index in
                "\"k\(index)\"" + space + ":" + randomValue(&generator, depth: depth + 1)
            }
            return space + "{" + members.joined(separator: ",") + space + "}"
        default:
            let count = Int.random(in: 0..<4, using: &generator)
            return "[" + (0..<count).map { _ in randomValue(&generator, depth: depth + 1) }.joined(separator: ",") + "]"
        }
    }

    private func randomString(_ generator: inout JSONTestGenerator) -> String {
        let pieces = [
            "a", "Z", " ", "é", "漢", "😀", "\\n", "\\\"", "\\\\", "\\/", "\\u0041", "\\ud83d\\ude00", "{", "]", ":",
        ]
        let count = Int.random(in: 0..<9, using: &generator)
        return "\"" + (0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined() + "\""
    }
}
