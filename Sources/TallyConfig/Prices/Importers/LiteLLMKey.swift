internal import TallyCore

/// A key of LiteLLM's price map, taken apart.
struct LiteLLMKey {
    /// What the key counts, without size and tier.
    let base: String
    /// The context size it begins above.
    let above: Int64?
    /// The service tier it is for.
    let serviceTier: String?

    /// What a price is for.
    struct Unit {
        let classes: [UsageClass]
        /// By which power of ten the amount is to be multiplied for one unit of the class.
        var shift = 0
    }

    private static let tiers = [("_batches", "batch"), ("_flex", "flex"), ("_priority", "priority")]

    init(_ key: String) {
        var rest = Substring(key)
        var serviceTier: String?
        for (suffix, tier) in Self.tiers where rest.hasSuffix(suffix) {
            serviceTier = tier
            rest = rest.dropLast(suffix.count)
        }
        var above: Int64?
        let size = "k_tokens"
        if rest.hasSuffix(size) {
            let digits = rest.dropLast(size.count).reversed().prefix { $0.isNumber }
            let mark = "_above_"
            let beginning = rest.dropLast(size.count + digits.count)
            if beginning.hasSuffix(mark), let thousands = Int64(String(digits.reversed())), thousands < 1_000_000 {
                above = thousands * 1000
                rest = beginning.dropLast(mark.count)
            }
        }
        base = String(rest)
        self.above = above
        self.serviceTier = serviceTier
    }

    /// What the key counts.
    ///
    /// - Parameters:
    ///   - mode: What the model does.
    ///   - isPriced: Whether another key of the same model has a price.
    /// - Returns: The classes; `nil` when none counts it, or another key says the same.
    func unit(mode: String, isPriced: (String) -> Bool) -> Unit? {
        switch base {
        case "input_cost_per_token": Unit(classes: [.input])
        case "output_cost_per_token": Unit(classes: [.output])
        case "cache_read_input_token_cost": Unit(classes: [.cacheRead])
        case "cache_read_input_audio_token_cost": Unit(classes: [.cacheReadAudio])
        case "cache_read_input_image_token_cost": Unit(classes: [.cacheReadImage])
        case "input_cost_per_token_cache_hit" where !isPriced("cache_read_input_token_cost"):
            Unit(classes: [.cacheRead])
        // A write that says nothing of its lifetime; the hours have keys of their own.
        case "cache_creation_input_token_cost": Unit(classes: [.cacheWrite5m, .cacheWrite30m])
        case "cache_creation_input_token_cost_above_1hr": Unit(classes: [.cacheWrite1h])
        case "cache_creation_input_token_cost_above_12hr": Unit(classes: [.cacheWrite12h])
        case "output_cost_per_reasoning_token": Unit(classes: [.reasoning])
        case "input_cost_per_audio_token": Unit(classes: [.inputAudio])
        case "output_cost_per_audio_token": Unit(classes: [.outputAudio])
        case "input_cost_per_image_token": Unit(classes: [.inputImage])
        case "output_cost_per_image_token": Unit(classes: [.outputImage])
        case "input_cost_per_video_token": Unit(classes: [.inputVideo])
        case "output_cost_per_video_token": Unit(classes: [.outputVideo])
        case "input_cost_per_request": Unit(classes: [.requests])
        default: otherUnit(mode: mode, isPriced: isPriced)
        }
    }

    /// Units other than tokens, of which the map lists the same price more than once.
    private func otherUnit(mode: String, isPriced: (String) -> Bool) -> Unit? {
        let isImage = ["image_generation", "image_edit"].contains(mode)
        let isImagePriced = isPriced("output_cost_per_image") || isPriced("input_cost_per_image")
        return switch base {
        case "output_cost_per_image" where isImage: Unit(classes: [.images])
        case "input_cost_per_image" where isImage && !isPriced("output_cost_per_image"): Unit(classes: [.images])
        case "input_cost_per_image" where mode == "embedding": Unit(classes: [.images])
        // An image of 1024 by 1024 pixels at this price is the price of an image: one of the two, never both.
        case "output_cost_per_pixel" where isImage && !isImagePriced: Unit(classes: [.megapixels], shift: 6)
        case "input_cost_per_pixel" where isImage && !isImagePriced && !isPriced("output_cost_per_pixel"):
            Unit(classes: [.megapixels], shift: 6)
        case "input_cost_per_second" where mode == "audio_transcription": Unit(classes: [.audioSeconds])
        case "output_cost_per_second" where mode == "audio_transcription" && !isPriced("input_cost_per_second"):
            Unit(classes: [.audioSeconds])
        case "output_cost_per_second" where mode == "audio_speech": Unit(classes: [.audioSeconds])
        case "input_cost_per_audio_per_second": Unit(classes: [.audioSeconds])
        case "output_cost_per_video_per_second": Unit(classes: [.videoSeconds])
        case "output_cost_per_second" where mode == "video_generation" && !isPriced("output_cost_per_video_per_second"):
            Unit(classes: [.videoSeconds])
        case "input_cost_per_video_per_second": Unit(classes: [.videoSeconds])
        case "output_cost_per_second" where !isPriced("input_cost_per_second"): Unit(classes: [.computeSeconds])
        case "input_cost_per_second": Unit(classes: [.computeSeconds])
        case "input_cost_per_character" where !isPriced("input_cost_per_token"): Unit(classes: [.characters])
        case "input_cost_per_query" where mode == "rerank": Unit(classes: [.searchUnits])
        case "input_cost_per_query" where mode == "search": Unit(classes: [.requests])
        default: nil
        }
    }

    /// Why a key is left out.
    func reasonForSkipping(mode: String) -> String {
        if base.hasSuffix("_per_pixel") || base.hasSuffix("_per_image") {
            return "the price of an image is listed once more, or images of this model are counted as tokens"
        }
        if base.hasSuffix("_per_second") || base.hasSuffix("_per_character") || base.hasSuffix("_cache_hit") {
            return "the same is priced under another key"
        }
        return "no class of Tally counts it; it is not charged"
    }
}
