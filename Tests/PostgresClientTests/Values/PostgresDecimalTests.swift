import PostgresClient
import Testing

@Suite struct PostgresDecimalTests {
    /// Corners first, then random numbers of every length and many scales.
    private static func samples() -> [PostgresDecimal] {
        var samples = [0, 1, -1, 9_999, 10_000, -10_001, .max, .min, .max - 1] as [Int128]
        let nines = Array(repeating: 10 as Int128, count: 38).reduce(1, *) - 1
        samples += [nines, -nines]
        var random = SeededGenerator(seed: 20_251)
        for _ in 0..<400 {
            let bits = Int.random(in: 0..<127, using: &random)
            let value = Int128(truncatingIfNeeded: UInt128.random(in: 0...(.max >> 1), using: &random) >> UInt128(bits))
            samples.append(Bool.random(using: &random) ? value : -value)
        }
        return samples.flatMap { unscaled in
            [0, 1, 2, 3, 4, 7, 12, 38, 41].map { PostgresDecimal(unscaled: unscaled, scale: $0) }
        }
    }

    @Test func serverAgreesInBothDirections() async throws {
        let samples = Self.samples()
        try await withTestConnection { connection in
            let result = try await connection.query(
                "select x, x::text, x::text::numeric from unnest(\(samples)) with ordinality as t(x, n) order by n")
            try #require(result.count == samples.count)
            for (sample, row) in zip(samples, result) {
                #expect(try row.decode(String.self, at: 1) == sample.description)
                #expect(try row.decode(PostgresDecimal.self, at: 0) == sample)
                #expect(try row.decode(PostgresDecimal.self, at: 2) == sample)
            }
        }
    }

    @Test func constantsDecode() async throws {
        try await withTestConnection { connection in
            let row = try await connection.query(
                "select 1e30::numeric, 0.12::numeric, 12000::numeric, 0.00::numeric(5,2)")[0]
            let thirty = Array(repeating: 10 as Int128, count: 30).reduce(1, *)
            #expect(try row.decode(PostgresDecimal.self, at: 0) == PostgresDecimal(unscaled: thirty, scale: 0))
            #expect(try row.decode(PostgresDecimal.self, at: 1) == PostgresDecimal(unscaled: 12, scale: 2))
            #expect(try row.decode(PostgresDecimal.self, at: 2) == PostgresDecimal(unscaled: 12_000, scale: 0))
            #expect(try row.decode(PostgresDecimal.self, at: 3) == PostgresDecimal(unscaled: 0, scale: 2))
        }
    }

    @Test(arguments: ["'NaN'", "'Infinity'", "'-Infinity'", "1e39", "170141183460469231731687303715884105728"])
    func whatDoesNotFitIsAnError(text: String) async throws {
        try await withTestConnection { connection in
            let row = try await connection.query("select \(raw: text)::numeric")[0]
            await expectError(.decoding) { _ = try row.decode(PostgresDecimal.self, at: 0) }
        }
    }

    @Test func rescalingKeepsTheNumberOrFails() async throws {
        let number = PostgresDecimal(unscaled: -1_500, scale: 3)
        #expect(try number.rescaled(to: 1) == PostgresDecimal(unscaled: -15, scale: 1))
        #expect(try number.rescaled(to: 12) == PostgresDecimal(unscaled: -1_500_000_000_000, scale: 12))
        #expect(throws: PostgresError.self) { try number.rescaled(to: 0) }
        #expect(throws: PostgresError.self) { try PostgresDecimal(unscaled: .max, scale: 0).rescaled(to: 1) }
        #expect(try PostgresDecimal(unscaled: 0, scale: 16_000).rescaled(to: 0).unscaled == 0)
    }
}
