internal import PostgresClient
package import TallyCore

extension TallyDatabase: PriceSource {
    package func priceBook() async throws -> PriceBook {
        try await pool.withConnection { connection in
            try await Self.book(connection)
        }
    }

    /// The book as it stands.
    static func book(_ connection: PostgresConnection) async throws -> PriceBook {
        let current = try await currentPrices(connection)
        return try PriceBook(
            prices: current.map(\.price), aliases: try await aliases(connection),
            modelAliases: try await modelAliases(connection))
    }

    /// The prices that count now, in order of precedence.
    static func currentPrices(_ connection: PostgresConnection) async throws -> [PlacedPrice] {
        let result = try await connection.query(
            """
            SELECT * FROM (
                SELECT DISTINCT ON (biller, provider, model, class, effective_from, effective_to, input_tokens_above,
                        window_start_minute, window_end_minute, service_tier)
                    biller, provider, model, class, effective_from, effective_to, input_tokens_above,
                    window_start_minute, window_end_minute, service_tier, amount, per, is_free, source, position,
                    is_withdrawn, price_row
                FROM prices
                ORDER BY biller, provider, model, class, effective_from, effective_to, input_tokens_above,
                    window_start_minute, window_end_minute, service_tier, price_row DESC
            ) latest WHERE NOT is_withdrawn ORDER BY position, price_row
            """)
        return try result.map { row in
            PlacedPrice(price: try Price(row: row), position: try row.decode(Int64.self, at: 14))
        }
    }

    /// The spellings of billers and providers.
    static func aliases(_ connection: PostgresConnection) async throws -> ProviderAliases {
        var aliases = ProviderAliases()
        for row in try await connection.query("SELECT alias, name FROM provider_aliases") {
            aliases.add(try row.decode(String.self, at: 0), for: try row.decode(String.self, at: 1))
        }
        return aliases
    }

    /// The other names of models, in order of precedence.
    static func modelAliases(_ connection: PostgresConnection) async throws -> ModelAliases {
        let result = try await connection.query(
            "SELECT biller, provider, name, model FROM model_aliases ORDER BY position")
        return ModelAliases(
            try result.map { row in
                ModelAlias(
                    biller: try row.decode(String.self, at: 0), provider: try row.decode(String?.self, at: 1),
                    name: try row.decode(String.self, at: 2), model: try row.decode(String.self, at: 3))
            })
    }
}

/// A price and where it stands: of two of one model and class that hold alike, the higher position wins.
struct PlacedPrice: Equatable {
    let price: Price
    let position: Int64
}

extension Price {
    /// The price of a row that begins with biller, provider, model, class, the six conditions, amount, batch, whether it
    /// is free, and source.
    init(row: Row) throws {
        let className = try row.decode(String.self, at: 3)
        guard let usageClass = UsageClass(name: className) else {
            throw StoreError.unreadable("a price of the unknown class \(className)")
        }
        let amount = try Money(stored: try row.decode(PostgresDecimal.self, at: 10))
        guard let rate = Rate(amount: amount, per: try row.decode(Int64.self, at: 11)) else {
            throw StoreError.unreadable("a price of \(amount), which is out of bounds")
        }
        var conditions = Conditions()
        conditions.effectiveFrom = try row.decode(PostgresTimestamp?.self, at: 4).map {
            Instant(microseconds: $0.microseconds)
        }
        conditions.effectiveTo = try row.decode(PostgresTimestamp?.self, at: 5).map {
            Instant(microseconds: $0.microseconds)
        }
        conditions.inputTokensAbove = try row.decode(Int64?.self, at: 6)
        if let start = try row.decode(Int?.self, at: 7), let end = try row.decode(Int?.self, at: 8) {
            conditions.window = DailyWindow(startMinute: start, endMinute: end)
        }
        conditions.serviceTier = try row.decode(String?.self, at: 9)
        self.init(
            biller: try row.decode(String.self, at: 0), provider: try row.decode(String?.self, at: 1),
            model: ModelPattern(try row.decode(String.self, at: 2)), usageClass: usageClass, rate: rate,
            conditions: conditions, isFree: try row.decode(Bool.self, at: 12),
            source: try row.decode(String.self, at: 13))
    }
}
