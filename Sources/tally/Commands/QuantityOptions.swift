internal import ArgumentParser
internal import TallyCore
internal import TallyMetering

/// How many of each class a quoted call uses: one option for each class of ``UsageClass``.
///
/// They take whatever follows, so that a negative number is refused as one.
struct QuantityOptions: ParsableArguments {
    @Option(
        name: .customLong("input"), parsing: .unconditional, help: "Input tokens neither cached nor of another kind.")
    var input: String?

    @Option(name: .customLong("cache-read"), parsing: .unconditional)
    var cacheRead: String?

    @Option(
        name: .customLong("cache-read-audio"), parsing: .unconditional,
        help: "Cached audio tokens, which --cache-read does not count.")
    var cacheReadAudio: String?

    @Option(
        name: .customLong("cache-read-image"), parsing: .unconditional,
        help: "Cached image tokens, which --cache-read does not count.")
    var cacheReadImage: String?

    @Option(name: .customLong("cache-write-5m"), parsing: .unconditional)
    var cacheWrite5m: String?

    @Option(name: .customLong("cache-write-30m"), parsing: .unconditional)
    var cacheWrite30m: String?

    @Option(name: .customLong("cache-write-1h"), parsing: .unconditional)
    var cacheWrite1h: String?

    @Option(name: .customLong("cache-write-12h"), parsing: .unconditional)
    var cacheWrite12h: String?

    @Option(name: .customLong("input-audio"), parsing: .unconditional)
    var inputAudio: String?

    @Option(name: .customLong("input-image"), parsing: .unconditional)
    var inputImage: String?

    @Option(name: .customLong("input-video"), parsing: .unconditional)
    var inputVideo: String?

    @Option(name: .customLong("output"), parsing: .unconditional, help: "Output tokens, reasoning included.")
    var output: String?

    @Option(
        name: .customLong("reasoning"), parsing: .unconditional, help: "How many of the output tokens are reasoning.")
    var reasoning: String?

    @Option(name: .customLong("output-audio"), parsing: .unconditional)
    var outputAudio: String?

    @Option(name: .customLong("output-image"), parsing: .unconditional)
    var outputImage: String?

    @Option(name: .customLong("output-video"), parsing: .unconditional)
    var outputVideo: String?

    @Option(name: .customLong("images"), parsing: .unconditional)
    var images: String?

    @Option(name: .customLong("megapixels"), parsing: .unconditional)
    var megapixels: String?

    @Option(name: .customLong("audio-seconds"), parsing: .unconditional)
    var audioSeconds: String?

    @Option(name: .customLong("video-seconds"), parsing: .unconditional)
    var videoSeconds: String?

    @Option(name: .customLong("compute-seconds"), parsing: .unconditional)
    var computeSeconds: String?

    @Option(name: .customLong("characters"), parsing: .unconditional)
    var characters: String?

    @Option(name: .customLong("requests"), parsing: .unconditional)
    var requests: String?

    @Option(name: .customLong("web-searches"), parsing: .unconditional)
    var webSearches: String?

    @Option(name: .customLong("search-units"), parsing: .unconditional)
    var searchUnits: String?

    @Option(name: .customLong("billable-units"), parsing: .unconditional)
    var billableUnits: String?

    /// The quantities given.
    func usage() throws -> UsageBuckets {
        let given: [(UsageClass, String?)] = [
            (.input, input),
            (.cacheRead, cacheRead),
            (.cacheReadAudio, cacheReadAudio),
            (.cacheReadImage, cacheReadImage),
            (.cacheWrite5m, cacheWrite5m),
            (.cacheWrite30m, cacheWrite30m),
            (.cacheWrite1h, cacheWrite1h),
            (.cacheWrite12h, cacheWrite12h),
            (.inputAudio, inputAudio),
            (.inputImage, inputImage),
            (.inputVideo, inputVideo),
            (.output, output),
            (.reasoning, reasoning),
            (.outputAudio, outputAudio),
            (.outputImage, outputImage),
            (.outputVideo, outputVideo),
            (.images, images),
            (.megapixels, megapixels),
            (.audioSeconds, audioSeconds),
            (.videoSeconds, videoSeconds),
            (.computeSeconds, computeSeconds),
            (.characters, characters),
            (.requests, requests),
            (.webSearches, webSearches),
            (.searchUnits, searchUnits),
            (.billableUnits, billableUnits),
        ]
        var usage = UsageBuckets()
        for (usageClass, text) in given {
            guard let text else { continue }
            do {
                usage[usageClass] = try QuantityText.quantity(
                    text, of: usageClass, option: "--" + usageClass.optionName)
            } catch {
                throw ValidationError("\(error)")
            }
        }
        do {
            try QuantityText.check(usage)
        } catch {
            throw ValidationError("\(error)")
        }
        return usage
    }
}

extension UsageClass {
    /// The name as options are spelled: `cache-read`.
    fileprivate var optionName: String { name.split(separator: "_").joined(separator: "-") }
}
