internal import FastJSON
internal import TallyCore

/// Google's `usageMetadata`.
///
/// `promptTokenCount` holds the cached tokens, not those of tools; `candidatesTokenCount` does not hold the thoughts.
/// The lists by modality need not add up and may lack counts: they only take audio, images and video out of the whole.
/// A document counts as images (google-genai SDK; genai-prices, google.yml).
enum GeminiFormat: ProviderFormat {
    static func read(
        _ document: ResponseDocument, of exchange: Exchange, into reading: inout UsageReading
    ) throws(RecordFailure) {
        guard let usage = document.usageMetadata else { return }
        for (name, value) in usage.members {
            switch name {
            case "promptTokenCount": try reading.counts.take(.input, value, "usageMetadata.promptTokenCount")
            case "candidatesTokenCount": try reading.counts.take(.output, value, "usageMetadata.candidatesTokenCount")
            // The Live API's name of the same.
            case "responseTokenCount": try reading.counts.take(.output, value, "usageMetadata.responseTokenCount")
            case "thoughtsTokenCount": try reading.counts.take(.reasoning, value, "usageMetadata.thoughtsTokenCount")
            case "cachedContentTokenCount":
                try reading.counts.take(.cacheRead, value, "usageMetadata.cachedContentTokenCount")
            case "toolUsePromptTokenCount":
                try reading.counts.take(.toolInput, value, "usageMetadata.toolUsePromptTokenCount")
            case "totalTokenCount": reading.counts.takeTotal(value)
            case "promptTokensDetails", "toolUsePromptTokensDetails":
                try read(value, as: inputKinds, into: &reading.counts)
            case "cacheTokensDetails": try read(value, as: cachedKinds, into: &reading.counts)
            case "candidatesTokensDetails", "responseTokensDetails":
                try read(value, as: outputKinds, into: &reading.counts)
            case "serviceTier": reading.serviceTier = value.string
            default: break
            }
        }
    }

    private typealias Kinds = (audio: Count, image: Count, video: Count)
    private static let inputKinds: Kinds = (.inputAudio, .inputImage, .inputVideo)
    private static let cachedKinds: Kinds = (.cachedAudio, .cachedImage, .cachedVideo)
    private static let outputKinds: Kinds = (.outputAudio, .outputImage, .outputVideo)

    private static func read(
        _ list: JSONValue, as kinds: Kinds, into counts: inout ReportedCounts
    ) throws(RecordFailure) {
        for entry in list.elements {
            guard let modality = entry["modality"]?.text else { continue }
            let path: StaticString = "usageMetadata.promptTokensDetails.tokenCount"
            switch modality {
            case "AUDIO": try counts.add(kinds.audio, entry["tokenCount"], path)
            case "IMAGE", "DOCUMENT": try counts.add(kinds.image, entry["tokenCount"], path)
            case "VIDEO": try counts.add(kinds.video, entry["tokenCount"], path)
            default: break
            }
        }
    }

    static func accounting(_ host: Host, isStated: Bool) -> Accounting {
        Accounting(
            reasoning: .beside, check: isStated ? .warns : .mustAgree, kindsAreLoose: true, omitsZeros: true)
    }
}
