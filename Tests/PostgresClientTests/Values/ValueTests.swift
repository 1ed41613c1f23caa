import PostgresClient
import Testing

@Suite struct ValueTests {
    private func roundTrip<Value: PostgresEncodable & PostgresDecodable>(
        _ value: Value, _ connection: PostgresConnection
    ) async throws -> Value {
        try await connection.query("select \(value)")[0].decode(Value.self, at: 0)
    }

    private func expectRoundTrip<Value: PostgresEncodable & PostgresDecodable & Equatable>(
        _ values: [Value], _ connection: PostgresConnection
    ) async throws {
        for value in values {
            let back = try await roundTrip(value, connection)
            #expect(back == value)
        }
    }

    @Test func scalarsRoundTrip() async throws {
        try await withTestConnection { connection in
            try await expectRoundTrip([true, false], connection)
            try await expectRoundTrip([Int16.min, 0, .max], connection)
            try await expectRoundTrip([Int32.min, 0, .max], connection)
            try await expectRoundTrip([Int64.min, 0, .max], connection)
            try await expectRoundTrip([Int.min, 0, .max], connection)
            try await expectRoundTrip([0.1, -.infinity, .greatestFiniteMagnitude], connection)
            try await expectRoundTrip(["", "plain", "käse 🧀 'quoted' \\"], connection)
            try await expectRoundTrip([[], [0, 255, 1]] as [[UInt8]], connection)
        }
    }

    @Test func valuesMeanWhatTheServerMeans() async throws {
        try await withTestConnection { connection in
            let uuid = try #require(PostgresUUID("00112233-4455-6677-8899-aabbccddeeff"))
            let moment = PostgresTimestamp(microseconds: 1_700_000_000_123_456)
            let row = try await connection.query(
                """
                select \(uuid)::text, \(moment)::text, \(PostgresJSON(text: #"{"a": 1}"#))->>'a',
                    '00112233-4455-6677-8899-aabbccddeeff'::uuid, '2023-11-14 22:13:20.123456+00'::timestamptz,
                    '[1, 2]'::jsonb, '[1,2]'::json
                """)[0]
            #expect(try row.decode(String.self, at: 0) == uuid.description)
            #expect(try row.decode(String.self, at: 1) == "2023-11-14 22:13:20.123456+00")
            #expect(try row.decode(String.self, at: 2) == "1")
            #expect(try row.decode(PostgresUUID.self, at: 3) == uuid)
            #expect(try row.decode(PostgresTimestamp.self, at: 4) == moment)
            #expect(try row.decode(PostgresJSON.self, at: 5).text == "[1, 2]")
            #expect(try row.decode(PostgresJSON.self, at: 6).text == "[1,2]")
        }
    }

    @Test func arraysRoundTrip() async throws {
        try await withTestConnection { connection in
            #expect(try await roundTrip([Int16](), connection) == [])
            #expect(try await roundTrip([Int16.min, 3], connection) == [.min, 3])
            #expect(try await roundTrip([Int32.max, 3], connection) == [.max, 3])
            #expect(try await roundTrip([Int64.max, -3], connection) == [.max, -3])
            #expect(try await roundTrip(["a", "", "{,}"], connection) == ["a", "", "{,}"])
            #expect(try await roundTrip([String?.none, "x"], connection) == [nil, "x"])
            #expect(try await roundTrip([Int64?.some(1), nil], connection) == [1, nil])
            let uuids = [PostgresUUID(high: 1, low: .max)]
            #expect(try await roundTrip(uuids, connection) == uuids)
            let moments = [PostgresTimestamp(microseconds: -1), PostgresTimestamp(microseconds: 0)]
            #expect(try await roundTrip(moments, connection) == moments)
            let optional: [PostgresTimestamp?] = [nil, PostgresTimestamp(microseconds: 5)]
            #expect(try await roundTrip(optional, connection) == optional)
            let sum = try await connection.query("select sum(x) from unnest(\(Array(1...10_000) as [Int64])) x")
            #expect(try sum[0].decode(PostgresDecimal.self, at: 0).unscaled == 50_005_000)
        }
    }

    @Test func unreadableArraysAreErrors() async throws {
        try await withTestConnection { connection in
            let row = try await connection.query("select array[1, null]::int8[], array[[1, 2]]::int8[], '{a}'::text[]")[
                0]
            await expectError(.decoding) { _ = try row.decode([Int64].self, at: 0) }
            await expectError(.decoding) { _ = try row.decode([Int64].self, at: 1) }
            await expectError(.decoding) { _ = try row.decode([Int64].self, at: 2) }
            #expect(try row.decode([Int?].self, at: 0) == [1, nil])
        }
    }

    @Test func infiniteTimestampsAreErrors() async throws {
        try await withTestConnection { connection in
            let row = try await connection.query("select 'infinity'::timestamptz, '-infinity'::timestamptz")[0]
            await expectError(.decoding) { _ = try row.decode(PostgresTimestamp.self, at: 0) }
            await expectError(.decoding) { _ = try row.decode(PostgresTimestamp.self, at: 1) }
            await expectError(.encoding) {
                try await connection.execute("select \(PostgresTimestamp(microseconds: .min))")
            }
        }
    }

    @Test(arguments: [
        "", "00112233445566778899aabbccddeeff", "00112233-4455-6677-8899-aabbccddeef",
        "g0112233-4455-6677-8899-aabbccddeeff",
        "00112233-4455-6677-8899-aabbccddeeff0", "00112233-4455-6677-8899-aabbccddee-f",
    ])
    func malformedUUIDsAreRefused(text: String) {
        #expect(PostgresUUID(text) == nil)
    }
}
