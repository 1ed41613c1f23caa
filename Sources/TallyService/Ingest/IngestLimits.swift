package import TallyConfig
internal import TallyCore

/// How much may be sent in.
package struct IngestLimits: Sendable, Equatable {
    /// The longest body as it is sent, in bytes.
    package var maximumBodyBytes = 16 << 20
    /// The longest body once it is decoded, in bytes.
    package var maximumDecodedBytes = 64 << 20
    /// The most records of one request: all of a request is stored together.
    package var maximumRecords = EventBatch.maximumCountTogether
    /// The most requests at work at once.
    package var maximumRequests = 64
    /// The most bytes of bodies at work at once, as sent and decoded.
    package var maximumBytesAtWork = 256 << 20
    /// How long a body may take to come.
    package var bodyTime = Duration.seconds(120)

    /// The defaults.
    package init() {}

    /// The limits of the settings.
    package init(_ settings: Configuration.Ingest) {
        maximumBodyBytes = settings.maxBodyBytes
        maximumDecodedBytes = settings.maxDecodedBytes
        maximumRecords = settings.maxEvents
        maximumRequests = settings.maxRequests
        maximumBytesAtWork = settings.maxBytesAtWork
        bodyTime = .seconds(settings.bodySeconds)
    }
}
