internal import FastJSON
internal import TallyCore

/// Writes quotes of one book as JSON, from pieces that are made once: there may be millions of them.
struct QuoteJSON {
    private let book: PriceBook
    /// By the place of a price in the book, what every line with it says; `nil` before the first.
    private var texts: [PriceText?]

    private struct PriceText {
        /// The name, in quotation marks.
        let id: [UInt8]
        /// From the unit price up to the cost.
        let terms: [UInt8]
    }

    /// The names of the classes as members, by their raw values.
    private static let classKeys = UsageClass.names.map { Array("\"\($0)\":".utf8) }
    /// The beginnings of lines, by the raw values of their classes.
    private static let lineStarts = UsageClass.names.map { Array("{\"class\":\"\($0)\",\"quantity\":".utf8) }
    private static let middle = Array("],\"usage\":".utf8)
    private static let cost = Array(",\"cost\":".utf8)
    private static let currency = Array(",\"currency\":\"\(PriceBook.currency)\"".utf8)
    private static let breakdown = Array(",\"breakdown\":[".utf8)
    private static let warnings = Array("],\"warnings\":[".utf8)
    private static let ending = Array("]}".utf8)
    private static let null = Array("null".utf8)
    private static let quote = UInt8(ascii: "\"")
    private static let comma = UInt8(ascii: ",")

    init(book: PriceBook) {
        self.book = book
        texts = [PriceText?](repeating: nil, count: book.prices.count)
    }

    /// The beginning of a quote, up to the names of the prices.
    static func prefix(biller: String?, provider: String?, model: String?) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("biller", biller)
        writer.member("provider", provider)
        writer.member("model", model)
        writer.key("price_ids")
        writer.beginArray()
        return writer.bytes
    }

    /// Adds a quote.
    mutating func append(_ quote: Quote, to bytes: inout [UInt8]) {
        for line in quote.lines where texts[line.price] == nil { texts[line.price] = text(of: line.price) }
        bytes += quote.seller.prefix
        appendPriceIDs(quote.lines, to: &bytes)
        bytes += Self.middle
        Self.append(quote.usage, to: &bytes)
        bytes += Self.cost
        Self.append(quote.cost, to: &bytes)
        bytes += Self.currency
        for (name, cost) in [("reported_cost", quote.reportedCost), ("estimated_cost", quote.estimatedCost)]
        where cost != nil {
            bytes += ",\"\(name)\":".utf8
            Self.append(cost, to: &bytes)
        }
        bytes += Self.breakdown
        var isFirst = true
        for line in quote.lines {
            if !isFirst { bytes.append(Self.comma) }
            isFirst = false
            append(line, to: &bytes)
        }
        bytes += Self.warnings
        if !quote.warnings.isEmpty { Self.append(quote.warnings, to: &bytes) }
        bytes += Self.ending
    }

    private func appendPriceIDs(_ lines: [Quote.Line], to bytes: inout [UInt8]) {
        for (index, line) in lines.enumerated() {
            if lines[..<index].contains(where: { $0.price == line.price }) { continue }
            if index > 0 { bytes.append(Self.comma) }
            if let text = texts[line.price] { bytes += text.id }
        }
    }

    private func append(_ line: Quote.Line, to bytes: inout [UInt8]) {
        bytes += Self.lineStarts[line.usageClass.rawValue]
        Self.append(line.quantity, of: line.usageClass, to: &bytes)
        if let text = texts[line.price] { bytes += text.terms }
        Self.append(line.cost, to: &bytes)
        if let model = line.model {
            var writer = JSONWriter()
            writer.string(model)
            bytes += ",\"model\":".utf8
            bytes += writer.bytes
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private func text(of place: Int) -> PriceText {
        let price = book.prices[place]
        let terms = ",\"unit_price\":\"\(price.rate.amount)\",\"per\":\(price.rate.per),\"cost\":"
        return PriceText(id: Array("\"\(price.id)\"".utf8), terms: Array(terms.utf8))
    }

    private static func append(_ usage: UsageBuckets?, to bytes: inout [UInt8]) {
        guard let usage else {
            bytes += null
            return
        }
        bytes.append(UInt8(ascii: "{"))
        var rest = usage.statedMask
        while rest != 0 {
            let index = rest.trailingZeroBitCount
            rest &= rest - 1
            guard let usageClass = UsageClass(rawValue: index) else { continue }
            bytes += classKeys[index]
            append(usage.quantity(usageClass), of: usageClass, to: &bytes)
            if rest != 0 { bytes.append(comma) }
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private static func append(_ cost: Money?, to bytes: inout [UInt8]) {
        guard let cost else {
            bytes += null
            return
        }
        bytes.append(quote)
        cost.append(to: &bytes)
        bytes.append(quote)
    }

    private static func append(_ quantity: Int64, of usageClass: UsageClass, to bytes: inout [UInt8]) {
        guard usageClass.storedPerUnit == 1 else {
            bytes += UsageBuckets.text(Int128(quantity), of: usageClass).utf8
            return
        }
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var count = 0
        // A quantity is never negative.
        var rest = UInt64(quantity)
        repeat {
            digits[count] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
            count += 1
        } while rest > 0
        while count > 0 {
            count -= 1
            bytes.append(digits[count])
        }
    }

    private static func append(_ warnings: [String], to bytes: inout [UInt8]) {
        var writer = JSONWriter()
        for warning in warnings { writer.string(warning) }
        bytes += writer.bytes
    }
}
