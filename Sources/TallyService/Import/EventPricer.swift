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
        for index in events.indices {
            events[index].charge = charge(events[index].event)
        }
    }

    /// The charge of one event.
    mutating func charge(_ event: UsageEvent) -> Charge {
        charge(event.offering, usage: event.usage, at: event.time)
    }

    private mutating func charge(_ offering: Offering, usage: UsageBuckets?, at time: Instant) -> Charge {
        guard let usage, !usage.isEmpty else { return .unpriced(.usageUnknown) }
        guard let model = offering.model else { return .unpriced(.modelUnknown) }
        guard let biller = offering.biller else { return .unpriced(.noPrice) }
        let listing: PriceBook.Listing?
        if let known = listings[offering] {
            listing = known
        } else {
            listing = book.listing(biller: biller, provider: offering.provider, model: model)
            if listings.count >= Self.maximumListings { listings.removeAll() }
            listings[offering] = .some(listing)
        }
        guard let listing else { return .unpriced(.noPrice) }
        return book.charge(listing, usage: usage, at: time, serviceTier: offering.serviceTier)
    }
}
