import Testing

@testable import PostgresClient

@Suite struct SQLTests {
    @Test func valuesBecomeNumberedParameters() throws {
        let name: String? = nil
        let statement = try Statement("select \(Int64(1)), \(name), \(true)")
        #expect(statement.text == "select $1, $2, $3")
        #expect(statement.types == [.int8, .text, .bool])
        #expect(statement.ranges == [0..<8, nil, 8..<9])
    }

    @Test func splicedPartsAreRenumbered() throws {
        let part: SQL = "a = \(Int16(7))"
        let whole: SQL = "select \(raw: "now()") where b = \(true) and \(sql: part) and " + part
        let statement = try Statement(whole)
        #expect(statement.text == "select now() where b = $1 and a = $2 and a = $3")
        #expect(statement.types == [.bool, .int2, .int2])
    }

    @Test func identifiersAreQuoted() throws {
        #expect(try Statement("drop table \(identifier: "a\"b; c")").text == "drop table \"a\"\"b; c\"")
    }

    @Test func nulIsRefused() {
        #expect(throws: PostgresError.self) { try Statement("select \("a\0b")") }
        #expect(throws: PostgresError.self) { try Statement("select \(raw: "1\0")") }
        #expect(throws: PostgresError.self) { try Statement("select \(PostgresJSON(text: "\0"))") }
    }

    @Test func tooManyParametersAreRefused() throws {
        var sql: SQL = "select 1"
        for _ in 0..<SQL.maximumParameters { sql += ", \(true)" }
        #expect(try Statement(sql).types.count == SQL.maximumParameters)
        sql += ", \(true)"
        #expect(throws: PostgresError.self) { try Statement(sql) }
    }
}
