internal import FastJSON
internal import PostgresClient
internal import TallyCore

/// Charges stored events with a book, and tells whether that changes anything.
///
/// Offerings and bases are few and stored once each, so what is worked out about them is remembered.
struct Recharger {
    /// What an event is charged now.
    struct Verdict {
        let charge: Charge
        /// Whether the charge that is stored is another one.
        let isChanged: Bool

        /// Whether a class that was used has no price.
        var isPartlyPriced: Bool {
            if case .priced(_, let basis) = charge { basis.isPartial } else { false }
        }
    }

    /// What the book has for an offering.
    private struct Known {
        let model: String?
        let listing: PriceBook.Listing?
        let serviceTier: String?
    }

    /// A stored basis and a charge of this book.
    private struct Pair: Hashable {
        let stored: Int32
        let made: BasisKey
    }

    /// The most entries remembered of each kind; past it the memory starts anew.
    private static let maximumEntries = 200_000

    private let book: PriceBook
    private let parser: JSONParser
    private var offerings: [Int32: Known] = [:]
    private var records: [Int32: ChargeRecord] = [:]
    private var comparisons: [Pair: Bool] = [:]

    /// A charger with the prices of a book.
    init(book: PriceBook) throws {
        self.book = book
        parser = try JSONParser()
    }

    /// Reads the offerings and bases of events that are not known yet; to be done before they are charged.
    mutating func learn(_ events: [ChargedEvent], _ connection: PostgresConnection) async throws {
        if offerings.count > Self.maximumEntries { offerings.removeAll() }
        if records.count > Self.maximumEntries { records.removeAll() }
        if comparisons.count > Self.maximumEntries { comparisons.removeAll() }
        let newOfferings = Set(events.map(\.offeringID)).filter { offerings[$0] == nil }
        if !newOfferings.isEmpty { try await learn(offerings: newOfferings.sorted(), connection) }
        let newBases = Set(events.map(\.basisID)).filter { records[$0] == nil }
        if newBases.isEmpty { return }
        for row in try await connection.query(
            "SELECT basis_id, basis FROM charge_bases WHERE basis_id = ANY (\(newBases.sorted()))")
        {
            records[try row.decode(Int32.self, at: 0)] = try ChargeRecord(
                basis: try row.decode(PostgresJSON.self, at: 1).text, parser: parser)
        }
    }

    private mutating func learn(offerings ids: [Int32], _ connection: PostgresConnection) async throws {
        for row in try await connection.query(
            """
            SELECT offering_id, biller, provider, model, service_tier FROM offerings WHERE offering_id = ANY (\(ids))
            """)
        {
            // Spellings may have been declared since the event was stored.
            let seller = book.aliases.resolve(
                biller: try row.decode(String?.self, at: 1), provider: try row.decode(String?.self, at: 2))
            let model = try row.decode(String?.self, at: 3)
            var listing: PriceBook.Listing?
            if let biller = seller.biller, let model {
                listing = book.listing(biller: biller, provider: seller.provider, model: model)
            }
            offerings[try row.decode(Int32.self, at: 0)] = Known(
                model: model, listing: listing, serviceTier: try row.decode(String?.self, at: 4))
        }
    }

    /// The model of an event whose offering is known.
    func model(of event: ChargedEvent) -> String? { offerings[event.offeringID]?.model }

    /// Charges an event whose offering and basis are known.
    ///
    /// - Throws: ``StoreError/unreadable(_:)`` for an event whose offering or basis is not there.
    mutating func charge(_ event: ChargedEvent) throws(StoreError) -> Verdict {
        guard let known = offerings[event.offeringID] else {
            throw .unreadable("an event of the unknown offering \(event.offeringID)")
        }
        let charge = charge(event, known)
        let isPartial = if case .priced(_, let basis) = charge { basis.isPartial } else { false }
        if charge.cost != event.cost || isPartial != event.isPartlyPriced {
            return Verdict(charge: charge, isChanged: true)
        }
        let pair = Pair(stored: event.basisID, made: BasisKey(charge))
        if let isAlike = comparisons[pair] { return Verdict(charge: charge, isChanged: !isAlike) }
        guard let record = records[event.basisID] else {
            throw .unreadable("an event of the unknown charge basis \(event.basisID)")
        }
        let isAlike = record.charges(like: ChargeRecord(charge, book: book))
        comparisons[pair] = isAlike
        return Verdict(charge: charge, isChanged: !isAlike)
    }

    private func charge(_ event: ChargedEvent, _ known: Known) -> Charge {
        guard let usage = event.usage, !usage.isEmpty else { return .unpriced(.usageUnknown) }
        if known.model == nil { return .unpriced(.modelUnknown) }
        guard let listing = known.listing else { return .unpriced(.noPrice) }
        return book.charge(listing, usage: usage, at: event.time, serviceTier: known.serviceTier)
    }
}
