internal import FastJSON
internal import TallyCore

/// fal counts in a header, in units that differ by model; its body lists the images and the seconds they took.
///
/// Only the result of a queued request has the header, so that asking for its state counts nothing (fal, queue and
/// publishing pages).
enum FalFormat: ProviderFormat {
    static let unitsHeader = "x-fal-billable-units"

    static func read(
        _ document: ResponseDocument, of exchange: Exchange, into reading: inout UsageReading
    ) throws(RecordFailure) {
        if exchange.headers[unitsHeader] == nil { return }
        readUnits(of: exchange, into: &reading)
        if let images = document.images, images.kind == .array { reading.counts[.images] = Int64(images.count) }
        try reading.counts.take(.computeSeconds, document.timings?["inference"], "timings.inference")
    }

    /// Takes what the header says, whatever the body is.
    static func readUnits(of exchange: Exchange, into reading: inout UsageReading) {
        guard let text = exchange.headers[unitsHeader], let units = DecimalText(text), units.unscaled >= 0 else {
            return
        }
        switch units.rescaled(to: 0) {
        case .success(let whole) where whole <= Int128(UsageBuckets.maximumQuantity):
            reading.counts[.billableUnits] = Int64(whole)
        case .failure(.tooPrecise): reading.warnings.insert(.billableUnitsFractional)
        case .success, .failure(.outOfRange): reading.warnings.insert(.countRefused)
        }
    }

    static func accounting(_ host: Host, isStated: Bool) -> Accounting {
        Accounting(check: .ignored)
    }
}
