internal import FastJSON
internal import TallyCore

/// A prediction of Replicate: the seconds the model ran, and the images it made (Replicate, prediction lifecycle).
enum ReplicateFormat: ProviderFormat {
    static func read(
        _ document: ResponseDocument, of exchange: Exchange, into reading: inout UsageReading
    ) throws(RecordFailure) {
        guard let metrics = document.metrics, let time = metrics["predict_time"] else { return }
        try reading.counts.take(.computeSeconds, time, "metrics.predict_time")
        if let output = document.output {
            let images = images(in: output)
            if images > 0 { reading.counts[.images] = images }
        }
    }

    /// How many images an output links to: outputs of other models are text, or links of other kinds.
    private static func images(in output: JSONValue) -> Int64 {
        if let text = output.text { return isImage(text) ? 1 : 0 }
        var count: Int64 = 0
        for element in output.elements {
            if let text = element.text, isImage(text) { count += 1 }
        }
        return count
    }

    private static func isImage(_ link: JSONText) -> Bool {
        guard link.count <= 2048 else { return false }
        let text = link.string
        return text.hasPrefix("https://") && endings.contains { text.hasSuffix($0) }
    }

    private static let endings = [".webp", ".png", ".jpg", ".jpeg", ".gif", ".avif"]

    static func accounting(_ host: Host, isStated: Bool) -> Accounting {
        Accounting(check: .ignored)
    }
}
