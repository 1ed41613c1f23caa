internal import FastJSON
internal import TallyCore

extension ChargeRecord {
    /// Reads the stored form that ``BasisText`` writes.
    ///
    /// - Throws: `JSONError` or ``StoreError/unreadable(_:)`` when the text is none of it.
    init(basis json: String, parser: JSONParser) throws {
        self = try parser.withDocument(json) { root in
            let entries = try root["rates"].map { try $0.elements.map(Entry.init(basis:)) } ?? []
            let unpriced = try root["not_priced"].map { list in
                try list.elements.map { try UsageClass(stored: $0.string) }
            }
            return ChargeRecord(
                entries: entries, unpricedClasses: unpriced ?? [], unpricedReason: root["unpriced"]?.string)
        }
    }
}

extension ChargeRecord.Entry {
    fileprivate init(basis value: JSONValue) throws {
        let usageClass = try UsageClass(stored: value["class"]?.string)
        guard let amount = value["amount"]?.string, let per = value["per"]?.int64,
            let rate = Rate(amount: try Money(parsing: amount), per: per)
        else { throw StoreError.unreadable("a charge without a rate for \(usageClass.name)") }
        self.init(
            usageClass: usageClass, pricedAs: try value["as"].map { try UsageClass(stored: $0.string) } ?? usageClass,
            priceID: value["price_id"]?.string ?? "", rate: rate, source: value["source"]?.string ?? "")
    }
}

extension UsageClass {
    fileprivate init(stored name: String?) throws {
        guard let usageClass = UsageClass(name: name ?? "") else {
            throw StoreError.unreadable("a charge of the unknown class \(name ?? "(none)")")
        }
        self = usageClass
    }
}
