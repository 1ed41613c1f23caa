import FastJSON
import TallyCore
import TallyMetering
import Testing

/// Counts made of disjoint parts come back as those parts, whatever the shape adds them up to.
struct DisjointnessTests {
    private static let seed: UInt64 = 0x6469_736a

    /// Members of an object; those without a value are left out or null.
    private func object(_ members: KeyValuePairs<String, Int64?>, _ random: inout SeededGenerator) -> String {
        var parts: [String] = []
        for (name, value) in members {
            if let value {
                parts.append(#""\#(name)":\#(value)"#)
            } else if random.chance(50) {
                parts.append(#""\#(name)":null"#)
            }
        }
        return "{" + parts.joined(separator: ",") + "}"
    }

    private func part(_ random: inout SeededGenerator) -> Int64? {
        random.chance(30) ? nil : Int64.random(in: 0...5000, using: &random)
    }

    /// A part of none is left out.
    private func some(_ part: Int64?) -> Int64? { part == 0 ? nil : part }

    private func sum(_ parts: Int64?...) -> Int64 { parts.reduce(0) { $0 + ($1 ?? 0) } }

    private func usage(_ quantities: KeyValuePairs<UsageClass, Int64?>) -> UsageBuckets {
        var usage = UsageBuckets()
        for (usageClass, quantity) in quantities { usage[usageClass] = quantity }
        return usage
    }

    @Test func responses() throws {
        var random = SeededGenerator(seed: Self.seed)
        for _ in 0..<300 {
            let (plain, made) = (Int64.random(in: 1...9000, using: &random), Int64.random(in: 0...9000, using: &random))
            let (cached, audio, image) = (part(&random), part(&random), part(&random))
            // Of a cache that is stated at all.
            let (heard, seen) = (cached == nil ? nil : part(&random), cached == nil ? nil : part(&random))
            let (halfHour, halfDay) = (part(&random), part(&random))
            let (reasoning, spoken) = (part(&random).map { min($0, made) }, part(&random))
            let written = sum(halfHour, halfDay)
            let lifetimes = object(["ttl_30m_tokens": halfHour, "ttl_12h_tokens": halfDay], &random)
            let kinds = object(["audio_tokens": heard, "image_tokens": seen, "text_tokens": cached], &random)
            let isAudio = audio != nil || heard != nil
            let isImage = image != nil || seen != nil
            var details = object(
                [
                    "cached_tokens": cached.map { $0 + sum(heard, seen) },
                    "audio_tokens": isAudio ? sum(audio, heard) : nil, "image_tokens": isImage ? sum(image, seen) : nil,
                ], &random)
            details.removeLast()
            details += #"\#(details == "{" ? "" : ",")"cached_tokens_details":\#(kinds)"#
            details += #","cache_write_tokens":\#(written),"#
            details += #""cache_write_tokens_details":\#(lifetimes)}"#
            let outputs = object(["reasoning_tokens": reasoning, "audio_tokens": spoken], &random)
            let (input, output) = (plain + sum(cached, heard, seen, audio, image) + written, made + sum(spoken))
            let body = #"""
                {"usage":{"input_tokens":\#(input),"output_tokens":\#(output),"total_tokens":\#(input + output),
                "input_tokens_details":\#(details),"output_tokens_details":\#(outputs)}}
                """#
            let expected = usage([
                .input: plain, .cacheRead: cached, .cacheReadAudio: some(heard), .cacheReadImage: some(seen),
                .inputAudio: isAudio ? sum(audio) : nil, .inputImage: isImage ? sum(image) : nil,
                .cacheWrite30m: halfHour ?? (halfDay == nil ? 0 : nil), .cacheWrite12h: halfDay, .output: made,
                .reasoning: reasoning, .outputAudio: spoken,
            ])
            #expect(try read(body).usage == expected, "seed \(Self.seed): \(body)")
        }
    }

    @Test func anthropic() throws {
        var random = SeededGenerator(seed: Self.seed)
        for _ in 0..<300 {
            let (plain, made) = (Int64.random(in: 0...9000, using: &random), Int64.random(in: 0...9000, using: &random))
            let (cached, minutes, hour) = (part(&random), part(&random), part(&random))
            let thought = part(&random).map { min($0, made) }
            let split = object(["ephemeral_5m_input_tokens": minutes, "ephemeral_1h_input_tokens": hour], &random)
            let isSplit = minutes != nil || hour != nil
            let body = #"""
                {"type":"message","usage":{"input_tokens":\#(plain),"output_tokens":\#(made),
                "cache_read_input_tokens":\#(cached.map(String.init) ?? "null"),"cache_creation":\#(split),
                "cache_creation_input_tokens":\#(sum(minutes, hour)),
                "output_tokens_details":\#(object(["thinking_tokens": thought], &random))}}
                """#
            let expected = usage([
                .input: plain, .cacheRead: cached, .cacheWrite5m: minutes ?? (isSplit ? nil : 0), .cacheWrite1h: hour,
                .output: made, .reasoning: thought,
            ])
            #expect(try read(body).usage == expected, "seed \(Self.seed): \(body)")
        }
    }

    @Test func gemini() throws {
        var random = SeededGenerator(seed: Self.seed)
        for _ in 0..<300 {
            let (plain, made) = (Int64.random(in: 0...9000, using: &random), Int64.random(in: 0...9000, using: &random))
            let (cached, thought, tool) = (part(&random), part(&random), part(&random))
            let (audio, image, video) = (part(&random), part(&random), part(&random))
            let drawn = part(&random)
            let (heard, seen) = (cached == nil ? nil : part(&random), cached == nil ? nil : part(&random))
            func list(_ kinds: KeyValuePairs<String, Int64?>) -> String {
                "["
                    + kinds.compactMap { kind in kind.value.map { #"{"modality":"\#(kind.key)","tokenCount":\#($0)}"# }
                    }
                    .joined(separator: ",") + "]"
            }
            let held = cached.map { $0 + sum(heard, seen) }
            let prompt = plain + sum(held, audio, image, video)
            let candidates = made + sum(drawn)
            let counts = object(
                [
                    "promptTokenCount": prompt, "candidatesTokenCount": candidates, "cachedContentTokenCount": held,
                    "thoughtsTokenCount": thought, "toolUsePromptTokenCount": tool,
                    "totalTokenCount": prompt + candidates + sum(thought, tool),
                ], &random)
            let isAudio = audio != nil || heard != nil
            let isImage = image != nil || seen != nil
            let kinds = list([
                "AUDIO": isAudio ? sum(audio, heard) : nil, "IMAGE": isImage ? sum(image) : nil,
                "DOCUMENT": seen, "VIDEO": video, "TEXT": plain,
            ])
            let cachedKinds = list(["TEXT": cached, "AUDIO": heard, "DOCUMENT": seen])
            let body = #"""
                {"usageMetadata":\#(counts.dropLast()),"promptTokensDetails":\#(kinds),
                "cacheTokensDetails":\#(cachedKinds),
                "candidatesTokensDetails":\#(list(["IMAGE": drawn]))}}
                """#
            let expected = usage([
                .input: plain + sum(tool), .cacheRead: cached, .cacheReadAudio: some(heard),
                .cacheReadImage: some(seen), .inputAudio: isAudio ? sum(audio) : nil,
                .inputImage: isImage ? sum(image) : nil, .inputVideo: video, .output: made + sum(thought),
                .reasoning: thought, .outputImage: drawn,
            ])
            #expect(try read(body).usage == expected, "seed \(Self.seed): \(body)")
        }
    }

    /// Whatever stands in a body, reading it neither fails nor gives what no call can have.
    @Test func damagedBodiesAreRead() throws {
        var random = SeededGenerator(seed: Self.seed)
        let numbers = [
            "0", "-1", "1e12", "1000000000000", "1000000000001", "9223372036854775807", "1e400", "0.5", "null", "{}",
            "[]", #""x""#, "true",
        ]
        let parser = try JSONParser()
        var count = 0
        for _ in 0..<4000 {
            let transcript = random.pick(Transcript.all)
            var text = transcript.text
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let places = text.indices.filter { text[$0].isNumber && text[$0].isASCII }
                guard !places.isEmpty else { break }
                let place = random.pick(places)
                text.replaceSubrange(place...place, with: random.pick(numbers))
            }
            if random.chance(30) { text.remove(at: text.indices.randomElement(using: &random) ?? text.startIndex) }
            var exchange = transcript.exchange
            if random.chance(50) { exchange.flavor = random.pick(APIFlavor.allCases) }
            let read = Transcript(name: "", exchange: exchange, text: text).read([Array(text.utf8)], parser: parser)
            if let usage = read.usage {
                #expect(usage.quantity(.reasoning) <= usage.quantity(.output), "seed \(Self.seed)")
                count += 1
            }
        }
        #expect(count > 500)
    }
}
