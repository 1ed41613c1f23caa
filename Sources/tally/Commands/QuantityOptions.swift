internal import ArgumentParser
internal import TallyCore
internal import TallyMetering

/// How many of each class a quoted call uses: one option for each class of ``UsageClass``.
struct QuantityOptions: ParsableArguments {
    @Option(name: .customLong("input"), help: "Input tokens neither cached nor of another kind.")
    var input: String?

    @Option(name: .customLong("cache-read"))
    var cacheRead: String?

    @Option(name: .customLong("cache-write-5m"))
    var cacheWrite5m: String?

    @Option(name: .customLong("cache-write-30m"))
    var cacheWrite30m: String?

    @Option(name: .customLong("cache-write-1h"))
    var cacheWrite1h: String?

    @Option(name: .customLong("cache-write-12h"))
    var cacheWrite12h: String?

    @Option(name: .customLong("input-audio"))
    var inputAudio: String?

    @Option(name: .customLong("input-image"))
    var inputImage: String?

    @Option(name: .customLong("input-video"))
    var inputVideo: String?

    @Option(name: .customLong("output"), help: "Output tokens, reasoning included.")
    var output: String?

    @Option(name: .customLong("reasoning"), help: "How many of the output tokens are reasoning.")
    var reasoning: String?

    @Option(name: .customLong("output-audio"))
    var outputAudio: String?

    @Option(name: .customLong("output-image"))
    var outputImage: String?

    @Option(name: .customLong("output-video"))
    var outputVideo: String?

    @Option(name: .customLong("images"))
    var images: String?

    @Option(name: .customLong("megapixels"))
    var megapixels: String?

    @Option(name: .customLong("audio-seconds"))
    var audioSeconds: String?

    @Option(name: .customLong("video-seconds"))
    var videoSeconds: String?

    @Option(name: .customLong("compute-seconds"))
    var computeSeconds: String?

    @Option(name: .customLong("characters"))
    var characters: String?

    @Option(name: .customLong("requests"))
    var requests: String?

    @Option(name: .customLong("web-searches"))
    var webSearches: String?

    @Option(name: .customLong("search-units"))
    var searchUnits: String?

    @Option(name: .customLong("billable-units"))
    var billableUnits: String?

    /// The quantities given.
    func usage() throws -> UsageBuckets {
        let given: [(UsageClass, String?)] = [
            (.input, input),
            (.cacheRead, cacheRead),
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
