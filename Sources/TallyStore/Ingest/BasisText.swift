internal import FastJSON
internal import TallyCore

/// What two charges have in common when the same prices made them, or the same reason kept them from being made.
enum BasisKey: Hashable {
    case priced(ChargeBasis)
    case unpriced(UnpricedReason)

    init(_ charge: Charge) {
        switch charge {
        case .priced(_, let basis): self = .priced(basis)
        case .unpriced(let reason): self = .unpriced(reason)
        }
    }
}

/// The stored form of a charge's basis: which prices, at which rates, were used for which class.
///
/// `{"rates":[{"class":"input","price_id":"price_…","amount":"0.90","per":1000000,"source":"…"}]}`, with `"as"` where
/// the price is that of the class it is part of, `"not_priced":["…"]` for classes without a price, or
/// `{"unpriced":"no_price"}`.
enum BasisText {
    /// The text of a basis made by a book.
    static func json(of key: BasisKey, in book: PriceBook) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        switch key {
        case .unpriced(let reason):
            writer.member("unpriced", reason.rawValue)
        case .priced(let basis):
            writer.key("rates")
            writer.beginArray()
            for rate in book.rates(of: basis) {
                writer.beginObject()
                writer.member("class", rate.usageClass.name)
                if rate.isInherited { writer.member("as", rate.price.usageClass.name) }
                writer.member("price_id", rate.price.id)
                writer.member("amount", rate.price.rate.amount.description)
                writer.member("per", rate.price.rate.per)
                writer.member("source", rate.price.source)
                writer.endObject()
            }
            writer.endArray()
            if basis.isPartial {
                writer.key("not_priced")
                writer.beginArray()
                for usageClass in basis.unpricedClasses { writer.string(usageClass.name) }
                writer.endArray()
            }
        }
        writer.endObject()
        return writer.string
    }
}

/// Tags in the form the database stores them: a JSON object of strings, keys sorted.
enum TagText {
    static func json(_ tags: [String: String]) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        for (key, value) in tags.sorted(by: { $0.key < $1.key }) { writer.member(key, value) }
        writer.endObject()
        return writer.string
    }

    static func tags(fromJSON json: String) throws -> [String: String] {
        let parser = try JSONParser()
        return try parser.withDocument(json) { root in
            var tags: [String: String] = [:]
            for (key, value) in root.members { tags[key.string] = value.string }
            return tags
        }
    }
}
