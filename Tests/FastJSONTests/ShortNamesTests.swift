import Testing

@testable import FastJSON

struct ShortNamesTests {
    /// Lends a text that stands alone in memory.
    private func with<Result>(_ text: String, _ body: (JSONText) throws -> Result) rethrows -> Result {
        var text = text
        return try text.withUTF8 { try unsafe body(JSONText(utf8: UnsafeRawBufferPointer($0))) }
    }

    /// Texts of every length that differ in one byte at every place.
    private let texts: [String] = (0...16).flatMap { count in
        let base = [UInt8](repeating: UInt8(ascii: "a"), count: count)
        let changed = (0..<count).map { place in
            var bytes = base
            bytes[place] = UInt8(ascii: "b")
            return String(decoding: bytes, as: UTF8.self)
        }
        return [String(decoding: base, as: UTF8.self)] + changed
    }

    @Test func findsEveryNameAtItsPlace() {
        let names = ShortNames(texts)
        for (place, text) in texts.enumerated() { #expect(with(text) { names.place(of: $0) } == place, "\(text)") }
    }

    @Test func findsNothingElse() {
        for (place, left) in texts.enumerated() {
            let names = ShortNames(texts.filter { $0 != left })
            #expect(with(left) { names.place(of: $0) } == nil, "\(place)")
        }
        let names = ShortNames(texts)
        #expect(with("c") { names.place(of: $0) } == nil)
        #expect(with(String(repeating: "a", count: 17)) { names.place(of: $0) } == nil)
        #expect(with("a") { ShortNames([]).place(of: $0) } == nil)
    }
}
