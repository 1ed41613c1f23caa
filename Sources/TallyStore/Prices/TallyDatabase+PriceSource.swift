internal import PostgresClient
package import TallyCore

extension TallyDatabase: PriceSource {
    package func priceBook() async throws -> PriceBook {
        try await pool.withConnection { connection in
            let current = try await Self.currentPrices(connection)
            return try PriceBook(prices: current.map(\.price), aliases: try await Self.aliases(connection))
        }
    }

    package func apply(_ table: PriceTable) async throws -> (added: Int, withdrawn: Int) {
        // What cannot be charged with is refused before it is recorded.
        _ = try table.makeBook()
        return try await pool.withTransaction { connection in
            // One writer at a time, so that two daemons with the same files append once.
            _ = try await connection.query("SELECT pg_advisory_xact_lock(hashtextextended('tally.prices', 0))")
            var current: [PriceKey: (price: Price, position: Int)] = [:]
            for (index, held) in try await Self.currentPrices(connection).enumerated() {
                current[PriceKey(held.price)] = (held.price, index)
            }
            var wanted: [PriceKey: (price: Price, position: Int)] = [:]
            for (position, price) in table.prices.enumerated() { wanted[PriceKey(price)] = (price, position) }
            let added = wanted.values.filter { current[PriceKey($0.price)]?.price != $0.price }
                .sorted { $0.position < $1.position }
            let withdrawn = current.filter { wanted[$0.key] == nil }.map(\.value).sorted { $0.position < $1.position }
            var buffer = CopyBuffer()
            for row in added { try Self.append(row.price, isWithdrawn: false, to: &buffer) }
            for row in withdrawn { try Self.append(row.price, isWithdrawn: true, to: &buffer) }
            if buffer.rowCount > 0 {
                _ = try await connection.copyIn(
                    "COPY prices (\(Self.columns)) FROM STDIN (FORMAT binary)", buffer)
            }
            try await Self.replaceAliases(table.aliases, connection)
            return (added.count, withdrawn.count)
        }
    }

    private static let columns =
        """
        price_id, biller, provider, model, class, effective_from, effective_to, input_tokens_above, \
        window_start_minute, window_end_minute, service_tier, amount, per, currency, is_free, source, is_withdrawn
        """

    /// The prices that count now, in order of precedence.
    private static func currentPrices(_ connection: PostgresConnection) async throws -> [(price: Price, row: Int64)] {
        let result = try await connection.query(
            """
            SELECT * FROM (
                SELECT DISTINCT ON (biller, provider, model, class, effective_from, input_tokens_above,
                        window_start_minute, window_end_minute, service_tier)
                    biller, provider, model, class, effective_from, effective_to, input_tokens_above,
                    window_start_minute, window_end_minute, service_tier, amount, per, is_free, source, price_row,
                    is_withdrawn
                FROM prices
                ORDER BY biller, provider, model, class, effective_from, input_tokens_above, window_start_minute,
                    window_end_minute, service_tier, price_row DESC
            ) latest WHERE NOT is_withdrawn ORDER BY price_row
            """)
        return try result.map { row in (try Price(row: row), try row.decode(Int64.self, at: 14)) }
    }

    private static func aliases(_ connection: PostgresConnection) async throws -> ProviderAliases {
        var aliases = ProviderAliases()
        for row in try await connection.query("SELECT alias, name FROM provider_aliases") {
            aliases.add(try row.decode(String.self, at: 0), for: try row.decode(String.self, at: 1))
        }
        return aliases
    }

    private static func replaceAliases(_ wanted: ProviderAliases, _ connection: PostgresConnection) async throws {
        if try await aliases(connection) == wanted { return }
        _ = try await connection.execute("DELETE FROM provider_aliases")
        _ = try await connection.execute(
            """
            INSERT INTO provider_aliases (alias, name)
            SELECT * FROM unnest(\(wanted.entries.map(\.alias)), \(wanted.entries.map(\.name)))
            """)
    }

    private static func append(_ price: Price, isWithdrawn: Bool, to buffer: inout CopyBuffer) throws {
        let conditions = price.conditions
        try buffer.beginRow(columns: 17)
        try buffer.append(text: price.id)
        try buffer.append(text: price.biller)
        if let provider = price.provider { try buffer.append(text: provider) } else { buffer.appendNull() }
        try buffer.append(text: price.model.text)
        try buffer.append(text: price.usageClass.name)
        for time in [conditions.effectiveFrom, conditions.effectiveTo] {
            if let time { try buffer.append(timestampMicroseconds: time.microseconds) } else { buffer.appendNull() }
        }
        if let above = conditions.inputTokensAbove { buffer.append(above) } else { buffer.appendNull() }
        for minute in [conditions.window?.startMinute, conditions.window?.endMinute] {
            if let minute { buffer.append(Int16(minute)) } else { buffer.appendNull() }
        }
        if let tier = conditions.serviceTier { try buffer.append(text: tier) } else { buffer.appendNull() }
        buffer.append(decimalUnscaled: price.rate.amount.picodollars, scale: Money.places)
        buffer.append(price.rate.per)
        try buffer.append(text: PriceBook.currency)
        buffer.append(price.isFree)
        try buffer.append(text: price.source)
        buffer.append(isWithdrawn)
    }
}

/// What makes two rows the same price at different times of recording: everything but the amount, the end, the source.
private struct PriceKey: Hashable {
    let biller: String
    let provider: String?
    let model: ModelPattern
    let usageClass: UsageClass
    let conditions: Price.Conditions

    init(_ price: Price) {
        biller = price.biller
        provider = price.provider
        model = price.model
        usageClass = price.usageClass
        var conditions = price.conditions
        conditions.effectiveTo = nil
        self.conditions = conditions
    }
}

extension Price {
    fileprivate init(row: Row) throws {
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
