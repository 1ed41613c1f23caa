internal import DurableQueue
internal import FastJSON
internal import TallyCore
internal import TallyMetering

/// What the calls of one event loop share, which no other thread may touch.
final class LoopResources {
    /// Parses requests and responses, one after the other.
    let parser: JSONParser
    /// Makes the identities of calls.
    var random = SystemRandomBuffer()
    /// The records that were made in this turn of the loop.
    ///
    /// They go to the spool together, which costs one wake-up and mostly one commit.
    private var records: [DurableQueue.Submission] = []
    private var pricer: EventPricer?
    private var edition: PriceShelf.Edition?

    init() throws {
        parser = try JSONParser()
    }

    /// Keeps a record until the turn of the loop ends.
    ///
    /// - Returns: Whether it is the first, so that the caller has to see to it that they are taken.
    func addRecord(_ record: DurableQueue.Submission) -> Bool {
        records.append(record)
        return records.count == 1
    }

    /// Takes the records that were kept.
    func takeRecords() -> [DurableQueue.Submission] {
        defer { records = [] }
        return records
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
