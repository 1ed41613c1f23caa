import TallyCore
import TallyMetering
import Testing

/// Cached audio and images are classes of their own (I2).
struct CachedKindsTests {
    @Test func geminiTellsTheCachedTokensApartByKind() throws {
        // A document counts as images.
        let documents = try usage(
            #"""
            {"promptTokenCount":100,"cachedContentTokenCount":60,"candidatesTokenCount":1,
            "promptTokensDetails":[{"modality":"IMAGE","tokenCount":50},{"modality":"DOCUMENT","tokenCount":20}],
            "cacheTokensDetails":[{"modality":"IMAGE","tokenCount":30},{"modality":"DOCUMENT","tokenCount":10}]}
            """#)
        #expect(documents == .of([.input: 10, .cacheRead: 20, .cacheReadImage: 40, .inputImage: 30, .output: 1]))
    }

    /// The lists are estimates: the whole stands.
    @Test func geminisCachedKindsAreNeverMoreThanItsCache() throws {
        let overfull = try usage(
            #"""
            {"promptTokenCount":100,"cachedContentTokenCount":60,"candidatesTokenCount":1,
            "promptTokensDetails":[{"modality":"AUDIO","tokenCount":90}],
            "cacheTokensDetails":[{"modality":"AUDIO","tokenCount":70},{"modality":"VIDEO","tokenCount":5}]}
            """#)
        #expect(overfull == .of([.input: 10, .cacheRead: 0, .cacheReadAudio: 60, .inputAudio: 30, .output: 1]))
        let unheld = try usage(
            #"""
            {"promptTokenCount":100,"candidatesTokenCount":1,"promptTokensDetails":[{"modality":"AUDIO","tokenCount":90}],
            "cacheTokensDetails":[{"modality":"AUDIO","tokenCount":70}]}
            """#)
        #expect(unheld == .of([.input: 10, .inputAudio: 90, .output: 1]))
    }

    private func usage(_ metadata: String) throws -> UsageBuckets? {
        try read(#"{"usageMetadata":\#(metadata)}"#).usage
    }

    /// Cached audio is neither plain cache nor audio read anew, whatever the details are called.
    @Test(arguments: ["input_token_details", "input_tokens_details"])
    func realtimeTellsTheCachedTokensApartByKind(_ name: String) throws {
        func usage(_ cached: String, as flavor: APIFlavor? = .realtime) throws -> ResponseUsage {
            try read(
                #"""
                {"usage":{"input_tokens":100,"output_tokens":5,"total_tokens":105,"\#(name)":{"text_tokens":40,
                "audio_tokens":50,"image_tokens":10,"cached_tokens":60,"cached_tokens_details":{\#(cached)}}}}
                """#, Exchange(flavor: flavor))
        }
        let whole: UsageBuckets = .of([
            .input: 20, .cacheRead: 20, .cacheReadAudio: 32, .cacheReadImage: 8, .inputAudio: 18, .inputImage: 2,
            .output: 5,
        ])
        let told = try usage(#""text_tokens":20,"audio_tokens":32,"image_tokens":8"#)
        #expect(told.usage == whole && told.warnings.isEmpty)
        #expect(try usage(#""text_tokens":20,"audio_tokens":32,"image_tokens":8"#, as: nil).usage == whole)
        // What is zero stays a plain cache.
        let text = try usage(#""text_tokens":60,"audio_tokens":0,"image_tokens":0"#)
        #expect(text.usage?[.cacheRead] == 60 && text.usage?[.cacheReadAudio] == nil)
        let contradiction = try usage(#""audio_tokens":61"#)
        #expect(contradiction.usage == nil && contradiction.warnings == [.partsContradict])
    }
}
