import PostgresClient
import Testing

@Suite struct CopyBufferTests {
    @Test func hundredThousandRowsRoundTrip() async throws {
        let count = 100_000
        var buffer = CopyBuffer()
        for number in 0..<count {
            try buffer.beginRow(columns: 6)
            buffer.append(Int64(number))
            buffer.append(uuidHigh: UInt64(number), low: .max)
            try buffer.append(timestampMicroseconds: Int64(number) * 1_000_000)
            try buffer.append(text: "row \(number)")
            buffer.append(decimalUnscaled: Int128(number) * 1_000_000_000_001, scale: 12)
            if number % 2 == 0 { buffer.appendNull() } else { buffer.append(Int32(number)) }
        }
        #expect(buffer.rowCount == count)
        try await withTestConnection { [buffer] connection in
            try await connection.executeScript(
                "create temp table t (a int8, b uuid, c timestamptz, d text, e numeric(38,12), f int4)")
            let taken = try await connection.copyIn("copy t from stdin (format binary)", buffer)
            #expect(taken == count)
            let sums = try await connection.query(
                """
                select count(*) filter (where b = (lpad(to_hex(a), 16, '0') || repeat('f', 16))::uuid
                    and c = to_timestamp(a) and d = 'row ' || a and e = a * 1.000000000001
                    and f is not distinct from nullif(a, a / 2 * 2)::int4) from t
                """)
            #expect(try sums[0].decode(Int.self, at: 0) == count)

            var bytes = 0
            let sent = try await connection.copyOut("copy (select a from t order by a) to stdout (format binary)") {
                bytes += $0.count
            }
            #expect(sent == count)
            #expect(bytes == 19 + count * (2 + 4 + 8) + 2)

            var lines = 0
            try await connection.copyOut("copy (select d from t) to stdout") { chunk in
                lines += chunk.count { $0 == 10 }
            }
            #expect(lines == count)
        }
    }

    @Test func everyTypeIsUnderstood() async throws {
        var buffer = CopyBuffer(reservingBytes: 100)
        try buffer.beginRow(columns: 6)
        buffer.append(true)
        buffer.append(Int16.min)
        buffer.append(-0.5)
        buffer.append(PostgresUUID(high: 1, low: 2))
        try buffer.append(bytes: [0, 1])
        try buffer.append(json: PostgresJSON(text: "{}"))
        try await withTestConnection { [buffer] connection in
            try await connection.executeScript(
                "create temp table t (a bool, b int2, c float8, d uuid, e bytea, f jsonb)")
            #expect(try await connection.copyIn("copy t from stdin (format binary)", buffer) == 1)
            let row = try await connection.query("select * from t")[0]
            #expect(try row.decode(Bool.self, at: 0))
            #expect(try row.decode(Int16.self, at: 1) == .min)
            #expect(try row.decode(Double.self, at: 2) == -0.5)
            #expect(try row.decode(PostgresUUID.self, at: 3) == PostgresUUID(high: 1, low: 2))
            #expect(try row.decode([UInt8].self, at: 4) == [0, 1])
            #expect(try row.decode(PostgresJSON.self, at: 5).text == "{}")
        }
    }

    @Test func numbersReachTheServerExactly() async throws {
        let nines = Array(repeating: 10 as Int128, count: 38).reduce(1, *) - 1
        var numbers: [Int128] = [0, 1, -1, nines, -nines, 10_000, -1_000_000_000_000]
        var random = SeededGenerator(seed: 7)
        for _ in 0..<2_000 {
            let bits = UInt128(Int.random(in: 0..<127, using: &random))
            let magnitude = Int128(truncatingIfNeeded: UInt128.random(in: 0...(.max >> 1), using: &random) >> bits)
            numbers.append((Bool.random(using: &random) ? magnitude : -magnitude) % nines)
        }
        var buffer = CopyBuffer()
        for (place, number) in numbers.enumerated() {
            try buffer.beginRow(columns: 2)
            buffer.append(Int32(place))
            buffer.append(decimalUnscaled: number, scale: 12)
        }
        try await withTestConnection { [buffer] connection in
            try await connection.executeScript("create temp table t (a int4, b numeric(38,12))")
            try await connection.copyIn("copy t from stdin (format binary)", buffer)
            let rows = try await connection.query("select b::text, b from t order by a")
            for (number, row) in zip(numbers, rows) {
                let expected = PostgresDecimal(unscaled: number, scale: 12)
                #expect(try row.decode(String.self, at: 0) == expected.description)
                #expect(try row.decode(PostgresDecimal.self, at: 1) == expected)
            }
        }
    }

    @Test func emptiedBufferCanBeFilledAgain() async throws {
        var buffer = CopyBuffer()
        let empty = buffer.byteCount
        for keepingCapacity in [true, false] {
            try buffer.beginRow(columns: 1)
            try buffer.append(text: String(repeating: "x", count: 10_000))
            buffer.removeAll(keepingCapacity: keepingCapacity)
            #expect(buffer.byteCount == empty)
            #expect(buffer.rowCount == 0)
        }
        try buffer.beginRow(columns: 1)
        buffer.append(Int64(5))
        try await withTestConnection { [buffer] connection in
            try await connection.executeScript("create temp table t (a int8)")
            #expect(try await connection.copyIn("copy t from stdin (format binary)", CopyBuffer()) == 0)
            #expect(try await connection.copyIn("copy t from stdin (format binary)", buffer) == 1)
        }
    }

    @Test func limitsAreKept() async throws {
        var buffer = CopyBuffer(maximumBytes: 30)
        try buffer.beginRow(columns: 1)
        buffer.append(Int64(5))
        await expectError(.encoding) { try buffer.beginRow(columns: 1) }
        var other = CopyBuffer()
        try other.beginRow(columns: 1)
        await expectError(.encoding) { try other.append(text: "a\0b") }
        await expectError(.encoding) { try other.append(timestampMicroseconds: .min) }
    }

    @Test func refusedRowsLeaveTheConnectionUsable() async throws {
        var buffer = CopyBuffer()
        for _ in 0..<2 {
            try buffer.beginRow(columns: 1)
            buffer.append(Int64(5))
        }
        try await withTestConnection { [buffer] connection in
            try await connection.executeScript("create temp table t (a int8 primary key)")
            let error = await expectError(.server, sqlState: "23505") {
                try await connection.copyIn("copy t from stdin (format binary)", buffer)
            }
            #expect(error?.constraint == "t_pkey")
            #expect(try await connection.query("select 1 from t").isEmpty)
            await expectError(.misuse) { try await connection.copyIn("select 1", buffer) }
            await expectError(.misuse) { try await connection.copyIn("copy t to stdout", buffer) }
            await expectError(.misuse) { try await connection.copyOut("copy t from stdin") { _ in } }
            await expectError(.server, sqlState: "42P01") {
                try await connection.copyOut("copy nil to stdout") { _ in }
            }
            await expectError(.misuse) { try await connection.executeScript("copy t from stdin") }
            try await expectUsable(connection)
        }
    }

    @Test func incompleteRowsAreProgrammerErrors() async {
        await #expect(processExitsWith: .failure) {
            var buffer = CopyBuffer()
            try buffer.beginRow(columns: 2)
            buffer.append(Int64(1))
            try buffer.beginRow(columns: 2)
        }
        await #expect(processExitsWith: .failure) {
            var buffer = CopyBuffer()
            try buffer.beginRow(columns: 1)
            buffer.append(Int64(1))
            buffer.append(Int64(1))
        }
    }
}
