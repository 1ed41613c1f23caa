import PostgresClient
import Testing

@Suite struct RowTests {
    @Test func valuesAreReadByPlaceAndName() async throws {
        try await withTestConnection { connection in
            let result = try await connection.query(
                "select 1::int2 as small, 2::int4 as \"Middle\", null::text as none")
            let row = result[0]
            #expect(result.columnNames == ["small", "Middle", "none"])
            #expect(try row.decode(Int64.self, at: 0) == 1)
            #expect(try row.decode(Int.self, named: "Middle") == 2)
            #expect(try row.decode(Int32.self, named: "small") == 1)
            #expect(try row.decode(String?.self, named: "none") == nil)
            #expect(try row.decode(Int?.self, at: 1) == 2)
        }
    }

    @Test func wrongExpectationsAreErrors() async throws {
        try await withTestConnection { connection in
            let row = try await connection.query("select null::int8 as gone, 'x'::text as word, 1::int8 as wide")[0]
            let error = await expectError(.decoding) { _ = try row.decode(Int64.self, named: "gone") }
            #expect(error?.message.contains("column 0 (gone)") == true)
            await expectError(.decoding) { _ = try row.decode(Int64.self, at: 1) }
            await expectError(.decoding) { _ = try row.decode(Int64?.self, at: 1) }
            await expectError(.decoding) { _ = try row.decode(Int32.self, at: 2) }
            await expectError(.decoding) { _ = try row.decode(Int64.self, named: "absent") }
            await expectError(.decoding) { _ = try row.decode(Int64.self, at: 3) }
            await expectError(.decoding) { _ = try row.decode(Int64.self, at: -1) }
        }
    }

    @Test func rowsOutliveTheConnection() async throws {
        let rows = try await withTestConnection { connection in
            Array(try await connection.query("select x::int8, repeat('y', 100) from generate_series(1, 1000) x"))
        }
        #expect(try rows.map { try $0.decode(Int.self, at: 0) }.reduce(0, +) == 500_500)
        #expect(try rows[999].decode(String.self, at: 1).count == 100)
    }
}
