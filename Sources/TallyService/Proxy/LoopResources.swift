internal import FastJSON
internal import TallyCore
internal import TallyMetering

/// What the calls of one event loop share, which no other thread may touch.
final class LoopResources {
    /// Parses requests and responses, one after the other.
    let parser: JSONParser
    private var pricer: EventPricer?
    private var edition: PriceShelf.Edition?

    init() throws {
        parser = try JSONParser()
    }

    /// What an event costs by an edition of the prices: reported where the biller says it, else computed.
    ///
    /// - Returns: The cost; `nil` when it is not known.
    func cost(of event: UsageEvent, by edition: PriceShelf.Edition) -> Money? {
        if let reported = event.reportedCost { return reported }
        var event = event
        (event.offering.biller, event.offering.provider) = edition.book.aliases.resolve(
            biller: event.offering.biller, provider: event.offering.provider)
        var pricer = self.pricer.take() ?? EventPricer(book: edition.book)
        if self.edition !== edition { pricer = EventPricer(book: edition.book) }
        self.edition = edition
        defer { self.pricer = pricer }
        return pricer.charge(event).cost
    }
}
