package import TallyCore

/// The price book in the database, read again when it has changed.
package actor PriceBoard {
    private let prices: any PriceLedger
    private let shelf: PriceShelf
    private var held: (book: PriceBook, application: PriceApplication?)?
    private var lookedAt: ContinuousClock.Instant?

    /// How long a look at the database holds.
    private static let interval = Duration.seconds(2)

    /// A board.
    ///
    /// - Parameters:
    ///   - prices: The table in the database.
    ///   - shelf: Where each new book is put.
    package init(prices: any PriceLedger, shelf: PriceShelf) {
        self.prices = prices
        self.shelf = shelf
    }

    /// The book as it stands, at most two seconds old.
    ///
    /// - Throws: The fault of the store.
    package func book() async throws -> PriceBook {
        let now = ContinuousClock.now
        if let held, let lookedAt, now - lookedAt < Self.interval { return held.book }
        let application = try await prices.lastApplication()
        if let held, held.application == application {
            lookedAt = now
            return held.book
        }
        let book = try await prices.priceBook()
        held = (book, application)
        lookedAt = now
        shelf.put(book)
        return book
    }
}
