import ContentDecoding
import Testing

@testable import LogInput

struct CSVReaderTests {
    struct Row: Equatable {
        var line: Int
        var fields: [String] = []
        var problem: CSVProblem?
    }

    private func rows(_ reader: CSVReader) throws -> [Row] {
        var rows: [Row] = []
        while let record = try reader.next() {
            let fields = record.problem == nil ? reader.header.indices.map { reader.string(at: $0) } : []
            rows.append(Row(line: record.lineNumber, fields: fields, problem: record.problem))
        }
        return rows
    }

    private func rows(_ text: String, blockBytes: Int = 1 << 20, maxLineBytes: Int = 1 << 20) throws -> [Row] {
        let fixture = try InputFixture()
        let path = try fixture.write(text)
        return try rows(CSVReader(path: path, limits: .init(blockBytes: blockBytes, maxLineBytes: maxLineBytes)))
    }

    @Test(arguments: [1, 2, 3, 5, 8, 13, 1000])
    func quotesHoldSeparatorsQuotesAndLineEnds(blockBytes: Int) throws {
        let text =
            "a,b,c\r\n1,2,3\r\n\"x,y\",\"say \"\"hi\"\"\",\"\"\r\n\"two\r\nlines\n\",\"\"\"\",z\n\n,,\nlast,\"q\",é"
        #expect(
            try rows(text, blockBytes: blockBytes) == [
                Row(line: 2, fields: ["1", "2", "3"]), Row(line: 3, fields: ["x,y", "say \"hi\"", ""]),
                Row(line: 4, fields: ["two\r\nlines\n", "\"", "z"]), Row(line: 8, fields: ["", "", ""]),
                Row(line: 9, fields: ["last", "q", "é"]),
            ])
    }

    @Test(arguments: [
        ("a,b;c", UInt8(ascii: ","), 2), ("a;b;c,d", UInt8(ascii: ";"), 3), ("a\tb", UInt8(ascii: "\t"), 2),
        ("a", UInt8(ascii: ","), 1), ("\"a;b;c\",d", UInt8(ascii: ","), 2), ("a,b;c,d;e", UInt8(ascii: ","), 3),
    ])
    func separatorIsFoundInTheHeader(header: String, separator: UInt8, columns: Int) throws {
        let fixture = try InputFixture()
        let reader = try CSVReader(path: fixture.write("\u{FEFF}" + header + "\n"))
        #expect(reader.delimiter == separator)
        #expect(reader.header.count == columns)
        #expect(reader.column(named: "missing") == nil)
        #expect(try reader.next() == nil)
    }

    @Test func columnsAreFoundByName() throws {
        let fixture = try InputFixture()
        let reader = try CSVReader(path: fixture.write("\u{FEFF}id,model\n7,gpt\n"))
        #expect(reader.column(named: "id") == 0)
        let model = try #require(reader.column(named: "model"))
        _ = try reader.next()
        #expect(unsafe Array(reader.field(at: model)) == Array("gpt".utf8))
    }

    @Test func badRecordsAreReportedAndPassedOver() throws {
        let text = "a,b\n1\n1,2,3\nx\"y,2\n\"x\"y,2\n1,2\n"
        #expect(
            try rows(text) == [
                Row(line: 2, problem: .fieldCount(expected: 2, found: 1)),
                Row(line: 3, problem: .fieldCount(expected: 2, found: 3)),
                Row(line: 4, problem: .strayQuote(byteOffset: 1)), Row(line: 5, problem: .strayQuote(byteOffset: 3)),
                Row(line: 6, fields: ["1", "2"]),
            ])
    }

    @Test(arguments: [1, 4, 1000])
    func strayOpeningQuoteCostsItsOwnLineOnly(blockBytes: Int) throws {
        let text = "a,b\n1,2\n\"3,4\n5,6\n\n7,8\n"
        #expect(
            try rows(text, blockBytes: blockBytes) == [
                Row(line: 2, fields: ["1", "2"]), Row(line: 3, problem: .unclosedQuote),
                Row(line: 4, fields: ["5", "6"]), Row(line: 6, fields: ["7", "8"]),
            ])
        // It seems to close at a later quote, behind which the record makes no sense.
        let misleading = "a,b\n\"1,2\n3,4\n\"5\n6\",7\n8,9\n"
        #expect(
            try rows(misleading, blockBytes: blockBytes) == [
                Row(line: 2, problem: .strayQuote(byteOffset: 10)), Row(line: 3, fields: ["3", "4"]),
                Row(line: 4, fields: ["5\n6", "7"]), Row(line: 6, fields: ["8", "9"]),
            ])
    }

    @Test func recordsAreBoundedInLength() throws {
        let body = String(repeating: "12345678\n", count: 10)
        let text = "a\n\"" + body + "\"\nnext\n" + String(repeating: "z", count: 41) + "\nend\n"
        let found = try rows(text, maxLineBytes: 40)
        #expect(found.first == Row(line: 2, problem: .unclosedQuote))
        #expect(found.filter { $0.fields == ["12345678"] }.map(\.line) == Array(3...11))
        #expect(found.suffix(3).map(\.problem).contains(.tooLong(length: 41)))
        #expect(found.last == Row(line: 15, fields: ["end"]))
    }

    @Test func manyOpenQuotesAreReadInLinearTime() throws {
        // Each line opens a quote which the next one ends wrongly; every look ahead must stay short.
        let text = "a,b\n" + String(repeating: "\"x,\n1,2\n", count: 20_000)
        let found = try rows(text)
        #expect(found.filter { $0.problem != nil }.count == 20_000)
        #expect(found.filter { $0.problem == nil }.count == 20_000)
    }

    @Test func badHeadersAreNamed() throws {
        let fixture = try InputFixture()
        for text in ["", "\n\n", "\"a,b\n", "a\"b,c\n", String(repeating: "h", count: 2000)] {
            let path = try fixture.write(text)
            let error = #expect(throws: LogInputError.self) {
                _ = try CSVReader(path: path, limits: .init(maxLineBytes: 1000))
            }
            guard case .badHeader(path, _) = error else {
                Issue.record("\(text): \(String(describing: error))")
                continue
            }
        }
    }

    @Test func faultOfTheInputComesBehindTheKeptLines() throws {
        let fixture = try InputFixture()
        let whole = try InputFixture.gzip(Array("a,b\n\"1,2\n3,4\n".utf8))
        let path = try fixture.write(Array(whole.dropLast(4)))
        let reader = try CSVReader(path: path)
        #expect(try reader.next()?.problem == .unclosedQuote)
        #expect(try reader.next()?.problem == nil)
        #expect(reader.string(at: 1) == "4")
        #expect(throws: LogInputError.truncatedArchive(path: path, coding: .gzip, byteOffset: whole.count - 4)) {
            try reader.next()
        }
    }
}
