/// Something that events or statements are pulled from: one entry of `sources`.
package struct SourceSettings: Sendable, Equatable {
    /// Its name: on the command line, in checkpoints and in reports of its state.
    package let name: String
    /// What it is.
    package let kind: Kind
    /// Seconds from the beginning of one run to that of the next.
    package let everySeconds: Int
    /// What its records are, and what they do not say.
    package let records: SourceRecords
    /// Where it lies.
    package let place: Place
    /// The file and line it is written at, as errors name them.
    let origin: SettingsPlace

    /// The kinds of sources.
    package enum Kind: String, Sendable, CaseIterable {
        /// Files and folders of this machine.
        case files
        /// The billing reads of the Hugging Face Hub.
        case huggingFaceBilling = "huggingface-billing"
        /// OpenRouter's activity and credits, and its calls that are not settled.
        case openRouter = "openrouter"
        /// OpenAI's organization usage and costs.
        case openAI = "openai"
        /// Anthropic's usage and cost reports.
        case anthropic
        /// fal's usage.
        case fal
        /// The spend logs of a LiteLLM proxy.
        case litellm
        /// Any API that answers with JSON.
        case http
        /// A bucket of an object store that speaks S3.
        case s3
    }

    /// Where the records of a source lie.
    package enum Place: Sendable, Equatable {
        /// On this machine.
        case files(FileSourceSettings)
        /// Behind an API.
        case web(WebSourceSettings)
        /// In a bucket.
        case bucket(BucketSourceSettings)
    }

    /// An error about this source as a whole, for what only its reader can find.
    ///
    /// - Parameters:
    ///   - key: The key at fault.
    ///   - problem: What is wrong with it.
    ///   - mend: What to do.
    /// - Returns: The error, with file and line.
    package func error(_ key: String, _ problem: String, mend: String) -> ConfigError {
        origin.error("source \(quoted(name)): \(key) \(problem)", mend: mend)
    }

    /// Two sources are equal when they say the same, wherever it is written.
    package static func == (left: SourceSettings, right: SourceSettings) -> Bool {
        left.name == right.name && left.kind == right.kind && left.everySeconds == right.everySeconds
            && left.records == right.records && left.place == right.place
    }
}
