import Testing

@testable import FastJSON

struct TextTableTests {
    @Test func numbersTextsInTheOrderTheyCome() {
        var table = TextTable()
        // Many times the first size; among them texts of every length up to a hundred, and the empty one.
        let texts = (0..<5_000).map { Array(String(repeating: "x", count: $0 % 100).utf8) + Array(String($0).utf8) }
        for (number, text) in ([[]] + texts).enumerated() {
            #expect(table.number(of: text) == nil)
            #expect(table.add(text) == number)
        }
        for (number, text) in ([[]] + texts).enumerated() { #expect(table.number(of: text) == number) }
        #expect(table.count == texts.count + 1)
        #expect(table.byteCount == texts.reduce(0) { $0 + $1.count })
        #expect(table.number(of: Array("x".utf8)) == nil)
    }

    @Test func tellsTextsApartThatDifferInOneByte() {
        for count in [1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64] {
            var table = TextTable()
            var texts: [[UInt8]] = []
            for place in 0..<count {
                var text = [UInt8](repeating: 0, count: count)
                text[place] = 1
                texts.append(text)
                table.add(text)
            }
            for (number, text) in texts.enumerated() { #expect(table.number(of: text) == number, "\(count)") }
            #expect(table.number(of: [UInt8](repeating: 0, count: count)) == nil)
            #expect(table.number(of: [UInt8](repeating: 0, count: count + 1)) == nil)
        }
    }

    @Test func forgetsAll() {
        var table = TextTable()
        for number in 0..<1_000 { table.add(Array(String(number).utf8)) }
        table.removeAll()
        #expect(table.count == 0 && table.byteCount == 0)
        #expect(table.number(of: Array("7".utf8)) == nil)
        #expect(table.add(Array("8".utf8)) == 0)
        #expect(table.number(of: Array("8".utf8)) == 0)
    }
}
