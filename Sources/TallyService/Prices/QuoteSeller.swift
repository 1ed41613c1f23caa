package import TallyCore

/// Who is asked what a model costs: one offering with the place of its prices, worked out once for many quotes.
package struct QuoteSeller: Sendable {
    /// Who sends the bill, in its one spelling.
    package let biller: String?
    /// Who serves, in its one spelling.
    package let provider: String?
    /// The model, as it was named.
    package let model: String?
    /// Where the prices are; `nil` when there are none.
    let listing: PriceBook.Listing?
    /// The provider the model's name asks for, where nobody said who served.
    let askedProvider: String?
    /// The beginning of the quote's JSON, up to the names of the prices.
    let prefix: [UInt8]

    /// An offering of a book.
    ///
    /// - Parameters:
    ///   - offering: What was called; its spellings are brought to those of the book.
    ///   - book: The prices.
    package init(_ offering: Offering, book: PriceBook) {
        let (biller, provider) = book.aliases.resolve(biller: offering.biller, provider: offering.provider)
        let model = offering.model
        (self.biller, self.provider, self.model) = (biller, provider, model)
        var listing: PriceBook.Listing?
        var pin: ModelPin?
        if let biller, let model {
            listing = book.listing(biller: biller, provider: provider, model: model)
            if provider == nil { pin = book.pin(of: model, biller: biller) }
        }
        self.listing = listing
        askedProvider = pin?.provider
        prefix = QuoteJSON.prefix(biller: biller, provider: provider, model: model)
    }
}
