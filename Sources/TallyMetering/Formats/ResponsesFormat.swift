internal import FastJSON
internal import TallyCore

/// The usage object of OpenAI's newer APIs: `input_tokens` and `output_tokens` with their details.
///
/// Every sub-count is inside its parent (OpenAI, openapi.yaml). Images, audio and Realtime write the details' names in
/// the singular or plural, and Realtime tells the cached tokens apart by kind.
enum ResponsesFormat: ProviderFormat {
    static func read(
        _ document: ResponseDocument, of exchange: Exchange, into reading: inout UsageReading
    ) throws(RecordFailure) {
        if let usage = document.usage { try read(usage, into: &reading.counts) }
    }

    static func read(_ usage: JSONValue, into counts: inout ReportedCounts) throws(RecordFailure) {
        for (name, value) in usage.members {
            switch name {
            case "input_tokens": try counts.take(.input, value, "usage.input_tokens")
            case "output_tokens": try counts.take(.output, value, "usage.output_tokens")
            case "total_tokens": counts.takeTotal(value)
            case "input_tokens_details", "input_token_details": try readInput(value, into: &counts)
            case "output_tokens_details", "output_token_details": try readOutput(value, into: &counts)
            default: break
            }
        }
    }

    private static func readInput(_ details: JSONValue, into counts: inout ReportedCounts) throws(RecordFailure) {
        for (name, value) in details.members {
            switch name {
            case "cached_tokens": try counts.take(.cacheRead, value, "usage.input_tokens_details.cached_tokens")
            case "cache_write_tokens":
                try counts.take(.cacheWrite, value, "usage.input_tokens_details.cache_write_tokens")
            case "cache_write_tokens_details":
                let path: StaticString = "usage.input_tokens_details.cache_write_tokens_details"
                try counts.take(.cacheWrite30m, value["ttl_30m_tokens"], path)
                try counts.take(.cacheWrite12h, value["ttl_12h_tokens"], path)
            case "audio_tokens": try counts.take(.inputAudio, value, "usage.input_tokens_details.audio_tokens")
            case "image_tokens": try counts.take(.inputImage, value, "usage.input_tokens_details.image_tokens")
            case "cached_tokens_details":
                let path: StaticString = "usage.input_tokens_details.cached_tokens_details"
                try counts.take(.cachedAudio, value["audio_tokens"], path)
                try counts.take(.cachedImage, value["image_tokens"], path)
            default: break
            }
        }
    }

    private static func readOutput(_ details: JSONValue, into counts: inout ReportedCounts) throws(RecordFailure) {
        for (name, value) in details.members {
            switch name {
            case "reasoning_tokens":
                try counts.take(.reasoning, value, "usage.output_tokens_details.reasoning_tokens")
            case "audio_tokens": try counts.take(.outputAudio, value, "usage.output_tokens_details.audio_tokens")
            case "image_tokens": try counts.take(.outputImage, value, "usage.output_tokens_details.image_tokens")
            default: break
            }
        }
    }

    static func accounting(_ host: Host, isStated: Bool) -> Accounting {
        var rule = Accounting(writes: ChatFormat.writes(of: host))
        if isStated {
            rule.readable = CountSet(.input, .output, .total).union(parts(of: host))
            rule.reasoning = .inside
            rule.check = .warns
        }
        return rule
    }

    /// The parts of input and output that a host states in this shape (genai-prices, extractors).
    private static func parts(of host: Host) -> CountSet {
        switch host {
        case .azure: CountSet(.cacheRead, .reasoning)
        case .doubleword, .miniMax: CountSet(.cacheRead)
        default: CountSet(.cacheRead, .cacheWrite, .cacheWrite30m, .cacheWrite12h, .reasoning)
        }
    }
}

/// OpenAI's image generation: token counts where the model is billed by tokens, and the images themselves.
enum ImagesFormat: ProviderFormat {
    static func read(
        _ document: ResponseDocument, of exchange: Exchange, into reading: inout UsageReading
    ) throws(RecordFailure) {
        if let usage = document.usage { try ResponsesFormat.read(usage, into: &reading.counts) }
        if let data = document.data, data.kind == .array, reading.counts.readable.contains(.images) {
            reading.counts[.images] = Int64(data.count)
        }
    }

    static func accounting(_ host: Host, isStated: Bool) -> Accounting {
        Accounting(reasoning: .inside, check: isStated ? .warns : .mustAgree)
    }
}

/// OpenAI's audio: transcription counts tokens or seconds, and speech says nothing, so that the characters of its
/// request count.
enum AudioFormat: ProviderFormat {
    static func read(
        _ document: ResponseDocument, of exchange: Exchange, into reading: inout UsageReading
    ) throws(RecordFailure) {
        if let usage = document.usage {
            try ResponsesFormat.read(usage, into: &reading.counts)
            if usage["type"]?.text.map({ $0 == "duration" }) == true {
                try reading.counts.take(.audioSeconds, usage["seconds"], "usage.seconds")
            }
        }
        readCharacters(of: exchange, into: &reading)
    }

    /// Takes the characters of a request for speech, where the response counted nothing.
    static func readCharacters(of exchange: Exchange, into reading: inout UsageReading) {
        guard reading.counts.isEmpty, let characters = exchange.requestCharacters, characters >= 0,
            characters <= UsageBuckets.maximumQuantity
        else { return }
        reading.counts[.characters] = characters
    }

    static func accounting(_ host: Host, isStated: Bool) -> Accounting {
        Accounting(check: isStated ? .warns : .mustAgree)
    }
}

/// OpenAI's Realtime API: the usage of a `response.done` event.
enum RealtimeFormat: ProviderFormat {
    static func read(
        _ document: ResponseDocument, of exchange: Exchange, into reading: inout UsageReading
    ) throws(RecordFailure) {
        if let usage = document.usage { try ResponsesFormat.read(usage, into: &reading.counts) }
    }

    static func accounting(_ host: Host, isStated: Bool) -> Accounting {
        var rule = Accounting(check: isStated ? .warns : .mustAgree)
        rule.readable.subtract(CountSet(.outputImage))
        return rule
    }
}
