internal import TallyCore

/// One number a provider states, as it states it: parts and wholes side by side, nothing subtracted yet.
enum Count: Int, CaseIterable {
    /// Tokens read; whether that includes the cached ones is the shape's business.
    case input
    /// Tokens made; whether that includes reasoning is the shape's business.
    case output
    /// What the provider says all tokens sum to.
    case total
    case cacheRead
    /// The cached tokens where they stand flat on the usage object.
    case flatCacheRead
    /// Tokens written to a cache, of whatever lifetime.
    case cacheWrite
    case cacheWrite5m
    case cacheWrite30m
    case cacheWrite1h
    case cacheWrite12h
    case inputAudio
    case inputImage
    case inputVideo
    /// Cached tokens by kind: parts of `cacheRead` and of the input of that kind.
    case cachedAudio
    case cachedImage
    case cachedVideo
    /// Input of the provider's own tools, beside `input`.
    case toolInput
    case outputAudio
    case outputImage
    case outputVideo
    case reasoning
    /// The reasoning tokens where they stand flat on the usage object.
    case flatReasoning
    /// Tokens of citations, beside `output`.
    case citation
    case images
    case audioSeconds
    case computeSeconds
    case characters
    case webSearches
    case searchUnits
    case billableUnits

    /// The units that are no tokens, with their classes.
    static let units: [(count: Count, usageClass: UsageClass)] = [
        (.images, .images), (.audioSeconds, .audioSeconds), (.computeSeconds, .computeSeconds),
        (.characters, .characters), (.webSearches, .webSearches), (.searchUnits, .searchUnits),
        (.billableUnits, .billableUnits),
    ]

    /// Stored units in one unit: durations are kept as millionths.
    var storedPerUnit: Int64 {
        self == .audioSeconds || self == .computeSeconds ? 1_000_000 : 1
    }
}

/// Some of the counts.
struct CountSet: OptionSet, Sendable {
    let rawValue: UInt64

    /// Every count.
    static let all = CountSet(rawValue: .max)

    init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    init(_ counts: Count...) {
        rawValue = counts.reduce(0) { $0 | 1 << UInt64($1.rawValue) }
    }

    func contains(_ count: Count) -> Bool {
        rawValue & (1 << UInt64(count.rawValue)) != 0
    }
}
