internal import TallyCore

/// Prices events one after the other, remembering where the last ones' prices were found: most logs name few models.
struct EventPricer {
    private let book: PriceBook
    private var listings: [Offering: PriceBook.Listing?] = [:]

    /// The most offerings remembered; past it the memory starts anew.
    private static let maximumListings = 10_000

    init(book: PriceBook) {
        self.book = book
    }

    /// Puts the charges in place.
    mutating func price(_ events: inout [PricedEvent]) {
        for index in events.indices { events[index].charge = charge(for: events[index].event) }
    }

    private mutating func charge(for event: UsageEvent) -> Charge {
        guard let usage = event.usage else { return .unpriced(.usageUnknown) }
        guard let model = event.offering.model else { return .unpriced(.modelUnknown) }
        guard let biller = event.offering.biller else { return .unpriced(.noPrice) }
        let listing: PriceBook.Listing?
        if let known = listings[event.offering] {
            listing = known
        } else {
            listing = book.listing(biller: biller, provider: event.offering.provider, model: model)
            if listings.count >= Self.maximumListings { listings.removeAll() }
            listings[event.offering] = .some(listing)
        }
        guard let listing else { return .unpriced(.noPrice) }
        return book.charge(listing, usage: usage, at: event.time, serviceTier: event.offering.serviceTier)
    }
}
