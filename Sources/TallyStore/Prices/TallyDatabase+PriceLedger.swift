internal import PostgresClient
package import TallyCore

extension TallyDatabase: PriceLedger {
    package func lastApplication() async throws -> PriceApplication? {
        try await pool.withConnection { try await Self.lastApplication($0) }
    }

    package func apply(
        _ table: PriceTable, from application: PriceApplication, isDryRun: Bool
    ) async throws -> PriceChanges {
        // What cannot be charged with is refused before it is recorded.
        _ = try table.makeBook()
        return try await pool.withTransaction { connection in
            // One writer at a time, so that two daemons with the same files append once.
            if !isDryRun {
                _ = try await connection.query("SELECT pg_advisory_xact_lock(hashtextextended('tally.prices', 0))")
            }
            let current = try await Self.currentPrices(connection)
            let held = Dictionary(current.map { (PriceKey($0.price), $0) }) { _, later in later }
            let wanted = Self.placed(table.prices, held: held)
            let added = wanted.filter { held[PriceKey($0.price)] != $0 }
            let kept = Set(wanted.map { PriceKey($0.price) })
            let withdrawn = current.filter { !kept.contains(PriceKey($0.price)) }
            let changes = PriceChanges(
                added: added.count, withdrawn: withdrawn.count, unchanged: wanted.count - added.count,
                names: try await Self.changedNames(table, connection))
            if isDryRun { return changes }
            var buffer = CopyBuffer()
            for row in added { try Self.append(row, isWithdrawn: false, to: &buffer) }
            for row in withdrawn { try Self.append(row, isWithdrawn: true, to: &buffer) }
            if buffer.rowCount > 0 {
                _ = try await connection.copyIn(
                    "COPY prices (\(Self.columns)) FROM STDIN (FORMAT binary)", buffer)
            }
            try await Self.replaceAliases(table.aliases, connection)
            try await Self.replaceModelAliases(table.modelAliases, connection)
            try await Self.record(application, changes, connection)
            return changes
        }
    }

    /// The last application that is recorded.
    private static func lastApplication(_ connection: PostgresConnection) async throws -> PriceApplication? {
        let result = try await connection.query(
            """
            SELECT table_digest, configured_digest, is_built_in, files FROM price_applications
            ORDER BY application_id DESC LIMIT 1
            """)
        return try result.first.map { row in
            PriceApplication(
                table: try row.decode(String.self, at: 0), configured: try row.decode(String.self, at: 1),
                isBuiltIn: try row.decode(Bool.self, at: 2), files: try row.decode([String].self, at: 3))
        }
    }

    /// Records an application, unless it says what the last one did and changed nothing.
    private static func record(
        _ application: PriceApplication, _ changes: PriceChanges, _ connection: PostgresConnection
    ) async throws {
        if changes.added + changes.withdrawn == 0, let last = try await lastApplication(connection) {
            var same = last
            // Files that were only moved are no change.
            same.files = application.files
            if same == application { return }
        }
        _ = try await connection.execute(
            """
            INSERT INTO price_applications (table_digest, configured_digest, is_built_in, files, added, withdrawn)
            VALUES (\(application.table), \(application.configured), \(application.isBuiltIn), \(application.files),
                \(Int32(clamping: changes.added)), \(Int32(clamping: changes.withdrawn)))
            """)
    }

    private static let columns =
        """
        price_id, biller, provider, model, class, effective_from, effective_to, input_tokens_above, \
        window_start_minute, window_end_minute, service_tier, position, amount, per, currency, is_free, source, \
        is_withdrawn
        """

    /// Gives prices their positions: the one recorded where that keeps the order among the prices of one model and
    /// class, which alone compete, so that an insertion does not move the whole table; else the next one.
    ///
    /// - Parameters:
    ///   - prices: The prices of a table, in order of precedence; of two with one key the later is kept, as it always
    ///     wins.
    ///   - held: The prices that count now.
    /// - Returns: The prices in their order, with the positions they are to have.
    private static func placed(_ prices: [Price], held: [PriceKey: PlacedPrice]) -> [PlacedPrice] {
        var last: [PriceKey: Int] = [:]
        for (index, price) in prices.enumerated() { last[PriceKey(price)] = index }
        var highest: [CompetitionKey: Int64] = [:]
        var placed: [PlacedPrice] = []
        for (index, price) in prices.enumerated() {
            let key = PriceKey(price)
            guard last[key] == index else { continue }
            let competition = CompetitionKey(price)
            let lowest = (highest[competition] ?? -1) + 1
            let recorded = held[key]?.position ?? Int64(index)
            let position = recorded >= lowest ? recorded : max(lowest, Int64(index))
            highest[competition] = position
            placed.append(PlacedPrice(price: price, position: position))
        }
        return placed
    }

    /// How many names are to mean something else than they do.
    private static func changedNames(_ wanted: PriceTable, _ connection: PostgresConnection) async throws -> Int {
        func models(_ names: ModelAliases) -> [ModelAlias: String] {
            let entries = names.entries.map { name in
                (ModelAlias(biller: name.biller, provider: name.provider, name: name.name, model: ""), name.model)
            }
            return Dictionary(entries) { first, _ in first }
        }
        func spellings(_ aliases: ProviderAliases) -> [String: String] {
            Dictionary(aliases.entries.map { ($0.alias, $0.name) }) { first, _ in first }
        }
        return try await models(modelAliases(connection)).changes(to: models(wanted.modelAliases))
            + spellings(aliases(connection)).changes(to: spellings(wanted.aliases))
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

    private static func replaceModelAliases(_ wanted: ModelAliases, _ connection: PostgresConnection) async throws {
        if try await modelAliases(connection) == wanted { return }
        _ = try await connection.execute("DELETE FROM model_aliases")
        let aliases = wanted.entries
        _ = try await connection.execute(
            """
            INSERT INTO model_aliases (position, biller, provider, name, model)
            SELECT * FROM unnest(\(aliases.indices.map(Int32.init)), \(aliases.map(\.biller)),
                \(aliases.map(\.provider)), \(aliases.map(\.name)), \(aliases.map(\.model)))
            """)
    }

    private static func append(_ placed: PlacedPrice, isWithdrawn: Bool, to buffer: inout CopyBuffer) throws {
        let price = placed.price
        let conditions = price.conditions
        try buffer.beginRow(columns: 18)
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
        buffer.append(placed.position)
        buffer.append(decimalUnscaled: price.rate.amount.picodollars, scale: Money.places)
        buffer.append(price.rate.per)
        try buffer.append(text: PriceBook.currency)
        buffer.append(price.isFree)
        try buffer.append(text: price.source)
        buffer.append(isWithdrawn)
    }
}

/// What makes two rows the same price at different times of recording: everything but place, amount and source.
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
        conditions = price.conditions
    }
}

/// Which prices can hold for the same call, so that their order matters; models are looked up in lower case.
private struct CompetitionKey: Hashable {
    let biller: String
    let provider: String?
    let model: String
    let usageClass: UsageClass

    init(_ price: Price) {
        biller = price.biller
        provider = price.provider
        model = price.model.text.lowercased()
        usageClass = price.usageClass
    }
}

extension Dictionary where Value: Equatable {
    /// How many keys only one of the two has, or both with different values.
    fileprivate func changes(to other: Self) -> Int {
        count { other[$0.key] != $0.value } + other.count { self[$0.key] == nil }
    }
}
