internal import FastJSON
internal import LogInput
internal import TallyCore
internal import TallyMetering

/// Prices JSON lines, one quote a line, remembering the sellers of the last ones: most inputs name few.
///
/// One pricer belongs to one thread at a time.
struct LinePricer: ~Copyable {
    private let book: PriceBook
    private let defaults: QuoteDefaults
    private let decoder: CallRecordDecoder
    private let parser: JSONParser
    private var json: QuoteJSON
    /// The names of the sellers remembered.
    private var names = TextTable()
    private var sellers: [SellerKey: QuoteSeller] = [:]

    /// A seller by the numbers of its names, -1 for one that is not stated.
    private struct SellerKey: Hashable {
        var biller = -1
        var provider = -1
        var model = -1
    }

    /// The most sellers remembered; past it the memory starts anew.
    private static let maximumSellers = 10_000
    /// How many times as long as its line a quote usually is, and the most bytes set aside at once.
    private static let usualGrowth = 4
    private static let maximumReserve = 4 << 20

    init(book: PriceBook, defaults: QuoteDefaults) throws {
        self.book = book
        self.defaults = defaults
        decoder = CallRecordDecoder(biller: defaults.offering.biller, provider: defaults.offering.provider)
        parser = try JSONParser()
        json = QuoteJSON(book: book)
    }

    /// Prices the lines of a block.
    ///
    /// - Parameters:
    ///   - block: The lines; empty ones are passed over.
    ///   - now: The time of calls that do not say theirs.
    /// - Returns: A line of JSON for each.
    mutating func price(_ block: LineBlock, now: Instant) -> [UInt8] {
        var output: [UInt8] = []
        unsafe output.reserveCapacity(min(block.bytes.count * Self.usualGrowth, Self.maximumReserve))
        for line in block {
            if line.isTooLong {
                append(.lineTooLong(line.length, limit: block.maxLineBytes), line: line.number, to: &output)
                continue
            }
            if unsafe line.bytes.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) { continue }
            let start = output.count
            do throws(RecordFailure) {
                try append(line, now: now, to: &output)
            } catch {
                output.removeLast(output.count - start)
                append(error, line: line.number, to: &output)
            }
        }
        return output
    }

    private mutating func append(_ line: Line, now: Instant, to output: inout [UInt8]) throws(RecordFailure) {
        // The document is lent by a parser that is no part of what changes meanwhile.
        let parser = parser
        try unsafe parser.withDocument(
            padded: line.bytes,
            mapError: { (error: JSONError) in
                RecordFailure.notJSON(error.description, isCutOff: false)
            },
            { (root: JSONValue) throws(RecordFailure) in
                let call = try decoder.decode(root)
                let quote = try quote(call, now: now)
                json.append(quote, to: &output)
                output.append(UInt8(ascii: "\n"))
            })
    }

    private mutating func quote(_ call: borrowing CallRecord, now: Instant) throws(RecordFailure) -> Quote {
        let time = call.time ?? defaults.time ?? now
        guard let response = call.response else {
            let tier = try tier(call) ?? defaults.offering.serviceTier
            let seller = try seller(biller: call.biller, provider: call.provider, model: call.model)
            return Quote(seller, serviceTier: tier, usage: call.usage, at: time, book: book)
        }
        // The line comes before the response, and both before the defaults.
        let tier = try tier(call) ?? response.serviceTier ?? defaults.offering.serviceTier
        let provider = call.provider == nil ? response.provider : nil
        func asked(for model: String?) throws(RecordFailure) -> QuoteSeller {
            try withText(provider) { (served) throws(RecordFailure) in
                try withText(model) { (model) throws(RecordFailure) in
                    try seller(biller: call.biller, provider: call.provider ?? served, model: model)
                }
            }
        }
        let main = try asked(for: call.model?.string ?? response.model ?? defaults.offering.model)
        var quote = Quote(main, serviceTier: tier, usage: response.usage, at: time, book: book)
        for part in response.parts {
            // A part without a name is no call of the model that was asked for.
            let model = part.model ?? ""
            quote.add(
                part: try asked(for: model), serviceTier: tier, usage: part.usage, at: time, book: book)
        }
        quote.note(response)
        return quote
    }

    private func tier(_ call: borrowing CallRecord) throws(RecordFailure) -> String? {
        guard let tier = call.serviceTier else { return nil }
        return try CallRecordDecoder.name(tier, field: "service_tier")
    }

    /// The seller of some names; the defaults stand in for those that are not stated.
    private mutating func seller(
        biller: JSONText?, provider: JSONText?, model: JSONText?
    ) throws(RecordFailure) -> QuoteSeller {
        if let key = key(biller, provider, model), let known = sellers[key] { return known }
        var offering = defaults.offering
        if let biller { offering.biller = try CallRecordDecoder.name(biller, field: "biller") }
        if let provider { offering.provider = try CallRecordDecoder.name(provider, field: "provider") }
        if let model { offering.model = try CallRecordDecoder.name(model, field: "model") }
        let seller = QuoteSeller(offering, book: book)
        if sellers.count >= Self.maximumSellers {
            sellers.removeAll()
            names.removeAll()
        }
        for name in [biller, provider, model] {
            if let name, names.number(of: name) == nil { names.add(name) }
        }
        if let key = key(biller, provider, model) { sellers[key] = seller }
        return seller
    }

    /// The key of some names, `nil` when one of them is new.
    private func key(_ biller: JSONText?, _ provider: JSONText?, _ model: JSONText?) -> SellerKey? {
        var key = SellerKey()
        if let biller {
            guard let number = names.number(of: biller) else { return nil }
            key.biller = number
        }
        if let provider {
            guard let number = names.number(of: provider) else { return nil }
            key.provider = number
        }
        if let model {
            guard let number = names.number(of: model) else { return nil }
            key.model = number
        }
        return key
    }

    private func append(_ failure: RecordFailure, line: Int, to output: inout [UInt8]) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("error", failure.description)
        writer.member("line", line)
        writer.endObject()
        output += writer.bytes
        output.append(UInt8(ascii: "\n"))
    }
}

/// Lends a string as text of a document.
private func withText<Result>(
    _ string: String?, _ body: (JSONText?) throws(RecordFailure) -> Result
) throws(RecordFailure) -> Result {
    guard let string else { return try body(nil) }
    let bytes = Array(string.utf8)
    let result: Swift.Result<Result, RecordFailure> = unsafe bytes.withUnsafeBytes { buffer in
        do throws(RecordFailure) {
            return .success(try body(unsafe JSONText(utf8: buffer)))
        } catch {
            return .failure(error)
        }
    }
    return try result.get()
}
